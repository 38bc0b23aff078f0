#!/usr/bin/env bash
# Opens the live window: `demos/live.sh [FILTER|BLUR] [--source 0|URL|FILE] ...` as `rtdeconv live`
# takes them. Without any, the first camera, or else a blurred clip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh live
if [ $# -eq 0 ]; then
    if [ -e /dev/video0 ]; then
        set -- auto
    else
        [ -f out/blurred.mp4 ] || bash demos/run.sh
        set -- gaussian:1 --source out/blurred.mp4
    fi
fi
exec .venv/bin/rtdeconv live "$@"
