"""Where Python's garbage is collected: on the GUI thread, between events, and nowhere else.

Python collects on whichever thread happens to allocate, and in the middle of whatever it does. A closed sheet in a ring of
references that goes on a reader's thread, or while Qt walks its widgets, takes the whole window with it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QObject, QTimer

#: How often it is looked whether there is enough to collect.
SWEEP_MS = 1000

_users = 0
_sweeper: "_Sweeper | None" = None


class _Sweeper(QObject):
    """Collects by Python's own thresholds, from the event loop of the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(SWEEP_MS)
        self._timer.timeout.connect(sweep)
        self._timer.start()


def sweep() -> None:
    """Collect the oldest generation that is due, as Python would have."""
    for generation, (count, limit) in reversed(
        list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
    ):
        if limit and count > limit:
            gc.collect(generation)
            return


def sweep_here() -> None:
    """Worker threads are about to start: from now on garbage is collected on this thread only."""
    global _users, _sweeper  # noqa: PLW0603  (the collector is the whole process's)
    _users += 1
    gc.disable()
    if _sweeper is None and QCoreApplication.instance() is not None:
        _sweeper = _Sweeper()


def sweep_anywhere() -> None:
    """The worker threads have ended; with the last of them Python collects by itself again."""
    global _users, _sweeper  # noqa: PLW0603
    _users -= 1
    if _users == 0:
        _sweeper = None
        gc.enable()


@contextmanager
def nothing_collected() -> Iterator[None]:
    """While Qt walks its widgets, none of them may go."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
