"""A picture from a file through a restoration into a file."""

from __future__ import annotations

import os

import numpy as np

from rtdeconv.media.beside import beside, side_of_picture
from rtdeconv.media.colour import add_luma, luma_of
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.stream.ways import Pixels, Restore, checked


def restore_picture(
    source_path: str | os.PathLike[str],
    target_path: str | os.PathLike[str],
    restore: Restore,
    *,
    compare: bool = False,
) -> None:
    """Restore a picture file into another, its metadata kept.

    ``restore`` takes grey (H, W), RGB (H, W, 3) or RGBA (H, W, 4) of uint8, uint16 or float32 and
    returns the same shape and type. ``compare`` writes the input and the result beside each other,
    as they are shown. Raises MediaError or ValueRefused, nothing being written.
    """
    picture = read_picture(source_path)
    before = picture.pixels
    after = checked(before, restore(before))
    if compare:
        after = beside(before, after, side_of_picture(picture.metadata.orientation))
    write_picture(target_path, Picture(after, picture.metadata), source=source_path)


def on_luma(restore: Restore) -> Restore:
    """A restoration of luma alone, in which colours differ as they did.

    Of encoded RGB(A) it restores BT.709 luma, as a grey picture of float32, and adds the change to
    every colour, where luma is finite. Grey pictures are restored as they are.
    """

    def restored(image: Pixels) -> Pixels:
        if image.ndim == 2:
            return restore(image)
        luma = luma_of(image)
        change = np.zeros_like(luma)
        np.subtract(restore(luma), luma, out=change, where=np.isfinite(luma))
        return add_luma(image, change)

    return restored
