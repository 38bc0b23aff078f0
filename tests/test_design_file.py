"""Filter files: round trips of every family, and refusal of everything else."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtdeconv import design, design_file
from rtdeconv.errors import FilterFileError, RtdError
from rtdeconv.fit import AT_RUN_TIME, FAMILIES
from rtdeconv.media.pictures import Picture, write_picture

RECORD = json.loads(design_file.to_text(design("gaussian:0.8", method="fir", taps=3)))


@pytest.mark.parametrize("family", AT_RUN_TIME, ids=lambda family: family.name)
@pytest.mark.parametrize("prior", ["ar1", "flat"])
def test_round_trip_of_tunable_filters(family, prior: str, tmp_path: Path) -> None:
    made = design("gaussian:0.8", method=family.name, prior=prior, noise=2 / 255)
    path = tmp_path / "filter.json"
    path.write_text(design_file.to_text(made))
    assert design_file.load(path) == made
    assert design_file.load(path).export() == made.export()


def test_a_psf_from_a_picture_travels_as_taps(tmp_path: Path) -> None:
    """The file opens without the picture, and no file may make another be opened."""
    y, x = np.mgrid[-12:13, -12:13]
    spot = 200 * np.exp(-((x - 0.3) ** 2 + y**2) / 2) + 20
    picture = tmp_path / "psf.png"
    write_picture(picture, Picture(np.rint(spot).astype(np.uint8)))
    made = design(f"file:{picture}", method="fir")
    path = tmp_path / "filter.json"
    design_file.save(made, path)
    picture.unlink()
    again = design_file.load(path)
    assert again.filter == made.filter
    assert np.array_equal(again.target.blur.psf(), made.target.blur.psf())
    assert str(tmp_path) not in path.read_text() + again.export()
    with pytest.raises(FilterFileError, match="not the path"):
        design_file.from_text(_changed(blur=f"file:{picture}"))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("blur", ["gaussian:0.8", "gaussian:1.2x0.6@30", "disk:1.2+gaussian:0.4"])
def test_round_trip(name: str, blur: str, tmp_path: Path) -> None:
    made = design(blur, method=name, noise=2 / 255, max_gain=8.0, light="gamma2", border="mirror")
    path = tmp_path / "filter.json"
    path.write_text(design_file.to_text(made))
    assert design_file.load(path) == made
    assert design_file.load(path).export() == made.export()


def _changed(**changes) -> str:
    return json.dumps({**RECORD, **changes})


def _filter(**changes) -> str:
    return _changed(filter={**RECORD["filter"], **changes})


def _other(method: str, size: dict[str, int], **fields) -> str:
    return _changed(method=method, size=size, filter=fields)


NAN_TAPS = copy.deepcopy(RECORD["filter"]["taps"])
NAN_TAPS[0][0] = float("nan")


def _solver(**changes) -> str:
    """A tunable filter whose solver has other entries."""
    record = json.loads(design_file.to_text(design("gaussian:1", method="tunable")))
    record["filter"]["solver"] |= {**{"noise_gram": [0, 0, 0]}, **changes}
    return json.dumps(record)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[]", "not a filter file"),
        ("{}", "not a filter file"),
        ("null", "not a filter file"),
        ("[" * 20000 + "]" * 20000, "nested deeper"),
        (_changed(version=1), "reads version 2, not 1"),
        (_changed(version="1"), "reads version 2, not '1'"),
        (_changed(version=True), "reads version 2, not True"),
        (_changed(extra=1), "unknown key 'extra'"),
        (json.dumps({k: v for k, v in RECORD.items() if k != "blur"}), "lacks 'blur'"),
        (json.dumps(RECORD)[:-1] + ', "blur": "box:3"}', "stands twice"),
        (_changed(blur=3), "blur is a short text"),
        (_changed(blur="gaussian:" + "9" * 70000), "blur is a short text"),
        (_changed(blur="gaussian:0.8\n#error"), "blur"),
        (_changed(blur="*/"), "unknown blur"),
        (_changed(noise="1"), "noise is a number"),
        (_changed(noise=True), "noise is a number"),
        (_changed(noise=-1), "standard deviation"),
        (_changed(noise=10**400), "finite"),
        (_changed(bits=8.5), "whole number"),
        (_changed(bits=99), "1..16"),
        (_changed(prior="x\\"), "unknown prior"),
        (_changed(prior_var=0), "variance"),
        (_changed(max_gain=0.1), "at least 1"),
        (_changed(weight="best"), "unknown weight"),
        (_changed(light="dark"), "unknown light"),
        (_changed(border=""), "unknown border"),
        (_changed(filter=[]), "filter is an object"),
        (_changed(method="zip"), "unknown method"),
        (_changed(method=["fir"]), "method is a short text"),
        (_filter(name="//"), "unknown key"),
        (_filter(taps=[]), "odd square"),
        (_filter(taps=[[1.0, 2.0]]), "odd square"),
        (_filter(taps=[[0.0] * 17] * 17), "at most 15"),
        (_filter(taps=NAN_TAPS), "finite, not NaN"),
        (_filter(taps=[["1"]]), "taps is a number"),
        (_filter(taps=[[2.0]]), "sum to exactly 1"),
        (_other("comb", {"terms": 2}, coefficients=[1e300]), "within"),
        (_other("comb", {"terms": 2}, coefficients=[0.1] * 9), "1..3 terms"),
        (_other("gauss", {"terms": 1}, coefficients=[1.0], radius=10**9), "radius"),
        (_other("gauss", {"terms": 1}, coefficients=[1.0], radius=5.0), "whole"),
        (_other("separable", {"taps": 3}, rows=[0.5, 0.5], columns=[1.0]), "odd number"),
        (_other("separable", {"taps": 3}, rows=[2.0], columns=[1.0]), "sum to exactly 1"),
        (_other("delta-separable", {"taps": 3, "terms": 1}, terms=[[1.0, [1.0]]]), "holds 3 each"),
        (_other("polynomial", {"terms": 1}, coefficients=[1.0], taps=[[3.0]]), "sum to exactly 1"),
        (_other("tunable", {"terms": 2}, solver=5, sigma_px=1.0, noise=0.0), "solver is an object"),
        (
            _other("tunable", {"terms": 2}, solver={"kind": "os"}, sigma_px=1.0, noise=0.0),
            "solver is of an unknown kind 'os'",
        ),
        (_solver(decays=[]), "numbers of a tunable filter"),
        (_solver(noise_gram=[1e308, 0, 1]), "within"),
        (_changed(prior="images:*.png", prior_powers=None), "lacks its measured powers"),
        (_changed(prior="images:*.png", prior_powers=[0.0, 1.0]), "positive numbers"),
        (_changed(size=5), "size is an object"),
        (_changed(size={"terms": 5}), "lacks 'taps'"),
        (_changed(target="best"), "unknown target"),
        (_changed(sigma_range=90), "range of sizes"),
        (_changed(max_overshoot=-1), "overshoot"),
        (_changed(method="polynomial:x,1"), "polynomial:ALPHA,BETA"),
    ],
)
def test_hostile_files_are_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(RtdError, match=words.replace(".", r"\.")):
        design_file.from_text(text)


def test_unreadable_and_oversized_files(tmp_path: Path) -> None:
    for name, content in (("big", b" " * 10**6), ("binary", b"\xff\xfe"), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FilterFileError, match=name):
            design_file.load(tmp_path / name)
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(FilterFileError, match="cannot read"):
            design_file.load(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(RECORD)), JSON)
def test_no_value_of_any_key_crashes_or_reaches_a_shader_unchecked(key: str, value) -> None:
    try:
        text = design_file.from_text(_changed(**{key: value})).export()
    except RtdError:
        return
    assert text.isascii()
    assert "\\" not in text and "*/" not in text


def test_an_edited_file_does_not_claim_that_options_remake_it() -> None:
    taps = [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    assert "would give other taps" in design_file.from_text(_filter(taps=taps)).export()
    assert "would give other taps" in design_file.from_text(_filter(taps=[[1.0]])).export()
    assert "would give other taps" not in design_file.from_text(_changed()).export()


def test_numbers_of_numpy_are_written_as_numbers() -> None:
    plain = design("gaussian:0.8", method="fir", taps=5, max_gain=3.0, sigma_range=20.0)
    made = design(
        "gaussian:0.8",
        method="fir",
        taps=np.int64(5),
        max_gain=np.float32(3.0),
        sigma_range=np.float64(20.0),
    )
    assert design_file.to_text(made) == design_file.to_text(plain)
    assert "1.5" in design_file.to_text(design("gaussian:0.8", sigma_at_edge=np.float64(1.5)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothere.json", "check the name"),
        ("empty.json", "it is empty"),
        ("a\0b", "no file can have"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_like_any_input(
    tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "empty.json").touch()
    with pytest.raises(FilterFileError, match=f"cannot read filter file.*{words}"):
        design_file.load(tmp_path / name)
