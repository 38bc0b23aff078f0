#!/usr/bin/env bash
# Installs what tools/prove_hosts.py draws with, on Debian or Ubuntu: compilers, software Vulkan,
# a browser, players, an engine. Takes some minutes and 2 GB once; nothing on a second call.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools/setup.sh dev

packages=(
    mesa-vulkan-drivers spirv-tools spirv-cross spirv-headers    # Vulkan in software, its tools
    g++ libvulkan-dev libx11-dev dpkg-dev                        # what compushady and ReShade's compiler are built with
    ffmpeg mpv godot3-runner xvfb xauth cpp mono-mcs
    gstreamer1.0-tools gstreamer1.0-gl gstreamer1.0-plugins-base gstreamer1.0-plugins-good
    chromium
)
command -v node >/dev/null || packages+=(nodejs npm)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    install="apt-get install -y --no-install-recommends ${missing[*]}"
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
        echo "installing system packages: ${missing[*]}"
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install -o Dpkg::Use-Pty=0 >/dev/null
    else
        echo "system packages are missing; install them with this line, then run this again:" >&2
        echo "  sudo $install" >&2
        exit 1
    fi
fi

stamp=".venv/installed-clients"
if ! cmp -s pyproject.toml "$stamp"; then
    echo "installing clients into .venv and .clients"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,clients]"
    .venv/bin/python -m tools.clients.chromium
    cp pyproject.toml "$stamp"
fi
