"""Beside the board: what is next, and who is in the building."""

from collections.abc import Hashable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.board import Board
from app.domain.time import stamp
from app.ui.actions import Actions
from app.ui.pages.now_lines import NextItem, when
from app.ui.theme import px
from app.ui.widgets.basics import Card, label
from app.ui.widgets.rows import Cell, Column, Row
from app.ui.widgets.short_list import ShortList

#: How many things stand in the card; the rest are counted, and are all on the board.
MOST = 10


class Side(QWidget):
    """Cards one under the other, each as tall as what it says where there is room. Where there is not, the later give way
    first, down to a few lines, and their lists scroll; the last card is never cut. `whole` asks for all of it."""

    def __init__(self, *cards: Card) -> None:
        super().__init__()
        self._cards, self._whole = cards, False
        for card in cards:
            card.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_whole(self, whole: bool) -> None:
        """Whether to ask for all of its height, or to be content with a part."""
        if whole is not self._whole:
            self._whole = whole
            self.updateGeometry()

    def _wanted(self, width: int) -> list[int]:
        return [_height(card, width, least=False) for card in self._cards]

    def _least(self, width: int) -> list[int]:
        return [_height(card, width, least=True) for card in self._cards]

    def sizeHint(self) -> QSize:
        width = max(self.width(), px(296))
        heights = self._wanted(width) if self._whole else self._least(width)
        return QSize(px(320), sum(heights) + px(12) * (len(heights) - 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(296), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._arrange()
            self.updateGeometry()
        return super().event(event)

    def _arrange(self) -> None:
        gap, width = px(12), self.width()
        heights, least = self._wanted(width), self._least(width)
        over = sum(heights) + gap * (len(heights) - 1) - self.height()
        for number in reversed(range(len(heights))):
            give = min(max(over, 0), heights[number] - least[number])
            heights[number] -= give
            over -= give
        y = 0
        for card, height in zip(self._cards, heights, strict=True):
            card.setGeometry(0, y, width, height)
            y += height + gap


def _height(card: Card, width: int, *, least: bool) -> int:
    layout = card.layout()
    if layout is None:
        return 0
    edge = card.contentsMargins()
    inside, around = width - edge.left() - edge.right(), edge.top() + edge.bottom()
    if layout.hasHeightForWidth():
        return around + (layout.minimumHeightForWidth(inside) if least else layout.heightForWidth(inside))
    return around + (layout.minimumSize() if least else layout.sizeHint()).height()


class NextCard(Card):
    """A short list. The keys of the board work on it too, for the woman whose line the cursor is on."""

    def __init__(self, actions: Actions) -> None:
        super().__init__("Next")
        self._items: dict[Hashable, NextItem] = {}
        self._count = 0
        self.list = ShortList([Column("When", 84), Column("What", 170, 1)], "What is next")
        self.more = label("", "small_muted", wrap=True)
        self.none = label("Nothing is due.", "muted", wrap=True)
        self.add(self.none)
        self.add(self.list)
        self.add(self.more)
        self.show_items([], None, ZoneInfo("UTC"))

    def show_items(self, items: Sequence[NextItem], board: Board | None, zone: ZoneInfo) -> None:
        """Show the first of them; what is overdue is all shown, however much it is."""
        most = max(MOST, sum(item.overdue for item in items))
        shown = items[:most]
        self._items = {}
        for item in shown:
            key: tuple[object, ...] = self._key(item)
            while key in self._items:
                key = (*key, "again")
            self._items[key] = item
        rows = tuple(self._row(key, item, board, zone) for key, item in self._items.items())
        if rows and rows == self.list.rows_model.rows and self._count == len(items):
            return
        self._count = len(items)
        self.list.set_rows(rows)
        self.list.setVisible(bool(shown))
        self.none.setVisible(not shown)
        self.more.setVisible(len(items) > most)
        self.more.setText(f"and {len(items) - most} more, later")
        self.list.updateGeometry()

    def resident(self, key: Hashable) -> UUID | None:
        """Whom a row is about; None for one about several women."""
        item = self._items.get(key)
        return item.resident if item else None

    def item(self, key: Hashable) -> NextItem | None:
        """What a row says."""
        return self._items.get(key)

    @staticmethod
    def _key(item: NextItem) -> tuple[object, ...]:
        """What stays while the minutes pass and women are seen."""
        return item.resident, item.entry, item.section, item.key, item.at

    @staticmethod
    def _row(key: Hashable, item: NextItem, board: Board | None, zone: ZoneInfo) -> Row:
        does = f"{item.key}: {item.do[0].lower()}{item.do[1:]}" if item.key else ""
        under = " · ".join(part for part in (item.room, does) if part)
        what = Cell(item.name, second=item.what, under=under, bold=True)
        at = when(item.at, board.at, zone) if board is not None else stamp(item.at, zone)
        return Row(key, (Cell(at, item.mark, bold=True), what), tone="red" if item.overdue else None)


class StaffCard(Card):
    """Who of the staff is in the building and since when; the on-call number; where the naloxone is.

    At least two are there at all times (DOMAIN.md 3): one alone, or nobody, is said in words.
    """

    def __init__(self) -> None:
        super().__init__(gap=4)
        self.setAccessibleName("Staff in the building")
        self.few = label("", "name", tone="red", wrap=True)
        self.who = label("", "body", wrap=True)
        self.facts = label("", "muted", wrap=True)
        for each in (self.few, self.who, self.facts):
            self.add(each)

    def show_board(self, board: Board, zone: ZoneInfo) -> None:
        """Say who is in as the record has it."""
        count = len(board.staff_in)
        self.few.setText(few_said(board, zone))
        self.few.setVisible(bool(self.few.text()))
        since = board.staff_since or (None,) * count
        self.who.setText(
            "Staff in: "
            + ", ".join(
                f"{member.name} since {when(at, board.at, zone)}" if at else member.name
                for member, at in zip(board.staff_in, since, strict=True)
            )
        )
        self.who.setVisible(bool(count))
        facts = [
            f"On call {board.on_call}" if board.on_call else "",
            f"Naloxone: {board.naloxone}" if board.naloxone else "",
        ]
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        self.facts.setVisible(bool(self.facts.text()))


def few_said(board: Board, zone: ZoneInfo) -> str:
    """ "One, since 02:48. 2 are needed."; nothing where there are enough."""
    count = len(board.staff_in)
    if count >= board.least_staff:
        return ""
    words = {0: "Nobody", 1: "One"}.get(count, str(count))
    since = f", since {when(board.staff_as_since, board.at, zone)}" if board.staff_as_since else ""
    return f"{words}{since}. {board.least_staff} are needed."
