#!/usr/bin/env bash
# Sets up what is missing, then draws a Panda3D scene with the exported shader as a post-process.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh base
.venv/bin/python -c "import panda3d" 2>/dev/null || .venv/bin/python -m pip install --quiet "panda3d>=1.10.15"
.venv/bin/python demos/panda_scene.py "$@"
