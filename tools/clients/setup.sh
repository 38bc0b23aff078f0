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
command -v node >/dev/null && command -v npm >/dev/null || packages+=(nodejs npm)
python3 -c "import pathlib, sys, sysconfig as s; sys.exit(not pathlib.Path(s.get_path('include'), 'Python.h').exists())" ||
    packages+=(python3-dev)    # compushady is built with it

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
source tools/packages.sh
installed ${missing[@]+"${missing[@]}"}

stamp=".venv/installed-clients"
wanted=$(cat pyproject.toml tools/clients/web/package.json)
if [ "$wanted" != "$(cat "$stamp" 2>/dev/null)" ] || [ ! -d .clients/web/node_modules ]; then
    echo "installing clients into .venv and .clients"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,clients]"
    .venv/bin/python -m tools.clients.chromium
    echo "$wanted" >"$stamp"
fi
