"""Slanted edges are found on a photographed chart, and nowhere else; several give one blur."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from slanted import slanted_edge, stored

from rtdeconv.blur import Disk, Gaussian, gaussian_line
from rtdeconv.estimate.edge import Box, find_edges, measure_edges
from rtdeconv.light import decode, encode
from rtdeconv.media.pictures import read_picture
from rtdeconv.plots import edges
from rtdeconv.plots.page import page

CHART = Path(__file__).parent.parent / "tools" / "chart.py"
ONE = Gaussian(1.0)


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.uint8]:
    """As the tool writes it, (H, W)."""
    path = tmp_path_factory.mktemp("chart") / "chart.png"
    subprocess.run([sys.executable, CHART, path, "--paper", "letter"], check=True)
    pixels: NDArray[np.uint8] = read_picture(path).pixels[:, :, 1]
    return pixels


def photographed(chart: NDArray[np.uint8], sigma: tuple[float, float], noise: float) -> Any:
    """Blurred by Gaussians along y and x in linear light, with noise, 8 bits."""
    lit = decode(chart / 255.0, "linear")
    lines = [gaussian_line(one, math.ceil(6 * one)) for one in sigma]
    lit = cv2.sepFilter2D(lit, cv2.CV_64F, lines[1], lines[0], borderType=cv2.BORDER_REPLICATE)
    values = encode(lit, "linear") + np.random.default_rng(1).normal(0, noise, lit.shape)
    return stored(values, 8)


@pytest.mark.parametrize("sigma", [0.7, 2.5])
@pytest.mark.parametrize("upside_down", [False, True])
def test_the_chart_gives_its_blur(
    chart: NDArray[np.uint8], sigma: float, upside_down: bool
) -> None:
    picture = photographed(chart, (sigma, sigma), 2 / 255)
    picture = np.ascontiguousarray(picture[::-1, ::-1]) if upside_down else picture
    boxes = find_edges(picture)
    assert len(boxes) >= 8
    found = measure_edges(picture, boxes[:6])
    print(f"{sigma} px measured as {found.sigma_px:.3f} on {len(found.edges)} of {len(boxes)}")
    # the chart itself is drawn with soft edges, in encoded values: .2 px
    assert found.sigma_px == pytest.approx(math.hypot(sigma, 0.1), rel=0.03)
    assert isinstance(found.blur, Gaussian) and found.blur.sigma_y_px is None
    assert {edge.axis for edge in found.edges} == {"vertical", "horizontal"}
    assert not found.refused and 255 * found.noise == pytest.approx(2, rel=0.05)


def test_two_directions_make_an_ellipse(chart: NDArray[np.uint8]) -> None:
    picture = photographed(chart, (0.8, 1.4), 1 / 255)
    found = measure_edges(picture, find_edges(picture)[:8])
    assert isinstance(found.blur, Gaussian) and found.blur.sigma_y_px is not None
    assert found.blur.sigma_px == pytest.approx(1.4, rel=0.03)
    assert found.blur.sigma_y_px == pytest.approx(0.8, rel=0.03)
    assert found.sigma_px == pytest.approx(math.sqrt(1.4 * 0.8), rel=0.03)
    assert any("ellipse" in said for said in found.remarks)
    rows = dict(found.rows)
    assert rows["sigma across"] == f"{found.blur.sigma_px:.3f} px"
    assert rows["sigma down"] == f"{found.blur.sigma_y_px:.3f} px"
    assert "geometric mean" in " ".join(rows)
    places = [
        tuple(map(int, name.split()[-1].split(",")))[1::-1] for name in rows if " at " in name
    ]
    assert places == sorted(places) and len(places) == 8


def test_a_plot_of_an_ellipse_says_both_directions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    across, down = (slanted_edge(Gaussian(size), size=(100, 100)) for size in (0.8, 1.6))
    picture = np.hstack([across, down.T])
    found = measure_edges(picture, [Box(0, 0, 100, 100), Box(100, 0, 100, 100)])
    titles = []

    def titled(path: Path, title: str, *rest: Any, **more: Any) -> Any:
        titles.append(title)
        return page(path, title, *rest, **more)

    monkeypatch.setattr(edges, "page", titled)
    edges.plot_edges(found, picture, tmp_path / "drawn.png")
    assert isinstance(found.blur, Gaussian) and found.blur.sigma_y_px is not None
    half = {edge.axis: edge.mtf50_cpp for edge in found.edges}
    assert titles == [
        f"Slanted edge: sigma {found.blur.sigma_px:.3f} px across, {found.blur.sigma_y_px:.3f} "
        f"down, MTF50 {half['vertical']:.3f} across, {half['horizontal']:.3f} down "
        "cycles per pixel"
    ]
    assert (tmp_path / "drawn.png").stat().st_size > 10000


def test_the_chart_is_a_page_with_words(tmp_path: Path) -> None:
    page = tmp_path / "chart.pdf"
    subprocess.run([sys.executable, CHART, page], check=True)
    assert page.read_bytes().startswith(b"%PDF")
    refused = subprocess.run([sys.executable, CHART, tmp_path / "chart.gif"], capture_output=True)
    assert refused.returncode == 2 and b".pdf or .png" in refused.stderr


def text_screen(scale: float, thickness: int, italic: bool) -> NDArray[np.uint8]:
    screen = np.full((540, 960, 3), 250, np.uint8)
    font = cv2.FONT_HERSHEY_SIMPLEX | (cv2.FONT_ITALIC if italic else 0)
    for line in range(int(540 / (45 * scale)) + 1):
        at = (10, int(40 * scale * (line + 1)))
        words = "The quick brown fox /// AVWMN jumps over the lazy dog"
        cv2.putText(screen, words, at, font, scale, (10, 10, 10), thickness, cv2.LINE_AA)
    return screen


@pytest.mark.parametrize("scale", [0.6, 2.0, 6.0])
@pytest.mark.parametrize("italic", [False, True])
def test_text_has_no_edge_to_measure(scale: float, italic: bool) -> None:
    assert find_edges(text_screen(scale, max(1, int(4 * scale)), italic)) == ()


def test_logos_have_no_edge_to_measure() -> None:
    logo = np.full((400, 400, 3), 240, np.uint8)
    cv2.circle(logo, (120, 130), 100, (40, 60, 200), -1, cv2.LINE_AA)
    corners = np.array([[200, 350], [390, 350], [290, 180]])
    cv2.fillPoly(logo, [corners], (40, 60, 200), cv2.LINE_AA)
    cv2.rectangle(logo, (240, 20), (380, 150), (40, 60, 200), -1)
    assert find_edges(logo) == ()


def test_pictures_without_edges_have_none() -> None:
    rng = np.random.default_rng(0)
    for picture in (
        np.full((1080, 1920), 128, np.uint8),
        rng.integers(0, 256, (400, 400, 3), np.uint8),
        np.tile(np.linspace(0, 65535, 300).astype(np.uint16), (200, 1)),
        np.full((200, 200), np.nan, np.float32),
        np.full((200, 200, 4), np.inf, np.float32),
        rng.integers(0, 256, (16, 16), np.uint8),
        np.zeros((1, 1), np.uint8),
    ):
        assert find_edges(picture) == ()


def test_an_overlay_does_not_hide_the_chart(chart: NDArray[np.uint8]) -> None:
    picture = photographed(chart, (1.2, 1.2), 1 / 255)
    cv2.putText(picture, "REC 00:12:34", (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 3, 255, 8)
    found = measure_edges(picture, find_edges(picture)[:4])
    assert found.sigma_px == pytest.approx(1.2, rel=0.03)


def side_by_side(*blurs: Gaussian | Disk) -> tuple[NDArray[Any], list[Box]]:
    edges = [slanted_edge(blur, noise=1 / 255, seed=seed) for seed, blur in enumerate(blurs)]
    return np.hstack(edges), [Box(100 * place, 0, 100, 160) for place in range(len(blurs))]


def test_edges_that_agree_are_surer_together() -> None:
    together = measure_edges(*side_by_side(*[ONE] * 4))
    alone = measure_edges(*side_by_side(ONE))
    assert together.confidence > alone.confidence
    assert together.sigma_px_low <= 1.002 and together.sigma_px_high >= 0.998


def test_edges_that_differ_are_unsure_together() -> None:
    found = measure_edges(*side_by_side(Gaussian(0.8), Gaussian(1.0), Gaussian(1.3)))
    assert found.sigma_px_low < 0.85 and found.sigma_px_high > 1.2
    assert any("differs over the picture" in said for said in found.remarks)


def test_disks_on_all_edges_make_a_disk() -> None:
    found = measure_edges(*side_by_side(Disk(2.0), Disk(2.0)))
    assert isinstance(found.blur, Disk) and found.blur.radius_px == pytest.approx(2, rel=0.02)


def test_regions_left_out_are_said() -> None:
    picture, boxes = side_by_side(ONE, ONE)
    found = measure_edges(picture, [*boxes, Box(0, 0, 40, 160)])
    assert len(found.edges) == 2 and len(found.refused) == 1
    assert "left out" in found.remarks[0]
    record = json.loads(json.dumps(found.record, allow_nan=False))
    assert record["refused"][0]["box"] == "0,0,40,160" and len(record["edges"]) == 2
    assert all(isinstance(word, str) for row in found.rows for word in row)
