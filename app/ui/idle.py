"""Whether anybody is at the screen, by a clock that nobody can set: what the idle lock goes by (DESIGN.md "Trust")."""

import time
from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject, Signal

#: Looks come each second. One this much later (in seconds) means that nothing ran in between: the computer was asleep.
ASLEEP = 60.0


class Idle(QObject):
    """Tells, once, that the screen was left alone for `after` (elapsed time; nothing: never), or that the computer slept.

    `ticks` gives seconds that only grow. `look()` is called each second and `touched()` at every key and move of the
    mouse, between `begin()` and `rest()`.
    """

    #: Nobody was there: why, in words.
    left_alone = Signal(str)

    def __init__(self, ticks: Callable[[], float] = time.monotonic, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.after = timedelta(0)
        self._ticks = ticks
        self._touched = self._looked = ticks()
        self.watching = False

    def begin(self) -> None:
        """Someone has just signed in or unlocked."""
        self._touched = self._looked = self._ticks()
        self.watching = True

    def rest(self) -> None:
        """The screen is covered: there is nothing to watch."""
        self.watching = False

    def touched(self) -> bool:
        """Someone pressed a key or moved the mouse. False when that came too late: the screen is covered instead."""
        if self.watching:
            self.look()
            self._touched = self._ticks()
        return self.watching

    def look(self) -> None:
        """Has anybody been there lately?"""
        if not self.watching:
            return
        now = self._ticks()
        slept, self._looked = now - self._looked > ASLEEP, now
        if slept:
            self.tell("the computer was asleep")
        elif self.after and now - self._touched >= self.after.total_seconds():
            self.tell(f"nobody touched it for {_said(self.after)}")

    def tell(self, why: str) -> None:
        """Cover the screen for this reason, unless it is covered."""
        if self.watching:
            self.rest()
            self.left_alone.emit(why)


def _said(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes < 1:
        return f"{round(length.total_seconds())} seconds"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
