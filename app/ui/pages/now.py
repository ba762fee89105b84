"""Now: every woman, where she is and what is due for her, and what to do next. One glance, then one key."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QStackedWidget, QWidget

from app.domain.board import Board, BoardLine
from app.domain.names import folded
from app.domain.results import Done, Refused
from app.domain.rooms import RoomState
from app.domain.since import Change, Since
from app.domain.waiting import Waiting
from app.services.board import read_board
from app.services.since import read_since
from app.services.waiting import read_waiting
from app.ui.pages.now_acts import NowActs
from app.ui.pages.now_counts import COUNTS, Counts
from app.ui.pages.now_lines import NextItem, board_rows, round_said
from app.ui.pages.now_next import pressing
from app.ui.pages.now_side import NextCard, Side, StaffCard
from app.ui.pages.now_since import SinceCard, SinceSheet
from app.ui.pages.now_tiles import tiles
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.theme import px, theme
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.floor_plan import FloorPlan, Tile
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

KEYS = "Her name, Enter, then: O out · I in · C check · N note · P if she is not back"
PLAN, LIST = "plan", "list"
#: How long after the last commit what waits and what changed are read again.
REST_MS = 1500


class NowPage(Page):
    """The board as a floor plan or a list. The find box has the focus first: her name, Enter, and then one key deals with
    her."""

    page_id = "now"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting, self._zone = sitting, sitting.desk.house.zone
        self.board: Board | None = None
        self.waiting: Waiting | None = None
        self._saving: dict[UUID, tuple[int, str, str]] = {}
        self._wanted: UUID | None = None
        self._rows: list[Row] = []
        self._tiles: list[Tile] = []
        self.acts = NowActs(self, sitting)
        self.counts = Counts()
        self.tiles = self.counts.tiles
        self.counts.chosen.connect(lambda _: self._filter())
        self.switch = ActionButton(sitting.actions, "now.view")
        self.start = ActionButton(sitting.actions, "now.round", kind="main")
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("Find her by name or room…")
        self.finder.setAccessibleName("Find a resident by name or room")
        self.finder.setAccessibleDescription(KEYS)
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(self._find)
        self.finder.installEventFilter(self)
        self.hint = label(KEYS, "small_muted", wrap=True)
        self.list = RowsView(
            [
                Column("Room", 86),
                Column("Name", 134, 4),
                Column("Where she is", 112, 1),
                Column("Her checks", 178, 1),
                Column("Last seen", 160, 1),
                Column("Next", 112, 1),
            ],
            "Everyone who lives here",
            header=True,
        )
        self.plan = FloorPlan("The rooms and everyone who lives here")
        self.next, self.since, self.staff = NextCard(sitting.actions), SinceCard(sitting.actions), StaffCard()
        for view in (self.list, self.plan):
            view.opened.connect(self._open)
        self.next.list.opened.connect(self._open_next)
        self.since.opened.connect(self.open_change)
        for view in (self.list, self.plan, self.next.list):
            sitting.actions.bind_list(view, "now")
        self.views = QStackedWidget()
        self.views.addWidget(self.plan)
        self.views.addWidget(self.list)
        self.state = Stateful(self.views)
        self.state.panel.acted.connect(self.load)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._rested)
        self._lay_out()
        self.show_view(PLAN)
        sitting.committed.connect(self._committed)

    def _lay_out(self) -> None:
        self._finding = row(gap=12)
        self._finding.addWidget(self.finder, 2)
        self._finding.addWidget(self.hint, 3)
        self._finding.addLayout(row(None, self.switch, self.start, gap=12))
        self.side = Side(self.next, self.since, self.staff)
        self._body = row(gap=16)
        self._body.addWidget(self.state, 5)
        self._body.addWidget(self.side, 3)
        whole = column(self, self.counts, self._finding, margins=(20, 14), gap=12)
        whole.addLayout(self._body, 1)
        self._size()
        theme().theme_changed.connect(self._size)

    def _size(self) -> None:
        self.finder.setMinimumWidth(px(230))
        self._fold(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold(event.size().width())

    def _fold(self, width: int) -> None:
        """Put the cards under the board where there is no room beside it; then the page scrolls, and not its parts."""
        listed = self.view == LIST
        narrow = width < px(1136 if listed else 800)
        for layout, down in ((self._body, narrow), (self._finding, width < px(560))):
            way = QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight
            if layout.direction() is not way:
                layout.setDirection(way)
        self.hint.setVisible(width >= px(800))
        self.side.show_whole(narrow)
        self.plan.show_whole(narrow)
        # The wider one must not hold the narrower one open.
        self.list.setMinimumSize(*((px(796), px(260)) if listed else (0, 0)))

    # Plan or list

    @property
    def view(self) -> str:
        """What is shown: "plan" or "list"."""
        return LIST if self.views.currentWidget() is self.list else PLAN

    @property
    def current(self) -> FloorPlan | RowsView:
        """The plan or the list, whichever is shown."""
        return self.list if self.view == LIST else self.plan

    def show_view(self, view: str) -> None:
        """Show the plan or the list; the cursor stays on the woman whom it was on, and so does the focus."""
        before, key, focus = self.current, self.current.current_key, self.current.hasFocus()
        self.views.setCurrentWidget(self.list if view == LIST else self.plan)
        self.switch.setText("Plan" if view == LIST else "List")
        self._fold(self.width())
        self._filter()
        if self.current is not before:
            self.current.select(key)
            if focus:
                self.current.setFocus(Qt.FocusReason.OtherFocusReason)

    def switch_view(self) -> None:
        """From one to the other."""
        self.show_view(PLAN if self.view == LIST else LIST)

    def remember(self) -> dict[str, Any]:
        """What of this page's layout is kept on this computer: nothing of anybody's."""
        return {"view": self.view}

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Take up the layout kept last time; what it does not know is passed over."""
        if kept.get("view") in (PLAN, LIST):
            self.show_view(str(kept["view"]))

    # Reading

    def opened(self) -> None:
        if self.board is None:
            self.state.loading()
        self.load()

    def changed(self, seq: int) -> None:
        """Read the board now, and the rest when the keys have come to rest: it must not slow the next one."""
        self._read_board()
        self._rest.start()

    def home(self) -> QWidget:
        return self.finder

    def load(self) -> None:
        """Read the board again, then what waits and what changed; an older answer is dropped."""
        self._read_board()
        self._read_rest()

    def _read_board(self) -> None:
        desk = self._sitting.desk
        self._sitting.jobs.read(
            lambda: read_board(desk), self._show, self.state.failed, key="board", owner=self
        )

    def _rested(self) -> None:
        """Nothing is read for a page that is left or a window that was closed meanwhile; whoever comes back reads it all."""
        if self.isVisible():
            self._read_rest()

    def _read_rest(self) -> None:
        self._rest.stop()
        desk, jobs = self._sitting.desk, self._sitting.jobs
        jobs.read(lambda: read_waiting(desk), self._show_waiting, key="waiting", owner=self)
        jobs.read(lambda: read_since(desk), self._show_since, key="since", owner=self)

    def _committed(self) -> None:
        if self.isVisible():
            self.changed(0)

    def _show(self, board: Board) -> None:
        self.board = board
        self._saving = {id_: it for id_, it in self._saving.items() if it[0] > board.head_seq}
        self.counts.show_board(board)
        self._filter()
        if (said := round_said(board, self._zone)) != self.start.text():
            self.start.setText(said)
        self.staff.show_board(board, self._zone)
        self._show_next()
        if board.lines or board.empty_rooms:
            self.state.ready()
        else:
            self.state.empty("Nobody lives here yet.", "A woman appears here when she has arrived.")
        self._to_wanted()

    def _show_waiting(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self._show_next()

    def _show_next(self) -> None:
        if self.board is not None:
            self.next.show_items(pressing(self.board, self.waiting, self._zone), self.board, self._zone)

    def _show_since(self, since: Since) -> None:
        self.since.show_since(since, self._sitting.now, self._zone)

    # What is shown of it

    def _shown(self) -> tuple[list[BoardLine], list[RoomState]]:
        """Whom the find box and the pressed count let through, and which empty rooms."""
        assert self.board is not None
        only, typed = self.counts.only, bool(self.finder.text().strip())
        lines, rooms = self.board.lines, self.board.empty_rooms
        if only is not None:
            lines, rooms = tuple(COUNTS[only].lines(self.board)), tuple(COUNTS[only].rooms(self.board))
        if typed:
            found = {line.id for line in self._matches()}
            lines, rooms = tuple(line for line in lines if line.id in found), ()
        return list(lines), list(rooms)

    def _filter(self) -> None:
        """Make the rows and tiles anew: the board, the find box or the pressed count changed."""
        if self.board is None:
            return
        lines, rooms = self._shown()
        if self.view == LIST:
            listed = rooms if self.counts.only is not None else []
            self._rows = board_rows(self.board, self._zone, lines, listed)
        else:
            self._tiles = tiles(self.board, self._zone, lines, rooms)
        self._show_rows()

    def _show_rows(self) -> None:
        """Paint what was made, with what was just typed over it; only what changed is painted again."""
        if self.view == LIST:
            self.list.set_rows([self._overlaid(each) for each in self._rows])
        else:
            self.plan.set_tiles([self._tiled(each) for each in self._tiles])

    def _tiled(self, shown: Tile) -> Tile:
        """The tile with what was just typed of her: "saving" until the commit, then done with its time."""
        if not isinstance(shown.key, UUID) or shown.key not in self._saving:
            return shown
        _, words, at = self._saving[shown.key]
        said = f"{words}, saved {at}" if at else f"{words}, saving…"
        mark = Mark.DONE if at else Mark.SAVING
        spoken = f"{shown.room}, {shown.name}, {said}"
        return replace(shown, line=said, line_mark=mark, tone=None, outline=None, filled=False, spoken=spoken)

    def _overlaid(self, shown: Row) -> Row:
        """The row with what was just typed of her: "saving" until the commit, then done with its time."""
        if not isinstance(shown.key, UUID) or shown.key not in self._saving:
            return shown
        _, words, at = self._saving[shown.key]
        cell = Cell(
            words, Mark.DONE if at else Mark.SAVING, under=f"saved {at}" if at else "saving…", bold=True
        )
        return replace(shown, cells=(*shown.cells[:2], cell, *shown.cells[3:]), tone=None)

    # Finding

    def _matches(self) -> list[BoardLine]:
        """Lines of which the start of a name, or the room, is what was typed; accents and case don't matter."""
        assert self.board is not None
        wanted = folded(self.finder.text()).split()
        return [
            line
            for line in self.board.lines
            if all(any(part.startswith(word) for part in _parts(line)) for word in wanted)
        ]

    def _find(self) -> None:
        self.plan.pointed = bool(self.finder.text().strip())
        self._filter()
        if self.board is not None and (found := self._matches()) and self.finder.text().strip():
            self.current.select(found[0].id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the find box Enter goes to her line, if it is only one; the arrows choose among several."""
        if (
            watched is not self.finder
            or not isinstance(event, QKeyEvent)
            or event.type() is not QEvent.Type.KeyPress
        ):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._found()
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.current.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if event.key() == Qt.Key.Key_Escape and self.finder.text():
            self.finder.clear()
            return True
        return False

    def _found(self) -> None:
        if self.board is None:
            return
        found, typed = self._matches(), self.finder.text().strip()
        exact = [line for line in found if folded(line.who.name) == folded(typed)]
        chosen = found[0] if len(found) == 1 else exact[0] if len(exact) == 1 else None
        if chosen is None and typed:
            said = (
                f"{len(found)} women match “{typed}”: go down to choose."
                if found
                else f"Nobody here matches “{typed}”."
            )
            self._sitting.tell(said, "amber")
            return
        self.current.setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen is not None:
            self.counts.choose(None)
            self.finder.clear()
            self.current.select(chosen.id)

    def to_find(self) -> None:
        self.finder.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finder.selectAll()

    # Who, and whether it may be done

    @property
    def line(self) -> BoardLine | None:
        """The woman whom the next key is about: the row or tile of whichever has the focus."""
        view = self.next.list if self.next.list.hasFocus() else self.current
        key: object = self.next.resident(view.current_key) if view is self.next.list else view.current_key
        return self.board.line(key) if self.board is not None and isinstance(key, UUID) else None

    @property
    def item(self) -> NextItem | None:
        """The line of Next that the cursor is on, while Next has the focus."""
        return self.next.item(self.next.list.current_key) if self.next.list.hasFocus() else None

    # Doing

    def do(
        self, line: BoardLine, command: Any, words: str, then: Callable[[Done], object] | None = None
    ) -> None:
        """Paint "saving" at once, and the time after the commit."""
        name, id_ = line.who.name, line.id
        self._saving[id_] = (2**62, words, "")
        self._show_rows()

        def done(answer: Done) -> None:
            at = f"{self._sitting.now.astimezone(self._zone):%H:%M:%S}"
            self._saving[id_] = (answer.seq, words, at)
            self._show_rows()
            self._sitting.tell(f"{name}: {words}, saved {at}. Ctrl Z strikes it.", "green")
            if then is not None:
                then(answer)

        def refused(why: Refused) -> None:
            self._saving.pop(id_, None)
            self._show_rows()
            self._sitting.tell(str(why), "red")

        self._sitting.do(command, done, refused, owner=self)

    def show_line(self, resident: UUID) -> None:
        """Put the cursor on her line, now or as soon as the board has been read."""
        self._wanted = resident
        self.counts.choose(None)
        self.finder.clear()
        self.current.setFocus(Qt.FocusReason.OtherFocusReason)
        self._to_wanted()

    def _to_wanted(self) -> None:
        if self._wanted is not None and self.current.select(self._wanted):
            self._wanted = None

    def on_line(self, resident: UUID | None) -> bool:
        """Whether the focus is on her line or tile, so that its letters are about her."""
        return self.current.hasFocus() and resident is not None and self.current.current_key == resident

    def to_next(self) -> None:
        """To the list of what is next."""
        self.next.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, key: object) -> None:
        """Enter on a row or tile: her page. An empty room has none."""
        if self.board is None or not isinstance(key, UUID):
            return
        if self.board.line(key) is not None:
            self._sitting.resident_asked.emit(key)
            return
        empty = next((state for state in self.board.empty_rooms if state.room.id == key), None)
        if empty is not None:
            why = f"out of service: {empty.out_of_service}" if empty.out_of_service else "free"
            self._sitting.tell(f"{empty.room.label} is {why}.", "blue")

    def _open_next(self, key: Hashable) -> None:
        """Enter in the list of what is next: the page that it is about, her page, or the round."""
        item = self.next.item(key)
        if item is None:
            return
        if item.section:
            self._sitting.page_asked.emit(item.section)
        elif item.resident is not None:
            self._sitting.resident_asked.emit(item.resident)
        elif item.key == "F2":
            self._sitting.page_asked.emit("round")

    def open_change(self, change: Change) -> None:
        """Where a change is: her page, or the page of what it is about."""
        if change.section:
            self._sitting.page_asked.emit(change.section)
        elif change.who is not None:
            self._sitting.resident_asked.emit(change.who.id)
        else:
            self._sitting.tell(f"{change.what}. {change.words}".strip(), "blue")

    def show_all_changes(self) -> None:
        """Everything that changed since her last shift, on a sheet."""
        if self.since.since is None:
            return
        sheet = SinceSheet(self, self.since.since, self._sitting.now, self._zone)
        sheet.opened.connect(self.open_change)
        sheet.open()

    def struck(self, _resident: UUID | None) -> None:
        """My last entry was struck: what was painted of it goes, and the record is read again."""
        self._saving.clear()
        self.load()


def _parts(line: BoardLine) -> list[str]:
    """The words by which a line is found."""
    room = line.who.room.label if line.who.room else ""
    return folded(f"{line.who.name} {line.who.preferred or ''} {room}").split()
