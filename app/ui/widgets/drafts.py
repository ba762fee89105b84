"""Keeps what is being typed: saved every few seconds, and at once when the box loses the focus, closes or locks."""

import weakref
from collections.abc import Callable, Hashable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit
from shiboken6 import isValid

#: What an emptied box says.
ELSEWHERE = "This was saved in the other window."

_open: "weakref.WeakSet[DraftKeeper]" = weakref.WeakSet()


class DraftKeeper(QObject):
    """Hands the text of one box to `save` while it is typed.

    `save` runs on the GUI thread and must only queue the write (`jobs.write`). The timer starts with the first
    unsaved character and isn't put off by more typing, so at most `interval_ms` of typing is ever unsaved.

    Boxes with one `key` (default: that of `save`) are one draft in several windows: what is kept from one shows in the
    others, so that none of them can save an older text over a newer.
    """

    def __init__(
        self,
        box: QPlainTextEdit,
        save: Callable[[str], None],
        interval_ms: int = 3000,
        key: Hashable = None,
    ) -> None:
        super().__init__(box)
        self._box, self._save = box, save
        self._key = key if key is not None else getattr(save, "key", None)
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
            for other in self._others():
                other.take(text)

    def take(self, text: str) -> None:
        """The newest text of this draft, from the store or from another window. What is being typed here stays."""
        if self.waiting or text == self._box.toPlainText():
            return
        self._saved = text
        self._box.setPlainText(text)
        self._box.moveCursor(QTextCursor.MoveOperation.End)
        self._timer.stop()

    def offer(self, text: str) -> None:
        """What was being typed last time: into an empty box, or above the few words that were quicker than its reading."""
        typed = self._box.toPlainText()
        if text and text != typed:
            self._box.setPlainText(f"{text}\n{typed}" if typed.strip() else text)
            self._box.moveCursor(QTextCursor.MoveOperation.End)
            if not typed.strip():
                self._saved = text
                self._timer.stop()

    def settle(self) -> None:
        """The words are in the record (or were thrown away on purpose): what is in the box now needs no draft."""
        self._timer.stop()
        self._saved = self._box.toPlainText()

    def settle_everywhere(self) -> None:
        """The words are in the record: here, and in every other window where the same was open, which is emptied."""
        self.settle()
        for other in self._others():
            other.take("")
            other._box.setPlaceholderText(ELSEWHERE)

    def _others(self) -> "list[DraftKeeper]":
        if self._key is None:
            return []
        return [k for k in list(_open) if k is not self and isValid(k) and k._key == self._key]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Close):
            self.flush()
        return False


def flush_all() -> None:
    """Save every open draft: called before lock, sign-out and close."""
    for keeper in list(_open):
        if isValid(keeper):
            keeper.flush()
