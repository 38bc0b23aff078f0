#!/usr/bin/env bash
# Writes demos/live.png: the window on the blurred clip, on a screen of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh dev
[ -f out/blurred.mp4 ] || bash demos/run.sh
if [ "${1:-}" != inside ]; then
    exec xvfb-run -a -s "-screen 0 1280x800x24" bash tools/live_picture.sh inside
fi
words=(gaussian:1 --method free --taps 13 --light linear --source out/blurred.mp4)
.venv/bin/rtdeconv live "${words[@]}" &
window=$!
trap 'kill $window' EXIT
timeout 20 xdotool search --sync --name "rtdeconv live" >/dev/null
sleep 3
xdotool mousemove 470 400 key 1 click 4 click 4 click 4 click 4 mousemove 900 760
sleep 6
import -window root demos/live.png
