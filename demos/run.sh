#!/usr/bin/env bash
# Sets up .venv where needed, then blurs, restores and scores a real clip into out/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh base
.venv/bin/python demos/restore_clip.py "$@"
