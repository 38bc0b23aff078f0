"""The restored picture as a camera that meeting software finds."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import DeviceError, RtdError

_HOW = {
    "linux": "sudo apt-get install v4l2loopback-dkms && sudo modprobe v4l2loopback",
    "darwin": "install OBS from https://obsproject.com, start its virtual camera once and stop it",
    "win32": "install OBS from https://obsproject.com",
}


class VirtualCamera:
    """A loopback device that shows what is sent; ``size`` is (width, height) to begin with.

    Raises RtdError where pyvirtualcam is not installed, DeviceError where there is no such
    device, both with what to do.
    """

    def __init__(self, size: tuple[int, int] = (1280, 720), fps: float = 30.0) -> None:
        self.size, self._fps = size, fps
        self._camera = _opened(size, fps)

    @property
    def name(self) -> str:
        """The device's, to be chosen in the meeting software."""
        return str(self._camera.device)

    def send(self, rgb: NDArray[np.uint8], at_s: float = 0.0) -> None:
        """Shows a frame, (H, W, 3); at another size than before the device is opened anew.

        ``at_s`` is not told to the device: it shows what it has. Raises DeviceError where the
        device has gone or refuses the size.
        """
        height, width = rgb.shape[:2]
        if (width, height) != self.size:
            self._camera.close()
            self.size = width, height
            self._camera = _opened(self.size, self._fps)
        try:
            self._camera.send(rgb)
        except (RuntimeError, OSError) as error:
            raise DeviceError(f"the virtual camera broke off ({error}); start it again") from error

    def close(self) -> None:
        """Gives the device back."""
        self._camera.close()


def _opened(size: tuple[int, int], fps: float) -> Any:
    try:
        import pyvirtualcam
    except ImportError:
        raise RtdError(
            "a virtual camera needs pyvirtualcam: pip install 'rtdeconv[virtual-camera]'"
        ) from None
    width, height = size
    try:
        return pyvirtualcam.Camera(
            width=width, height=height, fps=fps, fmt=pyvirtualcam.PixelFormat.RGB
        )
    except (RuntimeError, OSError) as error:
        how = _HOW.get(sys.platform, "see https://github.com/letmaik/pyvirtualcam")
        raise DeviceError(
            f"there is no virtual camera that takes {width}x{height}; to get one: {how}"
        ) from error
