"""Labels, layouts, cards, pills, keycaps, counts: the small parts. Sizes are pixels at 100 %."""

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import colour, px, theme
from app.ui.widgets.marks import Mark, MarkIcon


def restyle(widget: QWidget, **properties: Any) -> None:
    """Set style properties and repaint the widget by the sheet, only if one changed."""
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def label(text: str = "", role: str = "body", *, tone: str | None = None, wrap: bool = False) -> QLabel:
    """A plain-text label: never rich text, so that what someone typed is shown as typed."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


#: A blank within a telephone number.
_IN_NUMBER = re.compile(r"(?<=\d) (?=\d)")


def whole_numbers(text: str) -> str:
    """The text with its telephone numbers kept whole: no line ends within one."""
    return _IN_NUMBER.sub("\N{NO-BREAK SPACE}", text)


class _Scaler(QObject):
    """Re-applies a layout's gaps when the scale changes; lives and dies with the layout."""

    def __init__(self, layout: QLayout, margins: tuple[float, ...], gap: float) -> None:
        super().__init__(layout)
        self._layout, self._margins, self._gap = layout, margins, gap
        self._apply()
        theme().theme_changed.connect(self._apply)

    def set_margins(self, margins: tuple[float, ...]) -> None:
        self._margins = margins
        self._apply()

    def _apply(self) -> None:
        left, top, right, bottom = (px(n) for n in self._margins)
        self._layout.setContentsMargins(left, top, right, bottom)
        self._layout.setSpacing(px(self._gap))


def _edges(margins: float | tuple[float, ...]) -> tuple[float, ...]:
    if isinstance(margins, tuple):
        return margins if len(margins) == 4 else (margins[0], margins[1], margins[0], margins[1])
    return (margins,) * 4


def column(
    parent: QWidget | None = None, *items: Any, margins: float | tuple[float, ...] = 0, gap: float = 8
) -> QVBoxLayout:
    """A vertical layout whose gaps follow the scale. Items: a widget, a layout, or an int for a stretch."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _filled(layout, items, margins, gap)


def row(
    parent: QWidget | None = None, *items: Any, margins: float | tuple[float, ...] = 0, gap: float = 8
) -> QHBoxLayout:
    """A horizontal layout whose gaps follow the scale. Items: a widget, a layout, or an int for a stretch."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _filled(layout, items, margins, gap)


def _filled(layout: Any, items: tuple[Any, ...], margins: float | tuple[float, ...], gap: float) -> Any:
    scale_layout(layout, margins, gap)
    for item in items:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addStretch(item)
    return layout


def scale_layout(layout: QLayout, margins: float | tuple[float, ...] = 0, gap: float = 8) -> "_Scaler":
    """Make any layout's margins (one, two or four numbers) and gap follow the scale. Gives what `set_margins` changes."""
    return _Scaler(layout, _edges(margins), gap)


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout and let its widgets go."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear_layout(inner)
            inner.deleteLater()


def rule() -> QFrame:
    """A hairline."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line


class _Scroll(QScrollArea):
    """A frame that scrolls only when the widget can't be squeezed into it (large type, small screens)."""

    def __init__(self, inner: QWidget, sideways: bool) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner, self._sideways = inner, sideways
        if not sideways:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        return self._inner.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0 if self._sideways else self._inner.sizeHint().width(), 0)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


def scrolled(inner: QWidget, *, sideways: bool = True) -> QScrollArea:
    """`inner` in a frame that scrolls at need, so that nothing is out of reach at 200 %."""
    return _Scroll(inner, sideways)


class KeyCap(QLabel):
    """A shortcut shown as a key: "Ctrl L", "F2"."""

    def __init__(self, key: str = "", parent: QWidget | None = None, *, kind: str = "") -> None:
        super().__init__(key_text(key), parent)
        self.setProperty("keycap", True)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_key(self, key: str) -> None:
        self.setText(key_text(key))


_NAMES = {
    "Up": "↑",
    "Down": "↓",
    "Left": "←",
    "Right": "→",
    "Return": "Enter",
    "Escape": "Esc",
    "Delete": "Del",
}


def key_text(key: str) -> str:
    """How a key is written for people: "Ctrl+Z" is "Ctrl Z", "Up" is an arrow, "Ctrl++" is "Ctrl +"."""
    if key.endswith("++"):
        return f"{key[:-2].replace('+', ' ')} +"
    return " ".join(_NAMES.get(part, part) for part in key.split("+")) if len(key) > 1 else key


class Pill(QLabel):
    """A soft label. Tones: amber, red, blue, green, accent, neutral. The words carry the meaning, not the tone."""

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("pill", tone)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_as(self, text: str, tone: str = "neutral") -> None:
        self.setText(text)
        restyle(self, pill=tone)


class Card(QFrame):
    """A white panel: a title row (title left, an aside right) and `body`, a column to add to."""

    def __init__(
        self, title: str = "", aside: str | QWidget = "", parent: QWidget | None = None, *, gap: float = 8
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.title = label(title, "heading")
        self.aside = label("", "muted")
        self.head = row(None, self.title, 1)
        outer = column(self, self.head, margins=(14, 12), gap=gap)
        if isinstance(aside, QWidget):
            self.head.addWidget(aside)
        else:
            self.head.addWidget(self.aside)
            self.aside.setText(aside)
        self.title.setVisible(bool(title))
        self.aside.setVisible(bool(aside) and isinstance(aside, str))
        self.body = column(gap=gap)
        outer.addLayout(self.body)
        self.setAccessibleName(title)

    def set_title(self, title: str, aside: str = "") -> None:
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.aside.setText(aside)
        self.aside.setVisible(bool(aside))
        self.setAccessibleName(title)

    def add(self, item: QWidget | QLayout) -> None:
        if isinstance(item, QWidget):
            self.body.addWidget(item)
        else:
            self.body.addLayout(item)

    def outline(self, tone: str | None) -> None:
        """A 2-px outline for the one current or wrong thing: accent, red, amber or None."""
        restyle(self, outline=tone)

    def band(self, tone: str | None) -> None:
        """A coloured band at the left edge: accent or None."""
        restyle(self, band=tone)


class Count(QFrame):
    """A tile: mark, number, word."""

    def __init__(
        self, mark: Mark, number: int = 0, word: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.icon = MarkIcon(mark, 14)
        self.number = label("", "figure")
        self.word = label("", "body")
        row(self, self.icon, self.number, self.word, margins=(12, 10), gap=8)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_count(number, word)

    def show_count(self, number: int, word: str | None = None) -> None:
        mark = self.icon.mark
        word = mark.word if word is None else word
        self.number.setText(str(number))
        self.word.setText(word)
        tone = mark.token if number and mark in (Mark.ABSENT, Mark.OVERDUE, Mark.DUE) else None
        restyle(self.number, tone=tone)
        restyle(self.word, tone=tone)
        self.setAccessibleName(f"{number} {word}")


class Progress(QWidget):
    """A thin bar. It moves only when told to: nothing is animated."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "Progress") -> None:
        super().__init__(parent)
        self._name, self._done, self._of = name, 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_progress(0, 0)

    def show_progress(self, done: int, of: int) -> None:
        self._done, self._of = done, of
        self.setAccessibleName(f"{self._name}: {done} of {of}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(7))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(colour("line"))
        painter.setBrush(colour("sunk"))
        painter.drawRoundedRect(box, px(2), px(2))
        if self._done and self._of:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent"))
            box.setWidth(box.width() * min(self._done / self._of, 1.0))
            painter.drawRoundedRect(box, px(2), px(2))
        painter.end()


def each(layout: QBoxLayout, make: Callable[[Any], QWidget], values: Any) -> None:
    """Fill a layout with one widget for each value, in order, with a hairline between."""
    for i, value in enumerate(values):
        if i:
            layout.addWidget(rule())
        layout.addWidget(make(value))
