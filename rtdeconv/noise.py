"""Noise on display-encoded values, quantisation always counted."""

from __future__ import annotations

from dataclasses import dataclass

from rtdeconv.errors import ValueRefused, plain_number, shown


@dataclass(frozen=True)
class Noise:
    """White noise of standard deviation ``sigma`` (0..1 scale), then rounding to ``bits``."""

    sigma: float = 1 / 255
    bits: int = 8

    def __post_init__(self) -> None:
        if not (isinstance(self.sigma, (int, float)) and 0 <= self.sigma <= 1):
            raise ValueRefused(
                f"noise is a standard deviation of 0..1, such as 2/255, not {shown(self.sigma)}"
            )
        if isinstance(self.bits, bool) or not (isinstance(self.bits, int) and 1 <= self.bits <= 16):
            raise ValueRefused(f"bits is a whole number 1..16, not {shown(self.bits)}")

    @property
    def power(self) -> float:
        """Noise power per pixel: sigma^2 + step^2 / 12, the step being 1 / (2^bits - 1).

        Never zero, so that a Wiener filter always has something to weigh the blur against.
        """
        step = 1 / (2**self.bits - 1)
        return self.sigma**2 + step**2 / 12


def number_or_fraction(text: str, what: str = "noise") -> float:
    """``"0.01"`` or ``"2/255"`` as a number; raises ValueRefused for anything else."""
    try:
        above, slash, below = text.partition("/")
        return float(above) / (float(below) if slash else 1.0)
    except (ValueError, ZeroDivisionError):
        raise ValueRefused(
            f"{what} is a number or a fraction like 2/255, not {shown(text)}"
        ) from None


def noise_text(sigma: float) -> str:
    """``sigma`` as people write it, ``2/255`` where that is the same number."""
    codes = round(sigma * 255, 4)
    fraction = f"{plain_number(codes)}/255"
    return fraction if number_or_fraction(fraction) == sigma else plain_number(sigma)
