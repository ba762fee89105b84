"""The round as one list in walking order, with the current woman's card open in her own place."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.ui.theme import px
from app.ui.widgets.basics import column
from app.ui.widgets.rows import Column, Row, RowsView

#: Room, name, state, time, what else: the columns of a round.
COLUMNS = (Column("", 92), Column("", 170, 3), Column("", 150, 3), Column("", 104, 1), Column("", 150, 4))
Index = QModelIndex | QPersistentModelIndex


class RoundList(RowsView):
    """A list whose current row is as tall as `card`, which lies over it. Focus and keys stay with the list."""

    #: Up (-1) or Down (1): the page moves the card.
    stepped = Signal(int)
    #: None until the list is whole: Qt asks for geometries while it is being made.
    holder: QWidget | None = None

    def __init__(self, card: QWidget, name: str, *, header: bool = False) -> None:
        super().__init__(COLUMNS, name, header=header)
        holder = QWidget(self.viewport())
        holder.setObjectName("page")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._inside = column(holder, card, margins=(0, 8))
        holder.hide()
        self.card, self.holder = card, holder
        card.installEventFilter(self)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Have other columns from now on; the rows of the old ones go."""
        self.rows_model.replace(())
        self.rows_model.beginResetModel()
        self.rows_model.columns = tuple(columns)
        self.rows_model.endResetModel()

    def open_at(self, key: Hashable | None) -> None:
        """Open the card at a row and bring all of it into view; None closes it."""
        if key is None or self.rows_model.place(key) is None:
            self.setCurrentIndex(QModelIndex())
        elif key != self.current_key:
            self.select(key)
        self.fit_card()
        if self.currentIndex().isValid():
            self._bring_in()
            self._show_next_too()

    def _bring_in(self) -> None:
        """The card has grown, or the list has shrunk: bring all of the card into view again."""
        if self.currentIndex().isValid():
            self.updateGeometries()
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bring_in()

    def _show_next_too(self) -> None:
        """Keep the line before and the line after in sight, where there is room: who was, and who is next."""
        number = self.currentIndex().row()
        for near in (number + 1, number - 1):
            if 0 <= near < len(self.rows_model.rows):
                self.scrollTo(self.rows_model.index(near, 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)

    def fit_card(self) -> None:
        """Let the current row be as tall as its card is now; the others have their heights."""
        index = self.currentIndex()
        if index.isValid():
            self._fit([index.row()])
        self._place()

    def fit(self) -> None:
        """Let every row have its height, and put the card over the current one."""
        self._fit(None)
        self._place()

    def card_height(self) -> int:
        """How tall the card must be at the list's width."""
        layout = self._inside
        width = self.viewport().width()
        tall = (
            layout.totalHeightForWidth(width)
            if layout.hasHeightForWidth()
            else layout.totalSizeHint().height()
        )
        return max(tall, px(80))

    def height_of(self, number: int, widths: Sequence[int]) -> int:
        if number == self.currentIndex().row():
            return self.card_height()
        return super().height_of(number, widths)

    def set_rows(self, rows: Sequence[Row]) -> None:
        super().set_rows(rows)
        self._place()

    def _select_near(self, number: int) -> None:
        """No row is chosen for the worker: at the end of a round there is no current one."""

    def _place(self) -> None:
        index = self.currentIndex()
        if self.holder is None:
            return
        if not index.isValid():
            self.holder.hide()
            return
        top = self.rowViewportPosition(index.row())
        self.holder.setGeometry(0, top, self.viewport().width(), self.rowHeight(index.row()))
        self.holder.show()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._fit([row for row in (previous.row(), current.row()) if 0 <= row < len(self.rows_model.rows)])
        self._place()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.card
            and event.type() is QEvent.Type.LayoutRequest
            and self.currentIndex().isValid()
        ):
            self.fit_card()
            self._bring_in()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows are the page's own: they move the card, whoever is shown."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        super().keyPressEvent(event)
