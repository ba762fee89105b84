"""The tones: gentle, distinct, off the GUI thread; a computer without sound beeps and nothing else happens."""

import threading
from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.alarms import Level
from app.ui.sound import RATE, Sound, fed, tones

HEARD = (Level.SOON, Level.OVERDUE, Level.ESCALATED)


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: found.append(1))
    return found


@pytest.fixture
def sound(qapp: QApplication) -> Iterator[Callable[[Any], Sound]]:
    made: list[Sound] = []

    def make(play: Any) -> Sound:
        made.append(Sound(play))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize("level", HEARD)
def test_a_tone_is_gentle_and_never_clicks(level: Level) -> None:
    samples = tones(level)
    assert 0.4 < len(samples) / RATE < 3
    assert max(map(abs, samples)) < 0.3 * 32_767
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50
    steepest = max(abs(b - a) for a, b in pairwise(samples))
    assert steepest < 0.2 * max(map(abs, samples)), "no jump that would be heard as a click"


def pitches(samples: "array[int]") -> list[int]:
    """The pitch of each tenth of a second, by its zero crossings, in steps of 10 Hz; silence left out."""
    found = []
    for start in range(0, len(samples), RATE // 10):
        piece = samples[start : start + RATE // 10]
        if max(map(abs, piece), default=0) > 2000 and len(piece) == RATE // 10:
            rises = sum(a < 0 <= b for a, b in pairwise(piece))
            found.append(rises * 10)
    return found


def test_the_levels_can_be_told_apart_by_ear() -> None:
    soon, overdue, escalated = (pitches(tones(level)) for level in HEARD)
    assert soon[0] < soon[-1], "rising"
    assert overdue[0] > overdue[-1], "falling"
    assert len(escalated) > len(overdue) > len(soon)
    assert max(escalated) > max(overdue) > max(soon)


def test_the_device_gets_all_of_it_in_pieces_and_then_silence() -> None:
    samples, done = array("h", range(1, 1001)), threading.Event()
    feeding = fed(samples, done)
    pieces = [feeding.send(300) for _ in range(4)]
    assert [len(piece) for piece in pieces] == [300, 300, 300, 100]
    assert sum(pieces, array("h")) == samples
    assert not done.is_set()
    assert list(feeding.send(5)) == [0] * 5
    assert done.is_set()


def test_it_plays_on_a_thread_of_its_own_one_at_a_time(sound: Callable[[Any], Sound]) -> None:
    started, finish = threading.Event(), threading.Event()
    threads: list[str] = []

    def play(samples: Any, stop: threading.Event) -> None:
        threads.append(threading.current_thread().name)
        started.set()
        finish.wait(10)

    made = sound(play)
    made.sound(Level.SOON)
    assert started.wait(10)
    made.sound(Level.OVERDUE)
    assert made.busy
    finish.set()
    made.close()
    assert threads == ["daybook-sound"]
    made.sound(Level.ESCALATED)
    made.close()
    assert len(threads) == 2


def test_without_a_device_the_computer_beeps_each_time(
    sound: Callable[[Any], Sound], beeps: list[int], qtbot: Any
) -> None:
    def broken(samples: Any, stop: threading.Event) -> None:
        raise RuntimeError("failed to init device")

    made = sound(broken)
    made.sound(Level.OVERDUE)
    qtbot.waitUntil(lambda: beeps == [1])
    assert not made.busy
    made.sound(Level.OVERDUE)
    qtbot.waitUntil(lambda: beeps == [1, 1])


def test_without_the_library_the_computer_beeps(
    sound: Callable[[Any], Sound], beeps: list[int], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from app.ui.sound import play_aloud

    monkeypatch.setitem(sys.modules, "miniaudio", None)
    made = sound(play_aloud)
    made.sound(Level.SOON)
    qtbot.waitUntil(lambda: beeps == [1])


def test_closing_ends_it_without_a_beep(sound: Callable[[Any], Sound], beeps: list[int]) -> None:
    def play(samples: Any, stop: threading.Event) -> None:
        assert stop.wait(10)
        raise RuntimeError("the device went with the window")

    made = sound(play)
    made.sound(Level.ESCALATED)
    made.close()
    QApplication.processEvents()
    assert (made.busy, beeps) == (False, [])


def test_a_window_that_nobody_sees_is_silent(qapp: QApplication) -> None:
    made = Sound()
    made.sound(Level.ESCALATED)
    assert not made.busy
