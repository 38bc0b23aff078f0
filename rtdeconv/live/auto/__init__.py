"""Blur and noise measured while frames pass, and the filter's settings led by them.

    Shot -> Cuts -> Watcher (thread: luma crops, measure) -> Follower -> Auto -> Settings

Drawing hands over frames and takes what is known; it never waits.
"""

from rtdeconv.live.auto.leading import Auto
from rtdeconv.live.auto.wishes import MEASURED

__all__ = ["MEASURED", "Auto"]
