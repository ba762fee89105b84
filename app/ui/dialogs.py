"""Sheets over the window: an error, a question, a form, a choice. Each opens without blocking and answers by a signal.

No sheet's title bar carries a name: it says "Daybook". What a sheet is about stands inside it.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QSizePolicy, QWidget

from app.domain.results import Refused
from app.ui.faults import Fault
from app.ui.theme import px
from app.ui.widgets.basics import column, label, row, scrolled
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.drafts import DraftKeeper
from app.ui.widgets.fields import Declared, Form, TextBox
from app.ui.widgets.rows import Cell, Column, Row, RowsView

#: A form of more fields than this scrolls inside its sheet.
LONG_FORM = 3


class Sheet(QDialog):
    """The frame of every sheet: a heading, a body column, a line of buttons. Esc closes it."""

    def __init__(self, parent: QWidget | None, title: str, *, width: int = 520) -> None:
        super().__init__(parent)
        self.setWindowTitle("Daybook")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = label(title, "title", wrap=True)
        self.body = column(gap=12)
        self.error = label("", "small_bold", tone="red", wrap=True)
        self.error.hide()
        self.buttons = row(gap=8)
        self.buttons.addStretch(1)
        column(self, self.heading, self.body, 1, self.error, self.buttons, margins=(20, 18), gap=14)
        self.setMinimumWidth(min(px(width), self._room()))
        self.setAccessibleName(title)

    def _room(self) -> int:
        return QGuiApplication.primaryScreen().availableGeometry().width() - 40

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()

    def _grow(self) -> None:
        """Words that wrap at this width are given all their lines, as far as the screen goes."""
        layout = self.layout()
        assert layout is not None
        self._fold()
        room = QGuiApplication.primaryScreen().availableGeometry().height() - 40
        wanted = min(layout.totalHeightForWidth(self.width()), room)
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def _fold(self) -> None:
        """Large type on a small screen: the buttons keep their words, and give up their keys to the tooltips."""
        if self.buttons.sizeHint().width() > self.width() - px(40):
            for button in self.findChildren(KeyButton):
                if self.buttons.indexOf(button) >= 0:
                    button.fold()

    def add_button(
        self, text: str, act: Callable[[], object], *, key: str = "", kind: str = "", default: bool = False
    ) -> KeyButton:
        button = KeyButton(text, key, kind=kind)
        button.clicked.connect(lambda _checked=False: act())
        button.setDefault(default)
        self.buttons.addWidget(button)
        return button

    def show_error(self, text: str) -> None:
        """A sentence above the buttons; "" takes it away."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.error.setAccessibleName(text)


class ErrorSheet(Sheet):
    """A bug or a broken machine: what happened, what was kept, a reference. It shows and copies no personal data."""

    def __init__(self, parent: QWidget | None, fault: Fault, kept: str = "") -> None:
        super().__init__(parent, "Something went wrong")
        self.fault = fault
        doing = f"{fault.doing} did not work." if fault.doing else "The last thing asked for did not work."
        doing = f"{doing} {fault.sentence}".rstrip()
        kept = (
            kept
            or "Everything that was shown with a ✓ is in the record. What you are typing is kept as a draft."
        )
        self.body.addWidget(label(doing, wrap=True))
        self.body.addWidget(label(kept, wrap=True))
        self.body.addWidget(
            label(
                f"Reference {fault.reference}: give this to whoever looks after Daybook.", "muted", wrap=True
            )
        )
        self.add_button("Copy details", self.copy)
        close = self.add_button("Close", self.accept, key="Esc", kind="main", default=True)
        close.setFocus()

    def copy(self) -> None:
        """Put the reference and the places in the program on the clipboard."""
        QApplication.clipboard().setText(self.fault.details)


class TellSheet(Sheet):
    """A message: a refusal's reasons, or a sentence."""

    def __init__(self, parent: QWidget | None, title: str, reasons: str | Refused) -> None:
        super().__init__(parent, title)
        for reason in reasons.reasons if isinstance(reasons, Refused) else (reasons,):
            self.body.addWidget(label(reason, wrap=True))
        self.add_button("Close", self.accept, key="Esc", kind="main", default=True).setFocus()


class AskSheet(Sheet):
    """A yes or no about something grave; the safe answer has the focus."""

    confirmed = Signal()

    def __init__(
        self, parent: QWidget | None, title: str, text: str, action: str, *, grave: bool = False
    ) -> None:
        super().__init__(parent, title)
        self.body.addWidget(label(text, wrap=True))
        keep = self.add_button("Cancel", self.reject, key="Esc")
        self.add_button(action, self._confirm, kind="grave" if grave else "main")
        keep.setFocus()

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit()


class FormSheet(Sheet):
    """A few fields and one action. It checks them, emits `answered(values)` and stays, waiting.

    The page then calls `accept()` when the act is done, or `refuse(refused)` to show why not beside the fields.
    """

    answered = Signal(dict)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        fields: Sequence[Declared],
        *,
        text: str = "",
        action: str = "Save",
        moment: Callable[[], QWidget] | None = None,
    ) -> None:
        super().__init__(parent, title)
        if text:
            self.body.addWidget(label(text, "muted", wrap=True))
        self.form = Form(fields, moment=moment)
        #: Told the version that stands, when someone else has changed the record since it was opened: show both.
        self.on_stale: Callable[[int], object] | None = None
        self.body.addWidget(self._long() if len(fields) > LONG_FORM else self.form)
        self.cancel = self.add_button("Cancel", self.reject, key="Esc")
        self.save = self.add_button(action, self.submit, key="Ctrl+Enter", kind="main", default=True)
        for box in self.form.boxes.values():
            if isinstance(box.control, TextBox):
                box.control.finished.connect(self.submit)
        if self.form.boxes:
            next(iter(self.form.boxes.values())).control.setFocus()

    def _long(self) -> QWidget:
        """A form that may be taller than the screen scrolls inside its sheet, so that its buttons stay in reach."""
        area = scrolled(self.form)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        room = QGuiApplication.primaryScreen().availableGeometry().height()
        area.setMinimumHeight(min(self.form.sizeHint().height(), px(520), room - px(240)))
        return area

    def submit(self) -> None:
        if self.save.isEnabled() and self.form.check():
            self.show_error("")
            self.save.setEnabled(False)
            self.answered.emit(self.form.values())

    def refuse(self, refused: Refused) -> None:
        """The act was refused: say why, beside the fields it names, and let the person mend it."""
        self.save.setEnabled(True)
        self.show_error(" ".join(self.form.show_refused(refused)))
        if refused.current is not None and self.on_stale is not None:
            self.on_stale(refused.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not event.isAutoRepeat():
                self.submit()
            return
        super().keyPressEvent(event)


class TextSheet(FormSheet):
    """Asks for words in one field (one line or more); with `draft` what is typed is kept every few seconds."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        field: Declared,
        *,
        text: str = "",
        action: str = "Save",
        start: str = "",
        draft: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(parent, title, [field], text=text, action=action)
        self.box = self.form[field.name]
        self.box.set_value(start)
        self.drafts: DraftKeeper | None = self.box.keep_drafts(draft) if draft else None
        self._name = field.name

    @property
    def words(self) -> str:
        return str(self.box.value())

    def done(self, result: int) -> None:
        if self.drafts is not None:
            if result == QDialog.DialogCode.Accepted:
                self.drafts.settle_everywhere()
            else:
                self.drafts.flush()
        super().done(result)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its key, its words, and quieter words that the filter also reads."""

    key: Hashable
    text: str
    second: str = ""
    cell: Cell | None = None


class ChooseSheet(Sheet):
    """A list to choose from: type to filter, Up and Down to move, Enter to take. Emits `chosen(key)`."""

    chosen = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        options: Sequence[Option],
        *,
        text: str = "",
        prompt: str = "Find",
    ) -> None:
        super().__init__(parent, title)
        self._options = tuple(options)
        if text:
            self.body.addWidget(label(text, "muted", wrap=True))
        self.search = QLineEdit()
        self.search.setPlaceholderText(f"{prompt}…")
        self.search.setAccessibleName(prompt)
        self.list = RowsView([Column(title, 200, 1)], title)
        self.list.setMinimumHeight(px(min(max(len(options), 2), 9) * 34 + 4))
        self.none = label("Nothing matches.", "muted")
        self.body.addWidget(self.search)
        self.body.addWidget(self.list)
        self.body.addWidget(self.none)
        self.add_button("Cancel", self.reject, key="Esc")
        self.take = self.add_button("Choose", self._take, key="Enter", kind="main", default=True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.opened.connect(lambda _key: self._take())
        self._filter("")
        self.search.setFocus()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        rows = [
            Row(o.key, (o.cell or Cell(o.text, second=o.second),))
            for o in self._options
            if all(word in f"{o.text} {o.second}".casefold() for word in words)
        ]
        self.list.set_rows(rows)
        self.list.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self._can_take(bool(rows))

    def _can_take(self, can: bool) -> None:
        why = "" if can else self.none.text()
        self.take.setEnabled(can)
        self.take.setToolTip(why)
        self.take.setAccessibleDescription(why)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not event.isAutoRepeat():
                    self._take()
                return True
        return False

    def _take(self) -> None:
        key: Any = self.list.current_key
        if key is not None:
            self.accept()
            self.chosen.emit(key)
