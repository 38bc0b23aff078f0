"""What clients ask of Mesa's software GL and Vulkan, where they run as processes of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FLOAT_SAMPLING: Final[Mapping[str, str]] = {"GALLIVM_PERF": "no_aos_sampling"}
"""8-bit textures are mixed in floats, as GPUs do. Without it what is fetched between pixels is
rounded to 8 bits, and weights enlarge that: up to 7 codes."""
