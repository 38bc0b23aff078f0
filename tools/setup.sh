#!/usr/bin/env bash
# Makes .venv ready: `tools/setup.sh base` for running, `live` for the window, `dev` for the tests.
# Installs what is missing, system packages when it may, and does nothing on a second call.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kind=${1:-base}

loads() { python3 -c "import ctypes, sys; ctypes.CDLL(sys.argv[1])" "$1" 2>/dev/null; }

missing=()
command -v python3 >/dev/null || missing+=(python3)
python3 -c "import ensurepip, venv" 2>/dev/null || missing+=(python3-venv)
loads libEGL.so.1 || missing+=(libegl1)
loads libGL.so.1 || missing+=(libgl1 libgl1-mesa-dri)
# Debian's libgl1 brings libX11, which imgui needs as well
[ "$kind" = base ] || loads libXext.so.6 || missing+=(libxext6)
if [ "$kind" = dev ]; then
    command -v ffmpeg >/dev/null || missing+=(ffmpeg)
    command -v glslangValidator >/dev/null || missing+=(glslang-tools)
    # the window's tests: a screen, keys and mouse, screenshots
    command -v Xvfb >/dev/null || missing+=(xvfb)
    command -v xdotool >/dev/null || missing+=(xdotool)
    command -v import >/dev/null || missing+=(imagemagick)
fi

source tools/packages.sh
installed ${missing[@]+"${missing[@]}"}

python3 -c "import sys; sys.exit(sys.version_info < (3, 10))" || {
    echo "rtdeconv needs Python 3.10 or newer; this is $(python3 --version)" >&2
    exit 1
}

stamp=".venv/installed-$kind"
if ! cmp -s pyproject.toml "$stamp" || [ ! -x .venv/bin/rtdeconv ]; then
    echo "installing into .venv"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    extras=$([ "$kind" = base ] || echo "[$kind]")
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".$extras"
    cp pyproject.toml "$stamp"
    # what asks for less is there as well
    case $kind in
        live) cp pyproject.toml .venv/installed-base ;;
        dev) for less in base live; do cp pyproject.toml ".venv/installed-$less"; done ;;
    esac
fi
