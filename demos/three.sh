#!/usr/bin/env bash
# Sets up what is missing, then draws a three.js scene with the exported pass; --open shows it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh base
missing=()
command -v npm >/dev/null || missing+=(nodejs npm)
command -v chromium >/dev/null || [[ " $* " == *" --open "* ]] || missing+=(chromium)
source tools/packages.sh
installed ${missing[@]+"${missing[@]}"}
.venv/bin/python demos/three_scene.py "$@"
