"""A thread beside the frames, at work on the newest request for an answer nobody waits for."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class Beside(ABC, Generic[Asked, Answered]):
    """Holds the newest request and the newest answer, both guarded by ``_changed``.

    Give `_work` the thread's work and call `_begin` when all is in place. ``wake`` is called from
    the thread when an answer is there, and when something stopped it. Close it in the end.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._changed = threading.Condition()
        self._asked: Asked | None = None
        self._answer: Answered | None = None
        self._failure: BaseException | None = None
        self._is_working = self._is_closed = False

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come, or was not polled yet."""
        with self._changed:
            waits = self._asked is not None or self._answer is not None
            return self._is_working or waits

    def poll(self) -> Answered | None:
        """The newest answer, once; never waits. Raises what stopped the thread, if anything did."""
        with self._changed:
            if self._failure is not None:
                raise self._failure
            answer, self._answer = self._answer, None
            return answer

    def wait(self, timeout_s: float) -> None:
        """Until an answer is there, or none is to come, or the time is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._answer is not None
                    or self._failure is not None
                    or (self._asked is None and not self._is_working)
                ),
                timeout_s,
            )

    def close(self, patience_s: float | None = None) -> None:
        """Ends the thread; what is under way is finished first, or left after ``patience_s``."""
        with self._changed:
            self._is_closed, self._asked = True, None
            self._changed.notify_all()
        self._thread.join(patience_s)

    @abstractmethod
    def _work(self) -> None:
        """Until it is closed."""

    def _begin(self, name: str) -> None:
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _ask(self, asked: Asked) -> None:
        """An earlier request that nobody began is forgotten."""
        with self._changed:
            self._asked = asked
            self._changed.notify_all()

    def _tell(self, answer: Answered, *, is_last: bool = True) -> None:
        """``is_last``: no other follows for the same request."""
        with self._changed:
            self._answer, self._is_working = answer, not is_last
            self._changed.notify_all()
        self._wake()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            with self._changed:
                self._failure = failure
                self._changed.notify_all()
            self._wake()
