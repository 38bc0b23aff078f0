"""A short queue between two threads."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

_QUEUED = 4

Item = TypeVar("Item")


class Closed(Exception):
    """The other end of a channel has gone; the thread that meets it simply ends."""


class Channel(Generic[Item]):
    """A queue of a few items between two threads, which either may fail or close."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._error: BaseException | None = None

    def put(self, item: Item) -> None:
        """Hand over an item, waiting for room; raises what the channel failed with."""
        with self._changed:
            while len(self._items) >= _QUEUED and self._error is None:
                self._changed.wait()
            self.raise_failure()
            self._items.append(item)
            self._changed.notify_all()

    def get(self) -> Item:
        """Take the oldest item, waiting for one; raises what the channel failed with."""
        with self._changed:
            while not self._items and self._error is None:
                self._changed.wait()
            self.raise_failure()
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def fail(self, error: BaseException) -> None:
        """Make both ends raise ``error`` from now on; the first failure stands."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def raise_failure(self) -> None:
        """Raise what the channel failed with, if it did."""
        if self._error is not None:
            raise self._error
