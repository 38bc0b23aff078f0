"""What a person should know about a measured pair."""

from __future__ import annotations

from typing import Final

from rtdeconv.estimate.pairs.frames import Frame
from rtdeconv.estimate.pairs.measured import AS_GOOD, MeasuredPair
from rtdeconv.estimate.pairs.residual import Residual
from rtdeconv.estimate.words import WORTH_PX

MOVED_PX: Final = 0.02
BRIGHTER: Final = 0.02
NEGATIVE: Final = 0.02
ALIKE: Final = 0.2
LEFT_OUT: Final = 0.02


def remarks(
    measured: MeasuredPair, rest: Residual, frame: Frame, disagreeing: float
) -> tuple[str, ...]:
    """Sentences: what was recognised, and what to beware of."""
    y, x = measured.shift_px
    below = f"Taps below 0 sum to -{measured.negative:.1%}"
    plain = measured.gaussian < AS_GOOD and WORTH_PX < measured.sigma_px_high
    plain = plain and rest.alike <= ALIKE and not measured.sharpened
    said = {
        f"{below}: the blurred picture was sharpened, and nothing should be designed on it; turn "
        "off what sharpens, and measure again.": measured.sharpened,
        f"The blurred picture lies ({x:+.2f}, {y:+.2f}) px beside the sharp one; the PSF does not "
        "hold that, as its filter must not move the picture.": max(abs(y), abs(x)) > MOVED_PX,
        f"The blurred picture has {measured.gain:#.3g} times the contrast of the sharp one; the "
        "PSF does not hold that.": abs(measured.gain - 1) > BRIGHTER,
        f"{below}, as behind a sharpening or a cubic upscaler; the PSF is the nearest without "
        "them, and its filter less exact.": NEGATIVE < measured.negative and not measured.sharpened,
        f"Neighbouring pixels of what is left have a correlation of {rest.alike:.2f}: that is no "
        "noise, but the sharp picture is aliased, something moved or is lit in another way, or the "
        f"blur acted in other light than {measured.light}.": rest.alike > ALIKE,
        f"{disagreeing:.0%} of the places do not follow the others, as where something moved, and "
        "were left out.": disagreeing > LEFT_OUT,
        f"{frame.overlay:.1%} of the picture, alike in both, was taken for captions and left "
        "out.": frame.overlay > 0,
        f"The blur gaussian:{measured.sigma_px:.2f} explains the blurred picture as well, and its "
        "filter is cheaper.": plain,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)
