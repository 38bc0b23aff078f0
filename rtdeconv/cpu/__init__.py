"""The CPU executor: a plan on OpenCV in float32, faster than GL in software.

Each weighted sum is one ``cv2.filter2D`` per image read, samples counting for the pixels they mix.
Integer pictures are decoded and encoded by tables, float32 ones by the exact curves. What adapts is
worked out plane by plane, a strip of rows at a time, so that arrays stay in the cache.
"""

from rtdeconv.cpu.player import CpuPlayer

__all__ = ["CpuPlayer"]
