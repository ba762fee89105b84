"""The left rail: the house's name and the sections, one Tab stop, Up and Down within."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from app.ui.theme import colour, font, px
from app.ui.widgets.basics import column, key_text, label
from app.ui.widgets.buttons import KeyButton


class RailButton(QPushButton):
    """A section: its name, and at the right its key, or a count when something there waits for someone."""

    def __init__(self, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key, self._badge = key_text(key), 0
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
        self.update()

    def sizeHint(self) -> QSize:
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
        inside = box.adjusted(px(10), 0, -px(10), 0)
        painter.setPen(ink)
        painter.setFont(font("name" if chosen else "body"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(font("small_bold" if self._badge else "small"))
        if self._badge:
            self._paint_badge(painter, inside)
        else:
            painter.setPen(ink if chosen else colour("muted"))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key)
        painter.end()

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
        top = column(None, label("Daybook", "heading"), self.house, margins=(10, 0, 10, 12), gap=0)
        outer = column(self, top, margins=(10, 16, 10, 12), gap=1)
        for number, text, key in sections:
            outer.addWidget(self._button(number, text, key))
        outer.addStretch(1)
        for number, text, key in foot:
            outer.addWidget(self._button(number, text, key))
        self.help = KeyButton("Shortcuts", "?", kind="quiet")
        self.help.clicked.connect(self.help_asked)
        outer.addWidget(self.help)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def _button(self, number: str, text: str, key: str) -> RailButton:
        button = self.buttons[number] = RailButton(text, key)
        button.clicked.connect(lambda _checked=False: self.asked.emit(number))
        self._group.addButton(button)
        return button

    def sizeHint(self) -> QSize:
        return QSize(max(px(196), super().sizeHint().width()), super().sizeHint().height())

    def show_section(self, number: str) -> None:
        if number in self.buttons:
            self.buttons[number].setChecked(True)
