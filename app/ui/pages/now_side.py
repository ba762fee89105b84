"""What is next, beside the board: overdue, due, then coming, each with the key that deals with it."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from app.domain.time import stamp
from app.ui.actions import Actions
from app.ui.pages.now_lines import NextItem
from app.ui.theme import px, theme
from app.ui.widgets.basics import Card, label
from app.ui.widgets.rows import Cell, Column, Row, RowsView

#: How many things stand in the card; the rest are counted, and are all on the board.
MOST = 8


class _ShortList(RowsView):
    """As tall as its rows where there is room for it; where there is not, it scrolls."""

    def __init__(self, columns: Sequence[Column], name: str) -> None:
        super().__init__(columns, name, framed=False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        tall = sum(self.rowHeight(number) for number in range(self.rows_model.rowCount()))
        return QSize(px(260), min(max(tall, px(34)), px(500)))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), min(self.sizeHint().height(), px(180)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()


class NextCard(Card):
    """A short list. The keys of the board work on it too, for the woman whose line the cursor is on."""

    def __init__(self, actions: Actions) -> None:
        super().__init__("Next")
        self._items: dict[object, NextItem] = {}
        self.list = _ShortList([Column("When", 84), Column("What", 170, 1)], "What is next")
        self.more = label("", "small_muted")
        self.none = label("Nothing is due.", "muted")
        self.add(self.none)
        self.add(self.list)
        self.add(self.more)
        self.show_items([], ZoneInfo("UTC"))
        theme().theme_changed.connect(self.list.updateGeometry)

    def show_items(self, items: Sequence[NextItem], zone: ZoneInfo) -> None:
        """Show the first of them."""
        shown = items[:MOST]
        self._items = {self._key(item): item for item in shown}
        self.list.set_rows([self._row(item, zone) for item in shown])
        self.list.setVisible(bool(shown))
        self.none.setVisible(not shown)
        self.more.setVisible(len(items) > MOST)
        self.more.setText(f"and {len(items) - MOST} more, on the board")
        self.list.updateGeometry()

    def resident(self, key: object) -> UUID | None:
        """Whom a row is about; None for one about several women."""
        item = self._items.get(key)
        return item.resident if item else None

    @staticmethod
    def _key(item: NextItem) -> tuple[UUID | None, str, str]:
        return item.resident, item.key, item.what if item.resident is None else f"{item.at:%d%H%M}"

    def _row(self, item: NextItem, zone: ZoneInfo) -> Row:
        under = " · ".join(part for part in (item.room, f"{item.key}: {item.do.lower()}") if part)
        what = Cell(item.name, second=item.what, under=under, bold=True)
        return Row(
            self._key(item),
            (Cell(stamp(item.at, zone), item.mark, bold=True), what),
            tone="red" if item.overdue else None,
        )
