"""Fields built in one place: label, buddy, accessible name and description, help, count and error, the same everywhere."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.domain.results import Refused
from app.ui.theme import px, theme
from app.ui.widgets.basics import column, label, restyle, row
from app.ui.widgets.drafts import DraftKeeper


class Declared(Protocol):
    """What a declaration has (`app.domain.fields.Field` or anything of its shape)."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def limit(self) -> int: ...
    @property
    def required(self) -> bool: ...
    @property
    def choices(self) -> Sequence[tuple[str, str]]: ...


class TextBox(QPlainTextEdit):
    """A box for more than a line. Tab leaves it; Ctrl+Enter means "save" (signal `finished`)."""

    typed = Signal(str)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None, *, lines: int = 4) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.textChanged.connect(lambda: self.typed.emit(self.toPlainText()))
        self._size()
        theme().theme_changed.connect(self._size)

    def _size(self) -> None:
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * self._lines + px(20))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not event.isAutoRepeat():
                self.finished.emit()
            return
        super().keyPressEvent(event)


def read_date(text: str) -> date | None:
    """A typed date: 22/11/2026, 22.11.2026, 22 Nov 2026, 22 November 2026 or 2026-11-22. None when it is none."""
    text = " ".join(text.split())
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%a %d %b %Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar date has no zone
        except ValueError:
            continue
    return None


def read_time(text: str) -> time | None:
    """A typed 24-hour time: 21:05, 2105, 21.05 or 905. None when it is none."""
    digits = text.strip().replace(".", ":")
    hour, colon, minute = digits.partition(":")
    if not colon:
        if not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 4):
            return None
        hour, minute = digits[:-2], digits[-2:]
    if not (hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit() and len(minute) == 2):
        return None
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


class FieldBox(QWidget):
    """One field: its label above, its control, help under it, and the error beside it when there is one."""

    changed = Signal()
    typed = Signal(str)

    def __init__(
        self, field: Declared, parent: QWidget | None = None, *, moment: Callable[[], QWidget] | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        self.drafts: DraftKeeper | None = None
        kind = str(field.kind)
        self.control: Any = moment() if kind == "instant" and moment is not None else _control(field)
        self.label = label(
            field.label + ("" if field.required or kind in ("check", "instant") else " (optional)"), "name"
        )
        self.count = label("", "small_muted")
        self.help = label(field.help, "small_muted", wrap=True)
        self.error = label("", "small_bold", tone="red", wrap=True)
        self.label.setBuddy(self.control)
        self.control.setAccessibleName(field.label)
        self.control.setAccessibleDescription(field.help)
        self.count.setVisible(False)
        self.help.setVisible(bool(field.help))
        self.error.setVisible(False)
        parts: list[Any] = (
            [self.control] if kind == "check" else [row(None, self.label, 1, self.count), self.control]
        )
        if kind == "check":
            self.label.setParent(None)
        column(self, *parts, self.help, self.error, gap=3)
        self.setFocusProxy(self.control)
        self._connect(kind)

    def _connect(self, kind: str) -> None:
        control = self.control
        if isinstance(control, TextBox):
            control.typed.connect(self.typed)
            control.typed.connect(lambda _text: self._changed())
        elif isinstance(control, QLineEdit):
            control.textChanged.connect(lambda _text: self._changed())
        elif isinstance(control, QComboBox):
            control.currentIndexChanged.connect(lambda _number: self._changed())
        elif isinstance(control, QCheckBox):
            control.toggled.connect(lambda _on: self._changed())
        elif hasattr(control, "changed"):
            control.changed.connect(self._changed)

    def _changed(self) -> None:
        self._count_characters()
        self.changed.emit()

    def _text(self) -> str | None:
        if isinstance(self.control, TextBox):
            return self.control.toPlainText()
        if isinstance(self.control, QLineEdit):
            return self.control.text()
        return None

    def _count_characters(self) -> None:
        if self.field.kind not in ("text", "multiline"):
            return
        left = self.field.limit - len((self._text() or "").strip())
        near = left < max(self.field.limit // 10, 20)
        self.count.setVisible(near)
        if near:
            self.count.setText(f"{left:,} characters left" if left >= 0 else f"{-left:,} characters too many")
            restyle(self.count, tone="red" if left < 0 else None)

    def value(self) -> Any:
        """text, multiline: str; date: date or None; time: time or None; choice: its word; check: bool; number: int
        or None; instant: what the moment widget gives."""
        text, kind = self._text(), str(self.field.kind)
        if isinstance(self.control, QComboBox):
            return self.control.currentData() or ""
        if isinstance(self.control, QCheckBox):
            return self.control.isChecked()
        if text is None:
            return self.control.value()
        if kind == "date":
            return read_date(text)
        if kind == "time":
            return read_time(text)
        if kind == "number":
            return int(text) if text.strip().isascii() and text.strip().isdigit() else None
        return text

    def set_value(self, value: Any) -> None:
        """Put a value of the same kind as `value` gives; None empties the field."""
        control = self.control
        if isinstance(control, QComboBox):
            control.setCurrentIndex(max(control.findData(value or ""), 0))
        elif isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, TextBox):
            control.setPlainText(value or "")
        elif isinstance(control, QLineEdit):
            control.setText(_shown(value))
        else:
            control.set_value(value)

    def problem(self) -> str | None:
        """The sentence that says what is wrong with what is in the field, or None."""
        text, kind, name = (self._text() or "").strip(), str(self.field.kind), self.field.label
        if kind in ("date", "time", "number") and text and self.value() is None:
            return {
                "date": f"{name} must be a date like 22/11/2026 or 22 Nov 2026.",
                "time": f"{name} must be a 24-hour time like 21:05.",
                "number": f"{name} must be a whole number.",
            }[kind]
        if kind == "instant":
            problem = getattr(self.control, "problem", None)
            return problem() if problem else None
        if kind == "check":
            return None
        shown = str(self.value()) if kind == "choice" else text
        declared = getattr(self.field, "problem", None)
        if declared is not None:
            return declared(shown)  # type: ignore[no-any-return]
        return f"{name} is needed." if self.field.required and not shown.strip() else None

    def set_error(self, text: str) -> None:
        """Show (or with "" take away) the error beside the field; screen readers hear it with the field."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        restyle(self.control, wrong=bool(text))
        self.control.setAccessibleDescription(" ".join(part for part in (text, self.field.help) if part))

    def keep_drafts(
        self, save: Callable[[str], None], interval_ms: int = 3000, key: Hashable = None
    ) -> DraftKeeper:
        """Save what is typed in a box of more than a line while it is typed (see DraftKeeper)."""
        if not isinstance(self.control, TextBox):
            raise TypeError(f"{self.field.name} is not a box of more than a line")
        self.drafts = DraftKeeper(self.control, save, interval_ms, key)
        return self.drafts


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _control(field: Declared) -> QWidget:
    kind = str(field.kind)
    if kind == "multiline":
        return TextBox()
    if kind == "check":
        return QCheckBox(field.label)
    if kind == "choice":
        box = QComboBox()
        # Never an answer that nobody gave: what is asked for stands empty until it is chosen.
        box.addItem("Choose…" if field.required else "–", "")
        for word, text in field.choices:
            box.addItem(text, word)
        return box
    line = QLineEdit()
    line.setPlaceholderText({"date": "dd/mm/yyyy", "time": "hh:mm"}.get(kind, ""))
    return line


class Form(QWidget):
    """Fields in declared order, which is also the Tab order."""

    changed = Signal()

    def __init__(
        self,
        fields: Sequence[Declared],
        parent: QWidget | None = None,
        *,
        moment: Callable[[], QWidget] | None = None,
    ) -> None:
        super().__init__(parent)
        self.boxes: dict[str, FieldBox] = {}
        self._layout = column(self, gap=12)
        for field in fields:
            box = FieldBox(field, moment=moment)
            box.changed.connect(self.changed)
            self.boxes[field.name] = box
            self._layout.addWidget(box)
        order = list(self.boxes.values())
        for one, following in pairwise(order):
            QWidget.setTabOrder(one.control, following.control)

    def __getitem__(self, name: str) -> FieldBox:
        return self.boxes[name]

    def values(self) -> dict[str, Any]:
        return {name: box.value() for name, box in self.boxes.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.boxes[name].set_value(value)

    def clear_errors(self) -> None:
        for box in self.boxes.values():
            box.set_error("")

    def check(self) -> bool:
        """Show what is wrong beside each field and put the cursor in the first; True when nothing is."""
        wrong = None
        for box in self.boxes.values():
            problem = box.problem()
            box.set_error(problem or "")
            wrong = wrong or (box if problem else None)
        if wrong is not None:
            wrong.control.setFocus(Qt.FocusReason.OtherFocusReason)
        return wrong is None

    def show_refused(self, refused: Refused) -> tuple[str, ...]:
        """Put a refusal's reasons beside the fields it names; returns those that belong to no field here."""
        self.clear_errors()
        named = [name for name in refused.fields if name in self.boxes]
        if not named:
            return refused.reasons
        if len(refused.reasons) == len(refused.fields):
            rest = []
            for name, reason in zip(refused.fields, refused.reasons, strict=True):
                if name in self.boxes:
                    self.boxes[name].set_error(reason)
                else:
                    rest.append(reason)
        else:
            self.boxes[named[0]].set_error(" ".join(refused.reasons))
            rest = []
        self.boxes[named[0]].control.setFocus(Qt.FocusReason.OtherFocusReason)
        return tuple(rest)
