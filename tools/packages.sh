# Sourced: installed PACKAGE... makes sure of system packages, or prints the line that installs them.
installed() {
    [ $# -gt 0 ] || return 0
    local install="apt-get install -y --no-install-recommends $*" as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
        echo "installing system packages: $*"
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install -o Dpkg::Use-Pty=0 >/dev/null
    else
        echo "system packages are missing; install them with this line, then run this again:" >&2
        echo "  sudo $install" >&2
        exit 1
    fi
}
