"""Whether anybody is there: the idle lock's rule, and what the computer itself says."""

import ctypes
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication

from app.ui.idle import ASLEEP, Idle
from app.ui.session import POWER_SLEEPS, SESSION_LOCK, WM_POWER, WM_SESSION, SessionWatch, _Messages, _Msg


class Watched:
    def __init__(self, after: float) -> None:
        self.now = 0.0
        self.idle = Idle(lambda: self.now)
        self.idle.after = timedelta(seconds=after)
        self.told: list[str] = []
        self.idle.left_alone.connect(self.told.append)
        self.idle.begin()

    def go(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.now += 1
            self.idle.look()


@pytest.fixture
def watched(qapp: QApplication) -> Watched:
    return Watched(300)


def test_it_tells_once_after_its_time_and_not_a_second_before(watched: Watched) -> None:
    watched.go(299)
    assert watched.told == []
    watched.go(1)
    assert watched.told == ["nobody touched it for 5 minutes"]
    watched.go(1000)
    assert len(watched.told) == 1


def test_a_touch_puts_it_off_and_one_too_late_does_not(watched: Watched) -> None:
    watched.go(299)
    assert watched.idle.touched()
    watched.go(299)
    assert watched.told == []
    watched.now += 1
    assert not watched.idle.touched()
    assert len(watched.told) == 1


def test_nothing_is_never(qapp: QApplication) -> None:
    watched = Watched(0)
    watched.go(100_000)
    assert watched.told == []


def test_a_gap_between_looks_is_a_sleep_even_where_it_never_locks(qapp: QApplication) -> None:
    watched = Watched(0)
    watched.now += ASLEEP
    watched.idle.look()
    assert watched.told == []
    watched.now += ASLEEP + 1
    watched.idle.look()
    assert watched.told == ["the computer was asleep"]


def test_it_rests_under_a_cover(watched: Watched) -> None:
    watched.idle.rest()
    watched.go(5000)
    watched.idle.tell("the computer was locked")
    assert watched.told == []
    watched.idle.begin()
    watched.go(299)
    assert watched.told == []


@pytest.mark.parametrize(("seconds", "said"), [(30, "30 seconds"), (60, "1 minute"), (900, "15 minutes")])
def test_the_time_is_said_in_words(qapp: QApplication, seconds: float, said: str) -> None:
    watched = Watched(seconds)
    watched.go(seconds)
    assert watched.told == [f"nobody touched it for {said}"]


@pytest.mark.parametrize(
    ("number", "wide", "locks"),
    [
        (WM_SESSION, SESSION_LOCK, 1),
        (WM_SESSION, 8, 0),
        (WM_POWER, POWER_SLEEPS, 1),
        (WM_POWER, 18, 0),
        (0x0100, 7, 0),
    ],
)
def test_windows_messages_of_a_lock_and_a_sleep_are_understood(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, number: int, wide: int, locks: int
) -> None:
    monkeypatch.setattr("app.ui.session._handles", list)
    watch, told = SessionWatch(), []
    watch.locked.connect(lambda: told.append(1))
    messages = _Messages(watch)
    message = _Msg(None, number, wide)
    assert messages.nativeEventFilter(QByteArray(b"windows_generic_MSG"), ctypes.addressof(message)) == (
        False,
        0,
    )
    qapp.removeNativeEventFilter(messages)
    assert len(told) == locks


def test_only_a_screen_saver_that_comes_on_locks(qapp: QApplication) -> None:
    watch, told = SessionWatch(), []
    watch.locked.connect(lambda: told.append(1))
    watch.went(False)
    assert told == []
    watch.went(True)
    watch.lock()
    assert told == [1, 1]


_ON_A_BUS = """
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from app.ui.session import SessionWatch
app = QCoreApplication([])
bus = QDBusConnection.sessionBus()
watch = SessionWatch()
watch.locked.connect(lambda: (print("locked"), app.quit()))
watch.listen()
bus.registerService("org.freedesktop.ScreenSaver")
said = QDBusMessage.createSignal("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged")
said.setArguments([True])
bus.send(said)
QTimer.singleShot(20_000, app.quit)
app.exec()
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="there is no D-Bus here")
def test_a_screen_saver_on_the_bus_is_heard() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", _ON_A_BUS]
    root = str(Path(__file__).resolve().parents[2])
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=root)
    assert ran.stdout.strip() == "locked", ran.stderr


def test_where_there_is_no_bus_it_listens_to_nothing_and_says_nothing(qapp: QApplication) -> None:
    watch = SessionWatch()
    watch.listen()
    watch.listen()
    watch.stop()
