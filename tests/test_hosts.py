"""Laws of every host's files: what they say, what they leave to the user, what they refuse."""

from __future__ import annotations

import re
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from golden_plans import ABOUT, EVERYWHERE, text, texts
from worked_plans import difference

from rtdeconv import design, gpu, interpret
from rtdeconv.emit import HOSTS
from rtdeconv.emit.host import safe_stem
from rtdeconv.errors import ValueRefused
from rtdeconv.light import decode, encode
from rtdeconv.plan import BORDERS
from rtdeconv.planner import for_host

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.clients.registry import CLIENTS, JUDGES

WITHOUT_SWITCH = {"ffmpeg"}
"""A filter string of integers over encoded values."""

ONE_PASS = design("gaussian:0.7", method="fir", taps=5, light="encoded")


def written(host: str) -> dict[str, dict[str, str]]:
    """The files of every golden plan that the host takes."""
    taken = {name: plan for name, plan in EVERYWHERE.items() if not HOSTS[host].refusal(plan)}
    return {name: texts(host, plan, name) for name, plan in taken.items()} or {
        "design": ONE_PASS.files(host)
    }


def main_text(files: dict[str, str]) -> str:
    return next(iter(files.values()))


@pytest.mark.parametrize("host", HOSTS)
def test_a_file_explains_itself(host: str) -> None:
    """What it is, three lines on how to install it, input, place, light, border, cost, command."""
    for files in written(host).values():
        head = main_text(files)
        keys = "install design input output place light border cost remake".split()
        rows = [re.search(rf"^[^\w\n]*{key} +\S", head, re.MULTILINE) for key in keys]
        assert all(rows), f"{host} says nothing of {keys[rows.index(None)]}"
        places = [row.start() for row in rows if row]
        assert places == sorted(places)
        install = head[places[0] : places[1]].strip().splitlines()
        assert 1 <= len(install) <= 3
        assert "rtdeconv: " in head[: places[0]]


@pytest.mark.parametrize("host", HOSTS)
def test_a_file_has_its_strength_and_its_switch(host: str) -> None:
    for name, files in written(host).items():
        whole = "\n".join(files.values())
        assert re.search("strength", whole, re.IGNORECASE)
        if name == "tunable":
            assert re.search("sigma", whole, re.IGNORECASE) and "0.0078125" in whole
        if host not in WITHOUT_SWITCH:
            assert re.search(r"values_?linear", whole, re.IGNORECASE), f"{host}: no switch"


@pytest.mark.parametrize("host", HOSTS)
def test_lines_are_short_and_ascii(host: str) -> None:
    for files in written(host).values():
        for file, found in files.items():
            assert found.isascii() and found.endswith("\n") and "\t" not in found
            code = [line for line in found.splitlines() if "rtdeconv export" not in line]
            longest = max(code, key=len)
            assert len(longest) <= 100 or host == "ffmpeg", f"{file}: {longest}"


def test_all_hosts_fit_in_one_folder() -> None:
    """Files of one filter for two hosts never share a name, unless they are the same file."""
    files = {host: ONE_PASS.files(host, "x") for host in HOSTS}
    for one, two in combinations(HOSTS, 2):
        for name in {*files[one]} & {*files[two]}:
            assert files[one][name] == files[two][name], f"{name} of {one} and {two}"


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_proven_by_what_is_there(host: str) -> None:
    """Names in ``proof`` are exactly the clients and judges that try its files."""
    trying = [one.name for one in (*CLIENTS, *JUDGES) if host in one.hosts]
    assert sorted(HOSTS[host].proof) == sorted(trying)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("border", BORDERS)
def test_every_host_has_every_border(host: str, border: str) -> None:
    options = {"method": "fir", "taps": 3, "light": "encoded", "border": border}
    assert main_text(design("gaussian:0.5", **options).files(host))


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_cannot_take_a_filter_gets_its_best(host: str) -> None:
    asked = design("gaussian:0.8", method="comb", terms=3)
    found = for_host(asked, HOSTS[host])
    assert HOSTS[host].refusal(found.plan) is None
    if HOSTS[host].passes >= len(asked.plan.passes):
        assert found == asked
    else:
        assert found.expected_loss_db < 0.5


def test_the_command_says_when_it_changes_the_filter(capsys, tmp_path: Path) -> None:
    options = ("gaussian:1", "--noise", "4/255")
    status, _, err = run(capsys, "export", *options, "--to", "obs", "-o", f"{tmp_path}/")
    assert status == 0 and "obs draws 1 pass" in err and "instead: " in err
    file = tmp_path / "filter.json"
    run(capsys, "design", "gaussian:1", "--method", "comb", "-o", str(file))
    for words in ((str(file),), ("gaussian:1", "--method", "comb")):
        status, out, err = run(capsys, "export", *words, "--to", "obs")
        assert status == 2 and not out and "export gaussian:1 --to obs" in err


def test_hosts_of_several_files_need_a_folder_or_a_name(capsys, tmp_path: Path) -> None:
    options = ("export", "gaussian:0.7", "--light", "encoded", "--to", "retroarch")
    status, _, err = run(capsys, *options)
    assert status == 2 and "-o DIR/" in err
    place = tmp_path / "soft lens.slangp"
    assert run(capsys, *options, "-o", str(place))[0] == 0
    others = [path.name for path in tmp_path.iterdir() if path != place]
    assert others and all(name in place.read_text() for name in others)


def test_names_within_files_are_safe() -> None:
    assert safe_stem('a "b"/c.d') == "a-b-c.d"
    assert safe_stem("...") == "deblur"
    with pytest.raises(ValueRefused):
        HOSTS["obs"].files(EVERYWHERE["comb2"], ABOUT, "x")


@pytest.mark.parametrize("light", ["linear", "encoded"])
def test_values_that_arrive_linear_leave_linear(gl, light: str) -> None:
    """With the switch, the picture decoded beforehand and encoded afterwards is the same."""
    plan = design("gaussian:0.7", method="fir", taps=5, light=light).plan
    image = np.random.default_rng(3).random((24, 31, 3)).astype(np.float32)
    arriving = decode(image.astype(float), "linear").astype(np.float32)
    switched = gpu.Player(plan, text=text(plan), switches={"RTD_VALUES_LINEAR": 1}, context=gl)
    with switched as player:
        got = encode(player.run(arriving).astype(float), "linear").astype(np.float32)
    assert difference(got, interpret.run(plan, image)) <= SWITCHED


SWITCHED = 5e-5
"""Both ways through float32 sRGB curves, 12.92 steep at black, and weights up to 5."""


def test_nothing_is_clamped(gl) -> None:
    """Values beyond 1 and below 0 come out as the interpreter says."""
    plan = design("gaussian:0.7", method="fir", taps=5, light="encoded").plan
    image = np.random.default_rng(5).uniform(0, 6, (24, 31, 3)).astype(np.float32)
    with gpu.Player(plan, text=text(plan), context=gl) as player:
        got = player.run(image)
    wanted = interpret.run(plan, image)
    assert wanted.max() > 7 and wanted.min() < -1
    assert difference(got, wanted) <= 6 * 3e-6
