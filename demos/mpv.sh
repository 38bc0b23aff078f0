#!/usr/bin/env bash
# Plays a clip, softened by 1 px, in mpv with the shader of shaders/mpv; d turns it off and on.
#
#     bash demos/mpv.sh [VIDEO]
#
# VIDEO, where given, is played as it is. Without a screen, out/mpv_off.png and out/mpv_on.png are
# what the window would show. The heart of it is one option: --glsl-shaders=FILE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shader=shaders/mpv/webcam-1.0.mpv.glsl
video=${1:-tests/data/bigbuckbunny_720p.mp4}
options=(--no-config --loop "--glsl-shaders=$shader")
[ $# -gt 0 ] || options+=("--vf=lavfi=[gblur=sigma=1:steps=6]")

command -v mpv >/dev/null || { echo "install mpv first: sudo apt-get install mpv" >&2; exit 1; }
mkdir -p out
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    keys=$(mktemp)
    trap 'rm -f "$keys"' EXIT
    echo "d change-list glsl-shaders toggle $shader" > "$keys"
    echo "d: shader off and on, q: quit"
    mpv "${options[@]}" "--input-conf=$keys" "$video"
else
    command -v xvfb-run >/dev/null || { echo "no screen; install one: sudo apt-get install xvfb xauth" >&2; exit 1; }
    xvfb-run -a -s "-screen 0 1280x720x24" mpv "${options[@]}" --gpu-sw=yes --vo=gpu --no-audio \
        --osd-level=0 --no-border --geometry=1280x720 --dither-depth=no --script=demos/mpv_shots.lua \
        --start=1 --pause "$video"
    echo "look at out/mpv_off.png and out/mpv_on.png"
fi
