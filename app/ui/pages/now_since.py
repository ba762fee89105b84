"""Since your last shift: what matters first on a card, all of it on a sheet that can be filtered."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.domain.names import folded
from app.domain.since import Change, Matter, Since
from app.domain.time import day_label, local_date, stamp
from app.ui.actions import Actions
from app.ui.dialogs import Sheet
from app.ui.pages.now_lines import short_name, when
from app.ui.theme import px
from app.ui.widgets.basics import Card, label, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.short_list import ShortList

#: How many headlines stand on the card.
MOST = 8
#: How much of what somebody typed stands on the card; the sheet has more of it.
_GLANCE = 90
_MARKS = {Matter.CASE: Mark.ABSENT, Matter.EMERGENCY: Mark.ABSENT, Matter.CONCERN: Mark.DUE}


def _whom(change: Change) -> str:
    if change.who is None:
        return ""
    room = change.who.room.label if change.who.room else ""
    return (
        f"{change.who.name} {room}".strip()
        if not change.who.hidden
        else f"{room}, {change.who.name.lower()}".strip(", ")
    )


def change_row(change: Change, now: datetime, zone: ZoneInfo, most: int = 0) -> Row:
    """One change: when, what, of whom and by whom. A correction says so; what was taken back is struck through."""
    words = change.words if not most or len(change.words) <= most else change.words[:most].rstrip() + "…"
    later = (
        ""
        if abs((change.typed_at - change.at).total_seconds()) < 300
        else f"typed {when(change.typed_at, now, zone)}"
    )
    by = f"by {short_name(change.by)}" if change.by else ""
    under = " · ".join(part for part in (_whom(change), words, by, later) if part)
    mark = Mark.EXCUSED if change.correction else _MARKS.get(change.matter)
    what = Cell(change.what, mark, under=under, bold=change.matters, struck=change.undone)
    return Row(change.seq, (Cell(when(change.at, now, zone), muted=True), what))


def since_said(since: Since, zone: ZoneInfo) -> str:
    """ "Since your last shift, Thu 19 Nov 07:04"; of someone who was never here before, a day."""
    if since.left is None:
        return "The last 24 hours"
    left = since.left
    return f"Since your last shift, {day_label(local_date(left, zone))} {stamp(left, zone)}"


class SinceCard(Card):
    """What matters of what changed; the count of all of it. Enter opens the place of the line that the cursor is on."""

    opened = Signal(object)

    def __init__(self, actions: Actions) -> None:
        super().__init__("Since your last shift")
        self.since: Since | None = None
        self._changes: dict[Hashable, Change] = {}
        self.list = ShortList(
            [Column("When", 92), Column("What", 170, 1)], "What changed since your last shift"
        )
        self.list.opened.connect(lambda key: self.opened.emit(self._changes[key]))
        self.none = label("Reading…", "muted", wrap=True)
        self.all = ActionButton(actions, "now.since", kind="quiet")
        self.title.setWordWrap(True)
        self.head.setStretch(0, 1)
        self.head.setStretch(1, 0)
        self.head.addWidget(self.all)
        self.add(self.none)
        self.add(self.list)
        self.list.hide()

    def show_since(self, since: Since, now: datetime, zone: ZoneInfo) -> None:
        """Show it, read at `now`."""
        self.since = since
        self.set_title(since_said(since, zone))
        number = f"{len(since.changes)}{' or more' if since.more else ''}"
        self.all.setText(f"All {number}")
        self.all.setAccessibleName("All of it: 1 change" if number == "1" else f"All of it: {number} changes")
        self.all.setVisible(bool(since.changes))
        shown = since.headlines[:MOST]
        self._changes = {change.seq: change for change in shown}
        self.list.set_rows([change_row(change, now, zone, _GLANCE) for change in shown])
        self.list.setVisible(bool(shown))
        self.none.setText("Nothing that matters has changed." if since.changes else "Nothing has changed.")
        self.none.setVisible(not shown)
        self.list.updateGeometry()


class SinceSheet(Sheet):
    """Every change since, newest first, with a filter by matter and by words. Enter opens its place."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None, since: Since, now: datetime, zone: ZoneInfo) -> None:
        super().__init__(parent, since_said(since, zone), width=760)
        self._since, self._now, self._zone = since, now, zone
        self._changes: dict[Hashable, Change] = {change.seq: change for change in since.changes}
        self.finder, self.matter = QLineEdit(), QComboBox()
        self.finder.setPlaceholderText("A name, a room, a word…")
        self.finder.setAccessibleName("Find in the changes")
        self.finder.setClearButtonEnabled(True)
        self.finder.installEventFilter(self)
        self.matter.setAccessibleName("What the changes are about")
        self.matter.addItem("Everything", None)
        for matter in Matter:
            if count := sum(change.matter is matter for change in since.changes):
                self.matter.addItem(f"{matter.label} ({count})", matter)
        self.said = label("", "small_muted", wrap=True)
        self.list = RowsView([Column("When", 112), Column("What", 300, 1)], "Changes")
        self.list.setMinimumSize(px(420), px(320))
        self.list.opened.connect(self._open)
        head = row(None, gap=8)
        head.addWidget(self.finder, 1)
        head.addWidget(self.matter)
        self.body.addLayout(head)
        self.body.addWidget(self.said)
        self.body.addWidget(self.list, 1)
        self.add_button("Close", self.reject)
        self.finder.textChanged.connect(self._show)
        self.matter.currentIndexChanged.connect(self._show)
        self._show()
        self.finder.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> Sequence[Change]:
        """The changes that the filter lets through."""
        words, matter = folded(self.finder.text()).split(), self.matter.currentData()
        return [
            change
            for change in self._since.changes
            if (matter is None or change.matter == matter)
            and all(word in _searched(change) for word in words)
        ]

    def _show(self, *_: object) -> None:
        shown = self.shown()
        self.list.set_rows(_with_days(shown, self._now, self._zone))
        more = " There was more: only the newest are here." if self._since.more else ""
        self.said.setText(f"{len(shown)} of {len(self._since.changes)} changes. Enter opens the place.{more}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leaves the find box for the list, Enter opens the only one."""
        if watched is self.finder and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if len(shown := self.shown()) == 1:
                    self._open(shown[0].seq)
                return True
        return super().eventFilter(watched, event)

    def _open(self, key: Hashable) -> None:
        if (change := self._changes.get(key)) is not None:
            self.accept()
            self.opened.emit(change)


def _searched(change: Change) -> str:
    return folded(f"{_whom(change)} {change.what} {change.words} {change.by}")


def _with_days(changes: Sequence[Change], now: datetime, zone: ZoneInfo) -> list[Row]:
    """The rows under a heading for each day on which they were so."""
    rows: list[Row] = []
    day = None
    for change in changes:
        if (its := local_date(change.typed_at, zone)) != day:
            day = its
            rows.append(Row(f"day {len(rows)}", (Cell(day_label(its), bold=True),), section=True))
        shown = change_row(change, now, zone)
        at = stamp(change.at, zone)
        near = local_date(change.at, zone) == its
        rows.append(shown if not near else Row(shown.key, (Cell(at, muted=True), *shown.cells[1:])))
    return rows
