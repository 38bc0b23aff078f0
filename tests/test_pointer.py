"""What the mouse does to the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtdeconv.live.framing import Framing, Point, Size
from rtdeconv.live.pointer import DOUBLE_S, Pointer

SCREEN: Size = (900, 700)
PICTURE: Size = (640, 360)
places = st.tuples(st.floats(0, 900), st.floats(0, 700))


def far_from_the_line(at: Point) -> bool:
    return abs(at[0] - 450) > 10


@given(start=places, end=places)
def test_what_is_under_the_pointer_stays_under_it_while_it_drags(start, end) -> None:
    framing = Framing(shown="after", scale=3.0)
    pointer = Pointer()
    before = framing.scene(PICTURE, SCREEN).corner
    framing = pointer.press(framing, start, 0.0, SCREEN)
    framing = pointer.move(framing, end, PICTURE, SCREEN)
    after = framing.scene(PICTURE, SCREEN).corner
    if all(0 < place < 1 for place in framing.middle):  # not held at the picture's edge
        moved = after[0] - before[0], after[1] - before[1]
        # whole scales round to whole pixels, before and after
        assert moved == pytest.approx((end[0] - start[0], end[1] - start[1]), abs=1.01)


@given(end=places)
def test_the_line_follows_a_drag_that_began_on_it(end) -> None:
    pointer = Pointer()
    framing = pointer.press(Framing(), (452.0, 100.0), 0.0, SCREEN)
    assert pointer.holds_line
    framing = pointer.move(framing, end, PICTURE, SCREEN)
    assert framing.scene(PICTURE, SCREEN).split == pytest.approx(end[0])
    pointer.release()
    assert pointer.move(framing, (1.0, 1.0), PICTURE, SCREEN) == framing


@given(at=places.filter(far_from_the_line), gap_s=st.floats(0.0, 2 * DOUBLE_S))
def test_two_quick_presses_toggle_one_to_one(at, gap_s) -> None:
    pointer = Pointer()
    framing = pointer.press(Framing(), at, 0.0, SCREEN)
    pointer.release()
    framing = pointer.press(framing, at, gap_s, SCREEN)
    assert framing.scale == (1.0 if gap_s <= DOUBLE_S else None)


@given(at=places.filter(far_from_the_line))
def test_a_third_press_is_not_a_second_double_click(at) -> None:
    pointer = Pointer()
    framing = Framing()
    for number in range(3):
        framing = pointer.press(framing, at, 0.1 * number, SCREEN)
        pointer.release()
    assert framing.scale == 1.0


def test_without_a_picture_the_wheel_does_nothing() -> None:
    framing = Framing()
    assert Pointer().wheel(framing, 1.0, (10.0, 10.0), None, SCREEN) == framing
