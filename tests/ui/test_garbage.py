"""No widget goes while Qt walks them all to change the look."""

import gc

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.ui import garbage

DIED: list[str] = []


class Ring(QObject):
    """Holds itself, so that only the collector can let it go."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.me, self.name = self, name

    def __del__(self) -> None:
        DIED.append(self.name)


def allocate() -> int:
    """More than enough for Python to collect by itself."""
    held = [[number] for number in range(50_000)]
    return len(held)


def test_nothing_goes_meanwhile(qapp: QApplication) -> None:
    gc.collect()
    DIED.clear()
    Ring("before")
    with garbage.nothing_collected():
        allocate()
        assert DIED == []
    assert gc.isenabled()
    gc.collect()
    assert DIED == ["before"]
