"""Hears that the computer is being locked or put to sleep, so that Daybook is covered before anybody opens it again.

Linux tells by D-Bus (logind and the screen savers), Windows by window messages. Where neither is there, the idle lock and
the jump of the clock after a sleep still cover the screen.
"""

import contextlib
import ctypes
import sys
from typing import Any

from PySide6.QtCore import (
    SLOT,
    QAbstractNativeEventFilter,
    QByteArray,
    QCoreApplication,
    QObject,
    Signal,
    Slot,
)

_SCREEN_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver")
_LOGIN = "org.freedesktop.login1"
#: Windows' messages: a session change of which 7 is "locked", and power, of which 4 is "about to sleep".
WM_SESSION, SESSION_LOCK, WM_POWER, POWER_SLEEPS = 0x02B1, 0x7, 0x0218, 0x4


class SessionWatch(QObject):
    """`locked` when the computer's own screen lock comes on or it goes to sleep. It listens once it is told to."""

    locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listening = False
        self._filter: _Messages | None = None

    def listen(self) -> None:
        """Begin; again is no error."""
        if self._listening:
            return
        self._listening = True
        if sys.platform == "win32":
            self._filter = _Messages(self)
        elif sys.platform.startswith("linux"):
            self._listen_to_bus()

    def stop(self) -> None:
        """Hear nothing more."""
        app = QCoreApplication.instance()
        if self._filter is not None and app is not None:
            app.removeNativeEventFilter(self._filter)
            self._filter = None

    def _listen_to_bus(self) -> None:
        from PySide6.QtDBus import QDBusConnection

        session, system = QDBusConnection.sessionBus(), QDBusConnection.systemBus()
        for name in _SCREEN_SAVERS:
            self._hear(session, (name, "/" + name.replace(".", "/"), name, "ActiveChanged"), "went(bool)")
        manager = (_LOGIN, "/org/freedesktop/login1", f"{_LOGIN}.Manager", "PrepareForSleep")
        self._hear(system, manager, "went(bool)")
        self._hear(system, (_LOGIN, "", f"{_LOGIN}.Session", "Lock"), "lock()")

    def _hear(self, bus: Any, what: tuple[str, str, str, str], slot: str) -> None:
        """Listen to a signal (service, path, interface, name), where there is that bus. The binding takes only a text as the
        slot, whatever its signature says; one that takes none leaves the idle lock."""
        if bus.isConnected():
            with contextlib.suppress(ValueError, TypeError):
                bus.connect(*what, self, SLOT(slot))

    @Slot(bool)
    def went(self, on: bool) -> None:
        """The screen saver came on (or went), the computer goes to sleep (or woke)."""
        if on:
            self.locked.emit()

    @Slot()
    def lock(self) -> None:
        """The session is told to lock."""
        self.locked.emit()


class _Messages(QAbstractNativeEventFilter):
    """Reads Windows' messages to the windows of the program."""

    def __init__(self, watch: SessionWatch) -> None:
        super().__init__()
        self._watch = watch
        app = QCoreApplication.instance()
        assert app is not None
        app.installNativeEventFilter(self)
        for window in _handles():
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window, 0)  # type: ignore[attr-defined,unused-ignore]

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: Any) -> Any:
        number, what = _message(int(message))
        if (number, what) in ((WM_SESSION, SESSION_LOCK), (WM_POWER, POWER_SLEEPS)):
            self._watch.locked.emit()
        return False, 0


def _handles() -> list[int]:
    from PySide6.QtWidgets import QApplication

    return [int(each.winId()) for each in QApplication.topLevelWidgets() if each.isVisible()]


class _Msg(ctypes.Structure):
    """The beginning of Windows' MSG."""

    _fields_ = (("window", ctypes.c_void_p), ("number", ctypes.c_uint), ("wide", ctypes.c_size_t))


def _message(address: int) -> tuple[int, int]:
    message = _Msg.from_address(address)
    return message.number, message.wide
