"""Every client of tools/prove_hosts.py draws sound files and notices faulty ones.

Needs what tools/clients/setup.sh installs, so it runs by `pytest -m clients` only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools import proving
from tools.clients.registry import CLIENTS

pytestmark = pytest.mark.clients

PRESENT = [
    (client, host) for client in CLIENTS for host in client.hosts if client.missing() is None
]


@pytest.mark.parametrize(
    ("client", "host"), PRESENT, ids=[f"{client.name}-{host}" for client, host in PRESENT]
)
def test_every_client_notices_every_fault(client, host) -> None:
    """A tap a fiftieth too large, fetches half a texel off, sums in the wrong light."""
    faults = proving.faults(host)
    assert {"wrong tap", "half a texel"} <= {*faults}
    for name, fault in faults.items():
        (found,) = proving.proven(client, host, fault)
        print(f"{name}: max {found.worst:g}, {100 * found.exact:.1f} % exact, {found.complaint}")
        assert not found.complaint
        assert not found.good(promises_exact=client.exact)
        if name == "half a texel":
            assert found.moved > 0.3
