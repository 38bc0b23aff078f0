"""Laws of every host's files: what they say, what they leave to the user, what they refuse."""

from __future__ import annotations

import re
import shlex
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from command_line import refused, run
from golden_plans import ABOUT, ADAPTIVE, EVERYWHERE, SPELLED, text, texts
from worked_plans import difference

from rtdeconv import design, gpu, interpret
from rtdeconv.emit import HOSTS
from rtdeconv.emit.host import safe_stem
from rtdeconv.errors import ValueRefused
from rtdeconv.light import decode, encode
from rtdeconv.plan import BORDERS
from rtdeconv.planner import Budget, for_host

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.clients.registry import CLIENTS, JUDGES
from tools.proving import switched

BAKED = {"ffmpeg"}
"""Its file is a filter string of integers over encoded values."""

WITHOUT_SLIDERS = {
    "glsl330",
    "glsl-function",
    "gles300",
    "glsl450",
    "wgsl",
    "hlsl",
    "unreal",
    "bevy",
    "shadertoy",
    "mpv",
    "gstreamer",
}
"""Hosts whose files declare uniforms, struct members or macros: there the range is in a comment."""

HARMLESS = (
    *("clamp(at, ", "clamp(size - ", "min(vec2(textureSize("),  # positions
    *("clamp(sigma", "max(noise", "clamp(log2("),  # what a tunable filter was solved for
    *(
        "max(c, 0.0",
        "max(c, vec3",
        "max(c, rtd_grey",
    ),  # what the power of the sRGB curve is taken of
    *("min(abs(c), ", "max(root - ", "max(size, ", "max(12.0 * size, "),  # PQ and HLG
    *(
        "max(energy, ",
        "min(most, ",
        "max(dot(low, luma), ",
        "max(cut.",
        "max(grain, ",
        "clamp(kink / ",
        "clamp((",
    ),  # structure
    *("clamp(log2(", "clamp(mean.z, ", "clamp(level", "clamp(mean.z / "),  # what weights go by
    *("min(nw, ", "max(nw, ", "min(min(", "max(max("),  # the range of the pixels around
    *("min(lowest, ", "max(highest, ", "min(darkest, ", "max(brightest, "),
    *("clamp(adapted, lowest", "clamp(value, low"),  # which these keep to on purpose
    *("max(value - high, ", "max(low - value, ", "max(min(", "min(max("),  # but for peaks
    *("min(saddle, ", "max(valley", "max(centre - saddle, ", "max(y_centre - saddle, "),
)
EIGHT_BITS = ("clamp(c, 0.0, 1.0) * 255.0",)
"""GStreamer's target, rounded by the shader because that is less precise than 8 bits."""

ONE_PASS = design("gaussian:0.7", method="fir", taps=5, light="encoded")


WRITTEN = EVERYWHERE | SPELLED | ADAPTIVE


def written(host: str) -> dict[str, dict[str, str]]:
    """The files of every golden plan that the host takes."""
    taken = {name: plan for name, plan in WRITTEN.items() if not HOSTS[host].refusal(plan)}
    return {name: texts(host, plan, name) for name, plan in taken.items()}


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


def code(files: dict[str, str]) -> str:
    """All lines but those that are comments; directives of a host may look like them."""
    lines = "\n".join(files.values()).splitlines()
    return "\n".join(line for line in lines if not re.match(r"\s*(//(?!!)|# )", line))


@pytest.mark.parametrize("host", sorted({*HOSTS} - BAKED))
def test_parameters_have_their_ranges(host: str) -> None:
    """Name, both ends and default stand together; in the host's own syntax where it has one."""
    for name, files in written(host).items():
        for p in WRITTEN[name].parameters:
            text = "\n".join(files.values()) if host in WITHOUT_SLIDERS else code(files)
            found = [
                text[at.start() : at.start() + 400]
                for at in re.finditer(rf"{p.name}\b", text, re.IGNORECASE)
            ]
            numbers = (rf"\b{re.escape(f'{n:g}')}" for n in (p.low, p.high, p.default))
            patterns = [re.compile(number) for number in numbers]
            assert any(all(one.search(part) for one in patterns) for part in found), p.name


@pytest.mark.parametrize("host", sorted({*HOSTS} - BAKED))
def test_the_switch_for_linear_values_stands_in_the_code(host: str) -> None:
    """Which proofs turn over; what stands there is what the host says of itself."""
    for files in written(host).values():
        assert switched(files) != files
        assert re.search(r"values_?(linear|are_?encoded)", code(files), re.IGNORECASE)


@pytest.mark.parametrize("host", HOSTS)
def test_colours_are_clamped_by_targets_only(host: str) -> None:
    for files in written(host).values():
        for found in re.finditer(r"\b(?:saturate|clamp|min|max)\(.*", code(files)):
            allowed = (*HARMLESS, *EIGHT_BITS) if host == "gstreamer" else HARMLESS
            assert found.group().startswith(allowed), found.group()


FLOATS = {
    "three": ("type: HalfFloatType,", "blending: NoBlending,"),
    "babylon": (
        "index > 0 || valuesLinear\n                    ? Constants.TEXTURETYPE_HALF_FLOAT",
    ),
    "pixi": ("format: 'rgba16float',",),
    "shadertoy": ("Buffer A",),
    "godot4": ("Use HDR 2D on (half floats with Forward+)", "blend_disabled"),
    "godot3": ("HDR on (half floats, GLES3 only)", "blend_disabled"),
    "reshade": ("BUFFER_HEIGHT; Format = RGBA16F;", "RenderTarget = rtd_stored1;"),
    "retroarch": ("#pragma format R16G16B16A16_SFLOAT",),
    "unity-urp": ("GraphicsFormat.R16G16B16A16_SFloat", "image.colorFormat = Stored;"),
    "unity-builtin": ("RenderTextureFormat.ARGBHalf", "RenderTextureReadWrite.Linear"),
    "mpv": ("//!SAVE RTD1", "half floats"),
    "mpv-param": ("//!SAVE RTD1",),
}
"""What makes images between passes hold structure, in files that make them; mpv's are half floats,
and Shadertoy's single."""


@pytest.mark.parametrize("host", HOSTS)
def test_structure_is_kept_in_floats(host: str) -> None:
    """Up to 41000 and below 0, which no 8 bits hold; a host of one pass refuses."""
    plan = ADAPTIVE["activity5"]
    if HOSTS[host].passes == 1:
        assert "this filter takes 2" in (HOSTS[host].refusal(plan) or "")
        return
    found = "\n".join(texts(host, plan).values())
    assert "structure from -1000.0 to 41000.0, three channels: RGBA16F" in found
    for words in FLOATS.get(host, ("structure from pass 1, RGBA16F",)):
        assert words in found


@pytest.mark.parametrize("name", ["limited", "limited-luma"])
def test_fixed_taps_limit_nothing(name: str) -> None:
    with pytest.raises(ValueRefused, match="adds up fixed taps and this filter does more"):
        texts("ffmpeg", ADAPTIVE[name])


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


def test_a_filter_for_a_host_keeps_to_what_may_be_spent() -> None:
    asked = design("gaussian:1", fetches=14)
    assert len(asked.plan.passes) == 2
    found = for_host(asked, HOSTS["obs"], Budget(fetches=14))
    assert found.plan.fetches <= 14
    assert for_host(asked, HOSTS["obs"]).plan.fetches > 14
    with pytest.raises(ValueRefused, match="4 fetches and 1 pass"):
        for_host(asked, HOSTS["obs"], Budget(fetches=4))


def test_the_command_says_when_it_changes_the_filter(capsys, tmp_path: Path) -> None:
    options = ("gaussian:1", "--noise", "4/255")
    status, _, err = run(capsys, "export", *options, "--to", "obs", "-o", f"{tmp_path}/")
    assert status == 0 and "obs draws 1 pass" in err and "instead: " in err


@pytest.mark.parametrize(
    "named", [("--method", "comb"), ("--tunable",), ("--sigma-map",), ("--sigma-at-edge", 1.5)]
)
def test_a_filter_asked_for_by_name_stays(capsys, tmp_path: Path, named) -> None:
    """The remedy, pasted, has all that was asked but the name."""
    options = ("gaussian:1x1@30", "--noise", "4/255", "--border", "wrap")
    file = tmp_path / "filter.json"
    run(capsys, "design", *options, *named, "-o", str(file))
    for words in ((str(file),), (*options, *named)):
        remedy = refused(capsys, "export", *words, "--to", "obs").split("`")[1]
        program, *pasted = shlex.split(remedy)
        assert program == "rtdeconv" and {*map(str, options[1:])} < {*pasted}
        status, out, _ = run(capsys, *pasted)
        assert status == 0 and "remake" in out


def test_hosts_of_several_files_need_a_folder_or_a_name(capsys, tmp_path: Path) -> None:
    options = ("export", "gaussian:0.7", "--light", "encoded", "--to", "retroarch")
    assert "-o DIR/" in refused(capsys, *options)
    place = tmp_path / "soft-lens.slangp"
    assert run(capsys, *options, "-o", str(place))[0] == 0
    others = [path.name for path in tmp_path.iterdir() if path != place]
    assert others and all(name in place.read_text() for name in others)


@pytest.mark.parametrize(
    ("host", "name", "first"),
    [
        ("retroarch", "x.slang", "x.slangp"),
        ("unity-urp", "RtdDeblurFeature.cs", "RtdDeblurFeature.urp.shader"),
        ("bevy", "x.wgsl", "x.bevy.wgsl"),
    ],
)
def test_files_that_name_each_other_keep_their_names(
    capsys, tmp_path: Path, host: str, name: str, first: str
) -> None:
    """One does not become another, and each finds the others."""
    options = ("export", "gaussian:0.7", "--method", "fir", "--light", "encoded", "--to", host)
    assert f"call the first {first}" in refused(capsys, *options, "-o", tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    assert run(capsys, *options, "-o", str(tmp_path / first))[0] == 0
    assert (tmp_path / first).exists() and len(list(tmp_path.iterdir())) == 2


def test_an_export_appears_whole_or_not_at_all(capsys, tmp_path: Path) -> None:
    options = ("export", "gaussian:0.7", "--method", "fir", "--taps", 5, "-o", f"{tmp_path}/")
    hosts = ("--to", "glsl330", "--to", "retroarch")
    old, in_the_way = (tmp_path / f"gaussian-0.7-fir-5.{end}" for end in ("frag", "slang"))
    old.write_text("precious")
    in_the_way.mkdir()
    assert "it is a folder" in refused(capsys, *options, *hosts)
    assert {*tmp_path.iterdir()} == {old, in_the_way} and old.read_text() == "precious"


def test_the_list_of_hosts_shows_whole_names_in_80_columns(
    capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(capsys, "hosts")
    rows = out.splitlines()
    assert max(map(len, rows)) <= 80
    for host in HOSTS.values():
        assert any(row.split()[:2] == [host.name, f"*{host.suffix}"] for row in rows)


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
