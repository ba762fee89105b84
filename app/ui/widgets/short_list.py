"""A list inside a card: as tall as its rows where there is room for it; where there is not, it scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from app.ui.theme import px, theme
from app.ui.widgets.rows import Column, RowsView


class ShortList(RowsView):
    """Rows that ask for their own height, and are content with a part of it."""

    def __init__(self, columns: Sequence[Column], name: str) -> None:
        super().__init__(columns, name, framed=False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme().theme_changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        tall = sum(self.rowHeight(number) for number in range(self.rows_model.rowCount()))
        return QSize(px(260), max(tall, px(34)))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), min(self.sizeHint().height(), px(110)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()
