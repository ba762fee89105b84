"""The alarm's tones: two soft notes made in code, played off the GUI thread, never a reason for anything to fail.

Where there is no sound device, or no library for one (Linux on ARM), the system's beep stands in. A window that nobody sees
(Qt's offscreen platform) makes no sound.
"""

import math
import threading
from array import array
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.domain.alarms import Level

RATE = 44_100
#: Of full scale: to be heard across an office, not through a bedroom wall.
_LOUD = 0.28
_FADE = 0.03
#: Notes as (Hz, seconds); 0 Hz is silence. Rising: due soon. Falling, twice: overdue. Three calls: the on-call is to be rung.
_NOTES: dict[Level, Sequence[tuple[float, float]]] = {
    Level.SOON: ((523.25, 0.22), (659.25, 0.38)),
    Level.OVERDUE: ((783.99, 0.2), (587.33, 0.32), (0, 0.18)) * 2,
    Level.ESCALATED: ((880.0, 0.16), (659.25, 0.16), (880.0, 0.26), (0, 0.22)) * 3,
}

Play = Callable[["array[int]", threading.Event], None]


@cache
def tones(level: Level) -> "array[int]":
    """The sound of a level: mono, 16 bits, `RATE` a second. It begins and ends in silence, so that it never clicks."""
    samples: array[int] = array("h")
    for pitch, seconds in _NOTES[level]:
        count = int(seconds * RATE)
        for i in range(count):
            edge = min(i, count - 1 - i) / (_FADE * RATE)
            swell = 0.5 - 0.5 * math.cos(math.pi * min(edge, 1.0))
            wave = math.sin(math.tau * pitch * i / RATE) + 0.2 * math.sin(2 * math.tau * pitch * i / RATE)
            samples.append(round(wave / 1.2 * swell * _LOUD * 32_767))
    return samples


class Sound(QObject):
    """Plays one sound at a time on a thread of its own; what is asked for meanwhile is left out, never queued up."""

    _failed = Signal()

    def __init__(self, play: Play | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        seen = QGuiApplication.platformName() not in {"offscreen", "minimal"}
        self._play = play or (play_aloud if seen else None)
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._failed.connect(self._beep, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is still sounding."""
        return self._thread is not None and self._thread.is_alive()

    def sound(self, level: Level) -> None:
        """Let a level be heard, and return at once."""
        if self._play is None or self.busy:
            return
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, args=(self._play, level), name="daybook-sound")
        self._thread.start()

    def _run(self, play: Play, level: Level) -> None:
        try:
            play(tones(level), self._stop)
        except Exception:  # noqa: BLE001 - a broken sound card is no reason to lose a check
            if not self._stop.is_set():
                self._failed.emit()

    def _beep(self) -> None:
        self._play = _beep_only
        QApplication.beep()

    def close(self) -> None:
        """Fall silent and let the thread end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()


def _beep_only(samples: "array[int]", stop: threading.Event) -> None:
    """What plays once the sound card has failed: nothing but the beep."""
    raise OSError("there is no sound device")


def play_aloud(samples: "array[int]", stop: threading.Event) -> None:
    """Play on the computer's usual device and wait for the end, or for `stop`. Raises whatever the library raises."""
    import miniaudio

    done = threading.Event()
    device: Any = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE, app_name="Daybook"
    )
    with closing(device):
        device.start(fed(samples, done))
        waited, longest = 0.0, len(samples) / RATE + 1
        while not (done.is_set() or stop.wait(0.05)) and waited < longest:
            waited += 0.05
        stop.wait(0.25)  # what is in the device's buffer is still to be heard


Feed = Generator["array[int]", int, None]


def fed(samples: "array[int]", done: threading.Event) -> Feed:
    """A started generator, as the device asks for it: each send of a number of frames gives so many."""
    feeding = _frames(samples, done)
    next(feeding)
    return feeding


def _frames(samples: "array[int]", done: threading.Event) -> Feed:
    at = 0
    wanted = yield array("h")
    while at < len(samples):
        piece = samples[at : at + wanted]
        at += len(piece)
        wanted = yield piece
    done.set()
    while True:
        wanted = yield array("h", bytes(2 * wanted))
