"""One GL for the whole run, without an error after each test that draws; a picture file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest

from rtdeconv.gpu import open_context
from rtdeconv.media.pictures import Picture, write_picture

# Mesa's software GL compiles hundreds of small shaders here; not optimising them takes a third of
# the time and leaves their arithmetic as it is. Other GLs do not know the variable.
os.environ.setdefault("GALLIVM_PERF", "nopt")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the package remembers of a machine is remembered for the run only."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def any_gl() -> Iterator[moderngl.Context]:
    """The session's context; tests take `gl` instead. Without GL they fail: nothing is skipped."""
    context = open_context()
    yield context
    context.release()


@pytest.fixture
def gl(any_gl: moderngl.Context) -> Iterator[moderngl.Context]:
    """A context whose error flag is clear before the test and must be after it."""
    with any_gl:
        assert any_gl.error == "GL_NO_ERROR", "an earlier test left a GL error"
        yield any_gl
        assert any_gl.error == "GL_NO_ERROR"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small RGB picture."""
    path = tmp_path / "in.png"
    pixels = np.random.default_rng(0).integers(0, 256, (24, 31, 3), np.uint8)
    write_picture(path, Picture(pixels))
    return path
