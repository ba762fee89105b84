"""A widget in a ring of references dies on the GUI thread, whoever allocates meanwhile."""

import gc
import threading
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.ui import garbage
from app.ui.jobs import Jobs
from app.ui.theme import Theme

DIED_ON: list[int] = []


class Ring(QObject):
    """Holds itself, so that only the collector can let it go."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def __del__(self) -> None:
        DIED_ON.append(threading.get_ident())


def allocate() -> int:
    """More than enough for Python to collect by itself."""
    return len([[number] for number in range(50_000)])


def test_a_reader_collects_nothing(qapp: QApplication) -> None:
    jobs = Jobs()
    gc.collect()
    DIED_ON.clear()
    counted: list[Any] = []
    Ring()
    jobs.read(allocate, counted.append)
    assert jobs.wait_idle()
    assert counted == [50_000]
    assert DIED_ON == []
    gc.collect()
    assert DIED_ON == [threading.get_ident()]
    assert not gc.isenabled()
    jobs.close()


def test_what_is_due_is_swept_from_the_event_loop(qapp: QApplication) -> None:
    jobs = Jobs()
    gc.collect()
    DIED_ON.clear()
    Ring()
    held = [[number] for number in range(5_000)]
    garbage.sweep()
    assert len(held) == 5_000
    assert DIED_ON == [threading.get_ident()]
    jobs.close()


def test_python_collects_by_itself_again_when_the_last_threads_have_ended(qapp: QApplication) -> None:
    users = garbage._users
    first, second = Jobs(), Jobs()
    first.close()
    assert not gc.isenabled()
    second.close()
    assert garbage._users == users
    assert gc.isenabled() is (users == 0)


def test_nothing_goes_while_the_look_changes(look: Theme, qapp: QApplication) -> None:
    gc.collect()
    DIED_ON.clear()
    Ring()
    before = gc.isenabled()
    with garbage.nothing_collected():
        allocate()
        assert DIED_ON == []
    assert gc.isenabled() is before
