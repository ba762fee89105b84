"""What is next, beside the board: overdue, due, then coming, each with the key that deals with it."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.time import stamp
from app.ui.actions import Actions
from app.ui.pages.now_lines import NextItem
from app.ui.theme import theme
from app.ui.widgets.basics import Card, label
from app.ui.widgets.rows import Cell, Column, Row, RowsView

#: How many things stand in the card; the rest are counted, and are all on the board.
MOST = 8


class NextCard(Card):
    """A short list. The keys of the board work on it too, for the woman whose line the cursor is on."""

    def __init__(self, actions: Actions) -> None:
        super().__init__("Next")
        self._items: dict[object, NextItem] = {}
        self.list = RowsView(
            [Column("When", 84), Column("What", 180, 1)],
            "What is next",
            framed=False,
        )
        self.more = label("", "small_muted")
        self.none = label("Nothing is due.", "muted")
        self.add(self.none)
        self.add(self.list)
        self.add(self.more)
        self.show_items([], ZoneInfo("UTC"))
        theme().theme_changed.connect(self.list.fit_height)

    def show_items(self, items: Sequence[NextItem], zone: ZoneInfo) -> None:
        """Show the first of them."""
        shown = items[:MOST]
        self._items = {self._key(item): item for item in shown}
        self.list.set_rows([self._row(item, zone) for item in shown])
        self.list.setVisible(bool(shown))
        self.none.setVisible(not shown)
        self.more.setVisible(len(items) > MOST)
        self.more.setText(f"and {len(items) - MOST} more, on the board")
        self.list.fit_height()

    def resident(self, key: object) -> UUID | None:
        """Whom a row is about; None for one about several women."""
        item = self._items.get(key)
        return item.resident if item else None

    @staticmethod
    def _key(item: NextItem) -> tuple[UUID | None, str, str]:
        return item.resident, item.key, item.what if item.resident is None else f"{item.at:%d%H%M}"

    def _row(self, item: NextItem, zone: ZoneInfo) -> Row:
        where = f"{item.room} · {item.what}" if item.room else item.what
        what = Cell(item.name, second=where, under=f"{item.key}: {item.do.lower()}", bold=True)
        return Row(
            self._key(item),
            (Cell(stamp(item.at, zone), item.mark, bold=True), what),
            tone="red" if item.overdue else None,
        )
