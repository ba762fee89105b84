"""Keeps what is being typed: saved every few seconds, and at once when the box loses the focus, closes or locks."""

import weakref
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QPlainTextEdit
from shiboken6 import isValid

_open: "weakref.WeakSet[DraftKeeper]" = weakref.WeakSet()


class DraftKeeper(QObject):
    """Hands the text of one box to `save` while it is typed.

    `save` runs on the GUI thread and must only queue the write (`jobs.write`). The timer starts with the first
    unsaved character and isn't put off by more typing, so at most `interval_ms` of typing is ever unsaved.
    """

    def __init__(self, box: QPlainTextEdit, save: Callable[[str], None], interval_ms: int = 3000) -> None:
        super().__init__(box)
        self._box, self._save = box, save
        self._saved = box.toPlainText()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.flush)
        box.textChanged.connect(self._typed)
        box.installEventFilter(self)
        _open.add(self)

    @property
    def waiting(self) -> bool:
        """Whether something typed has not been handed to `save` yet."""
        return self._timer.isActive()

    def _typed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Save now what has changed since the last save."""
        self._timer.stop()
        text = self._box.toPlainText()
        if text != self._saved:
            self._saved = text
            self._save(text)

    def settle(self) -> None:
        """The words are in the record (or were thrown away on purpose): what is in the box now needs no draft."""
        self._timer.stop()
        self._saved = self._box.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Close):
            self.flush()
        return False


def flush_all() -> None:
    """Save every open draft: called before lock, sign-out and close."""
    for keeper in list(_open):
        if isValid(keeper):
            keeper.flush()
