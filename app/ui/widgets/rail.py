"""The left rail: the house's name and the sections, one Tab stop, Up and Down within."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from app.ui.theme import colour, font, px
from app.ui.widgets.basics import column, key_text, label, restyle, scale_layout
from app.ui.widgets.buttons import LineButton

#: The margins of the rail and of its head, at 100 %.
_OPEN, _OPEN_HEAD = (10, 16, 10, 12), (10, 0, 10, 12)
_FOLDED, _FOLDED_HEAD = (3, 8, 3, 4), (5, 0, 5, 6)


class RailButton(QPushButton):
    """A section: its name, and at the right its key, or a count when something there waits for someone."""

    def __init__(self, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key, self._badge, self._folded = key_text(key), 0, False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{text} · {self._key}" if key else text)
        self.set_badge(0)

    @property
    def badge(self) -> int:
        return self._badge

    def set_badge(self, number: int) -> None:
        self._badge = number
        self.setAccessibleName(f"{self.text()}, {number} waiting" if number else self.text())
        self.updateGeometry()
        self.update()

    def fold(self, folded: bool) -> None:
        """Without the key, in small type: large type on a small screen leaves the room to the page."""
        if folded != self._folded:
            self._folded = folded
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        if self._folded:
            words = QFontMetrics(font("small_bold")).horizontalAdvance(self.text())
            return QSize(words + px(12) + (px(24) if self._badge else 0), px(28))
        words = QFontMetrics(font("name")).horizontalAdvance(self.text())
        key = QFontMetrics(font("small")).horizontalAdvance(self._key)
        return QSize(words + key + px(40), px(36))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, box = self.isChecked(), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ink = colour("on_accent" if chosen else "ink")
        if chosen:
            self._fill(painter, box, colour("accent"))
        elif self.underMouse():
            self._fill(painter, box, colour("accent_soft"))
        if self.hasFocus():
            painter.setPen(QPen(colour("ink" if chosen else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, px(6), px(6))
        edge = px(5 if self._folded else 10)
        inside = box.adjusted(edge, 0, -edge, 0)
        painter.setPen(ink)
        painter.setFont(font(self._role(chosen)))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(font("small_bold" if self._badge else "small"))
        if self._badge:
            self._paint_badge(painter, inside)
        elif not self._folded:
            painter.setPen(ink if chosen else colour("muted"))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key)
        painter.end()

    def _role(self, chosen: bool) -> str:
        if self._folded:
            return "small_bold" if chosen else "small"
        return "name" if chosen else "body"

    @staticmethod
    def _fill(painter: QPainter, box: QRectF, tint: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRoundedRect(box, px(6), px(6))

    def _paint_badge(self, painter: QPainter, inside: QRectF) -> None:
        text = str(self._badge)
        width = max(painter.fontMetrics().horizontalAdvance(text) + px(12), px(20))
        round_box = QRectF(inside.right() - width, inside.center().y() - px(10), width, px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("red_soft"))
        painter.drawRoundedRect(round_box, px(10), px(10))
        painter.setPen(colour("red"))
        painter.drawText(round_box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """The sections. `asked` carries the id of the one that was pressed."""

    asked = Signal(str)
    help_asked = Signal()

    def __init__(
        self,
        house: str,
        sections: list[tuple[str, str, str]],
        foot: Sequence[tuple[str, str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Sections")
        self.house = label(house, "small_muted", wrap=True)
        self.buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.name = label("Daybook", "heading")
        self._folded = False
        outer = column(self, gap=1)
        self._margins = scale_layout(outer, _OPEN, 1)
        self._head = column(None, self.name, self.house, gap=0)
        self._head_margins = scale_layout(self._head, _OPEN_HEAD, 0)
        outer.addLayout(self._head)
        for number, text, key in sections:
            outer.addWidget(self._button(number, text, key))
        outer.addStretch(1)
        for number, text, key in foot:
            outer.addWidget(self._button(number, text, key))
        self.menu = LineButton("Menu", "F10", kind="quiet")
        outer.addWidget(self.menu)
        self.help = LineButton("Shortcuts", "?", kind="quiet")
        self.help.clicked.connect(self.help_asked)
        outer.addWidget(self.help)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def _button(self, number: str, text: str, key: str) -> RailButton:
        button = self.buttons[number] = RailButton(text, key)
        button.clicked.connect(lambda _checked=False: self.asked.emit(number))
        self._group.addButton(button)
        return button

    def fold(self, folded: bool) -> None:
        """Take less room: names without their keys (they stand in the tooltips and in the help), small type."""
        if folded == self._folded:
            return
        self._folded = folded
        for button in self.buttons.values():
            button.fold(folded)
        self.help.setText("Keys" if folded else "Shortcuts")
        self.help.setAccessibleName("Shortcuts")
        self.help.set_key("" if folded else "?")
        self.menu.set_key("" if folded else "F10")
        self.house.setVisible(not folded)
        restyle(self.name, role="small_bold" if folded else "heading")
        self._margins.set_margins(_FOLDED if folded else _OPEN)
        self._head_margins.set_margins(_FOLDED_HEAD if folded else _OPEN_HEAD)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        least = 0 if self._folded else px(196)
        return QSize(max(least, super().sizeHint().width()), super().sizeHint().height())

    def show_section(self, number: str) -> None:
        if number in self.buttons:
            self.buttons[number].setChecked(True)
