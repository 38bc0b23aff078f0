#!/usr/bin/env bash
# Sets up .venv where needed, then lints, type-checks and tests. Further arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh dev
.venv/bin/ruff check .
.venv/bin/ruff format --check .
# NumPy's stubs for Python 3.10, its last there, give arrays fewer types than they have
.venv/bin/python -c "import sys; sys.exit(sys.version_info < (3, 11))" && .venv/bin/mypy
.venv/bin/pytest "$@"
