#!/usr/bin/env bash
# Installs clients where needed, draws every host's files with them, and makes sure that each would
# notice faults. Arguments are hosts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash tools/clients/setup.sh
.venv/bin/python tools/prove_hosts.py --strict "$@"
.venv/bin/pytest -m clients
