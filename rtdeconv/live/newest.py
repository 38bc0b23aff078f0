"""The newest frame of a feed, for a loop that never waits for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from rtdeconv.errors import MediaError
from rtdeconv.live.pacing import Pacing
from rtdeconv.media.feeds import Feed, Pace, Shot

State = Literal["opening", "running", "lost", "ended"]

_FPS_OVER_S = 2.0
_LET_GO_S = 1.0


@dataclass(frozen=True)
class Status:
    """How a feed does.

    ``state``: "opening" until the first frame, "running", "lost" while it is tried again, "ended"
    when no frame will come any more, which is so of a picture once it is there. ``said``: a
    sentence for the screen, empty while all is well. ``arrived``: frames that came; ``skipped``:
    those never taken because a newer one came. ``fps``: arrivals per second over the last 2 s, 0
    where fewer than two came. ``resumed``: how often a lost feed came back.
    """

    state: State
    said: str
    arrived: int
    skipped: int
    fps: float
    resumed: int


class Newest:
    """A thread that reads a feed and keeps its newest frame in one slot.

        arrived = taken + skipped + (1 while a frame lies in the slot)

    Live feeds that break are opened again every ``retry_s`` seconds until they work. Files are
    ``paced`` by their time stamps, on the clock of the moment they started, and begin again where
    ``loop``. ``first`` is the feed already opened; ``wake`` is called, in the thread, for every
    frame and every change of state.
    """

    def __init__(
        self,
        open_: Callable[[], Feed],
        *,
        first: Feed | None = None,
        paced: bool = True,
        loop: bool = True,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
        retry_s: float = 0.5,
    ) -> None:
        self._open, self._feed = open_, first
        self._pace: Pace = "live" if first is None else first.pace
        self._pacing = Pacing() if paced else None
        self._loop, self._wake, self._clock, self._retry_s = loop, wake, clock, retry_s
        self._changed = threading.Condition()
        self._slot: Shot | None = None
        self._state: State = "opening"
        self._said = ""
        self._arrived = self._skipped = self._resumed = 0
        self._recent: deque[tuple[float, int]] = deque()
        self._still = self._closed = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="newest frame", daemon=True)
        self._thread.start()

    @property
    def status(self) -> Status:
        """The figures of this moment."""
        with self._changed:
            counts = self._arrived, self._skipped, self._fps()
            return Status(self._state, self._said, *counts, self._resumed)

    def take(self) -> Shot | None:
        """The newest frame if it was not taken before; never blocks.

        Raises what stopped the thread where that was no refusal of the feed.
        """
        with self._changed:
            if self._failure is not None:
                raise self._failure
            shot, self._slot = self._slot, None
            return shot

    def wait(self, timeout_s: float) -> bool:
        """Whether an untaken frame is there, waited for as long as ``timeout_s``."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._slot is not None or self._closed or self._failure is not None,
                timeout_s,
            )
            return self._slot is not None

    def pause(self, still: bool) -> None:
        """Lets a file stand, or go on; live feeds keep coming, so that none goes stale."""
        with self._changed:
            self._still = still
            self._changed.notify_all()

    def close(self) -> None:
        """Ends the thread. One that a system call holds for over a second ends after that call."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            feed = self._feed
        if feed is not None:
            feed.close()
        self._thread.join(_LET_GO_S)

    def _work(self) -> None:
        try:
            while not self._closed:
                feed = self._feed or self._opened()
                if feed is None:
                    return
                self._follow(feed)
                with self._changed:
                    self._feed = None
                if self._state == "ended":
                    return
        except BaseException as failure:
            with self._changed:
                self._failure = failure
                self._changed.notify_all()
            self._wake()

    def _opened(self) -> Feed | None:
        """The feed, opened again; None where that is given up."""
        while not self._closed:
            if self._state == "lost":
                self._sleep(self._retry_s)
            try:
                feed = self._open()
            except MediaError as error:
                if self._pace != "live":
                    self._tell("ended", str(error))
                    return None
                # What the feed broke off with tells more than that it still does not open.
                self._tell("lost", self._said or f"{error}; trying again")
                continue
            with self._changed:
                self._feed, self._pace = feed, feed.pace
                if not self._closed:
                    return feed
            feed.close()
        return None

    def _follow(self, feed: Feed) -> None:
        """Delivers the feed's frames to its end."""
        before = self._arrived
        try:
            while self._delivered_to_the_end(feed):
                pass
            if self._closed:
                return
        except MediaError as error:
            lost = self._pace == "live"
            self._tell(
                "lost" if lost else "ended", f"{error}; trying again" if lost else str(error)
            )
            return
        finally:
            feed.close()
        if self._pace == "still":
            self._tell("ended", "")
        elif self._pace == "file" and self._arrived == before:
            self._tell("ended", f"{feed.name} holds no frame")  # or it would begin again for ever
        elif self._pace == "file" and not self._loop:
            self._tell("ended", f"{feed.name} ended")
        if self._pacing is not None:
            self._pacing.start_over()

    def _delivered_to_the_end(self, feed: Feed) -> bool:
        """Delivers what comes; whether the feed then begins again by itself."""
        before = self._arrived
        while not self._closed and (shot := feed.read()) is not None:
            due = self._due(shot) if feed.pace == "file" else shot
            if due is None:
                return False
            self._deliver(due)
        again = self._loop and self._arrived > before and not self._closed and feed.rewound()
        if again and self._pacing is not None:
            self._pacing.start_over()
        return again

    def _due(self, shot: Shot) -> Shot | None:
        """The frame when it is to be shown, its arrival that moment; None when closed."""
        pacing = self._pacing
        if pacing is not None and shot.stamp_s is not None:
            shot = replace(shot, arrived_s=pacing.due_s(shot.stamp_s, self._clock()))
        with self._changed:
            while not self._closed:
                now_s = self._clock()
                if self._still:
                    self._changed.wait_for(lambda: not self._still or self._closed)
                    stood_s = self._clock() - now_s
                    shot = replace(shot, arrived_s=shot.arrived_s + stood_s)
                    if pacing is not None:
                        pacing.shift(stood_s)
                elif pacing is not None and now_s < shot.arrived_s:
                    self._changed.wait(shot.arrived_s - now_s)
                else:
                    return shot
        return None

    def _deliver(self, shot: Shot) -> None:
        with self._changed:
            self._arrived += 1 + shot.passed
            self._skipped += shot.passed + (self._slot is not None)
            self._slot = shot
            if self._state == "lost":
                self._resumed += 1
            self._state, self._said = "running", ""
            self._recent.append((self._clock(), self._arrived))
            self._fps()
            self._changed.notify_all()
        self._wake()

    def _fps(self) -> float:
        """Arrivals per second among the recent ones; forgets the older ones."""
        recent, since_s = self._recent, self._clock() - _FPS_OVER_S
        while recent and recent[0][0] < since_s:
            recent.popleft()
        if len(recent) < 2 or recent[-1][0] <= recent[0][0]:
            return 0.0
        (began_s, first), (ended_s, last) = recent[0], recent[-1]
        return (last - first) / (ended_s - began_s)

    def _tell(self, state: State, said: str) -> None:
        with self._changed:
            self._state, self._said = state, said
            self._changed.notify_all()
        self._wake()

    def _sleep(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)
