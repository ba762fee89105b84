"""Widgets in lines like words: pills and tiles stay whole and wrap when the window is narrow or the type large."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import px


class Flow(QWidget):
    """Widgets left to right, then down; each has its own size, and a line is as tall as its tallest.

    With `hugs` it is never given less than all its lines need, inside layouts that do not ask for a height by width.
    """

    def __init__(self, *widgets: QWidget, gap: float = 8, hugs: bool = False) -> None:
        super().__init__()
        self._gap, self._hugs = gap, hugs
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for widget in widgets:
            self.add(widget)

    def add(self, widget: QWidget) -> None:
        """Put a widget after the others."""
        widget.setParent(self)
        widget.show()
        self.updateGeometry()

    def clear(self) -> None:
        """Let every widget go."""
        for widget in self.shown():
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        self.updateGeometry()

    def shown(self) -> list[QWidget]:
        """The widgets that take up room, in order."""
        return [child for child in self.children() if isinstance(child, QWidget) and not child.isHidden()]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width, move=False)

    def sizeHint(self) -> QSize:
        sizes = [widget.sizeHint() for widget in self.shown()]
        wide = sum(size.width() for size in sizes) + px(self._gap) * max(len(sizes) - 1, 0)
        return QSize(wide, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        sizes = [widget.minimumSizeHint() for widget in self.shown()]
        return QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width(), move=True)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._arrange(self.width(), move=True)
        return super().event(event)

    def _arrange(self, width: int, *, move: bool) -> int:
        """The height that the widgets need at a width; `move` puts them there."""
        x, y, tall, gap = 0, 0, 0, px(self._gap)
        for widget in self.shown():
            size = widget.sizeHint()
            if x and x + size.width() > width:
                x, y, tall = 0, y + tall + gap, 0
            if move:
                widget.setGeometry(x, y, min(size.width(), max(width, 1)), size.height())
            x += size.width() + gap
            tall = max(tall, size.height())
        if move and self._hugs:
            self.setMinimumHeight(y + tall)
        return y + tall
