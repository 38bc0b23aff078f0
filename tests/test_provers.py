"""Every client of tools/prove_hosts.py draws sound files and notices faulty ones; every compiler
and validator judges both.

Needs what tools/clients/setup.sh installs, so it runs by `pytest -m clients` only.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rtdeconv.emit import HOSTS

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools import proving
from tools.clients.registry import CLIENTS, JUDGES

pytestmark = pytest.mark.clients


def each(all_of) -> list:
    """Every one with each of its hosts. Whether it can run is asked when its test runs: asking
    starts programs, and builds one."""
    return [
        pytest.param(one, host, id=f"{one.name}-{host}") for one in all_of for host in one.hosts
    ]


def skip_where_missing(one) -> None:
    if why := one.missing():
        pytest.skip(why)


@pytest.mark.parametrize(("client", "host"), each(CLIENTS))
def test_every_client_notices_every_fault(client, host) -> None:
    """A tap a fiftieth too large, fetches half a texel off, sums in the wrong light."""
    skip_where_missing(client)
    faults = proving.faults(host)
    lights = {"wrong light"} if len(HOSTS[host].lights) > 1 else set()
    assert {*faults} == {"wrong tap", "half a texel"} | lights
    for name, fault in faults.items():
        (found,) = proving.proven(client, host, fault)
        print(f"{name}: max {found.worst:g}, {100 * found.exact:.1f} % exact, {found.complaint}")
        assert not found.complaint
        assert not found.good(promises_exact=client.exact)
        if name == "half a texel":
            assert found.moved > 0.3


@pytest.mark.parametrize(("judge", "host"), each(JUDGES))
def test_every_judge_accepts_a_file_and_refuses_what_is_no_language(judge, host) -> None:
    skip_where_missing(judge)
    sound = proving.drawings(host)[0].job()
    assert judge.complaint(sound) is None
    broken = {name: f"{text}\nthis is no {{ language\n" for name, text in sound.files.items()}
    assert judge.complaint(replace(sound, files=broken))
