"""Now: every woman, where she is and what is due for her, and what to do next. One glance, then one key."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from app.domain.board import Board, BoardLine
from app.domain.names import folded
from app.domain.presence import Presence
from app.domain.results import Done, Refused
from app.domain.rounds import asks_now
from app.services.board import read_board
from app.ui.pages.now_acts import NowActs
from app.ui.pages.now_lines import board_rows, next_items, round_said
from app.ui.pages.now_side import NextCard
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.theme import px, theme
from app.ui.widgets.basics import Count, column, label, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

KEYS = "Her name, Enter, then: O out · I in · C check · N note · P if she is not back"


class NowPage(Page):
    """The board as a list. The find box has the focus first: her name, Enter, and then one key deals with her."""

    page_id = "now"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting, self._zone = sitting, sitting.desk.house.zone
        self.board: Board | None = None
        self._saving: dict[UUID, tuple[int, str, str]] = {}
        self.acts = NowActs(self, sitting)
        self.tiles = {
            name: Count(mark)
            for name, mark in (
                ("in", Mark.IN),
                ("out", Mark.OUT),
                ("leave", Mark.LEAVE),
                ("hospital", Mark.HOSPITAL),
                ("absent", Mark.ABSENT),
                ("custody", Mark.CUSTODY),
                ("overdue", Mark.OVERDUE),
                ("due", Mark.DUE),
                ("free", Mark.FREE),
                ("closed", Mark.OUT_OF_SERVICE),
            )
        }
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
        self.list.opened.connect(sitting.resident_asked.emit)
        self.next = NextCard(sitting.actions)
        self.next.list.opened.connect(self._open_next)
        for view in (self.list, self.next.list):
            sitting.actions.bind_list(view, "now")
        self.state = Stateful(self.list)
        self.state.panel.acted.connect(self.load)
        self._lay_out()
        sitting.committed.connect(self._committed)

    def _lay_out(self) -> None:
        tiles = Flow(*self.tiles.values())
        head = row(gap=12)
        head.addWidget(tiles, 1)
        head.addWidget(self.start, 0, Qt.AlignmentFlag.AlignTop)
        finding = row(gap=12)
        finding.addWidget(self.finder, 2)
        finding.addWidget(self.hint, 3)
        self._body = row(gap=16)
        left, right = QWidget(), QWidget()
        column(left, finding, self.state, gap=10).setStretch(1, 1)
        column(right, self.next, 1, gap=12)
        self._body.addWidget(left, 1)
        self._body.addWidget(right)
        self._left, self._right = left, right
        whole = column(self, head, margins=(20, 16), gap=14)
        whole.addLayout(self._body, 1)
        self._size()
        theme().theme_changed.connect(self._size)

    def _size(self) -> None:
        self.list.setMinimumSize(px(796), px(260))
        self.finder.setMinimumWidth(px(230))
        self._right.setMinimumWidth(px(296))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < px(1136)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() is not way:
            self._body.setDirection(way)

    # Reading

    def opened(self) -> None:
        if self.board is None:
            self.state.loading()
        self.load()

    def changed(self, seq: int) -> None:
        self.load()

    def home(self) -> QWidget:
        return self.finder

    def load(self) -> None:
        """Read the board again; an older answer is dropped."""
        desk = self._sitting.desk
        self._sitting.jobs.read(
            lambda: read_board(desk), self._show, self.state.failed, key="board", owner=self
        )

    def _committed(self) -> None:
        if self.isVisible():
            self.load()

    def _show(self, board: Board) -> None:
        self.board = board
        self._saving = {id_: it for id_, it in self._saving.items() if it[0] > board.head_seq}
        self._show_tiles(board)
        self._show_rows()
        self.next.show_items(next_items(board, self._zone), self._zone)
        self.start.setText(round_said(board, self._zone))
        if board.lines:
            self.state.ready()
        else:
            self.state.empty("Nobody lives here yet.", "A woman appears here when she has arrived.")

    def _show_tiles(self, board: Board) -> None:
        due = sum(
            not line.overdue
            and line.presence is Presence.IN
            and any(asks_now(it, board.at) for it in line.dues)
            for line in board.lines
        )
        closed = sum(bool(room.out_of_service) for room in board.empty_rooms)
        numbers = {presence.value: board.count(presence) for presence in Presence} | {
            "overdue": len(board.overdue),
            "due": due,
            "free": len(board.empty_rooms) - closed,
            "closed": closed,
        }
        for name, tile in self.tiles.items():
            tile.show_count(numbers[name])
            tile.setVisible(bool(numbers[name]) or name not in ("leave", "custody"))

    def _show_rows(self) -> None:
        if self.board is None:
            return
        rows = board_rows(self.board, self._zone, self._matches() if self.finder.text().strip() else None)
        self.list.set_rows([self._overlaid(each) for each in rows])

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
        self._show_rows()
        if self.board is not None and (found := self._matches()) and self.finder.text().strip():
            self.list.select(found[0].id)

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
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
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
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen is not None:
            self.finder.clear()
            self.list.select(chosen.id)

    def to_find(self) -> None:
        self.finder.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finder.selectAll()

    # Who, and whether it may be done

    @property
    def line(self) -> BoardLine | None:
        """The woman whom the next key is about: the row of whichever list has the focus."""
        view = self.next.list if self.next.list.hasFocus() else self.list
        key = self.next.resident(view.current_key) if view is self.next.list else view.current_key
        return self.board.line(key) if self.board is not None and isinstance(key, UUID) else None

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

    def _open_next(self, key: object) -> None:
        """Enter in the list of what is next: her page, or the round."""
        resident = self.next.resident(key)
        if resident is not None:
            self._sitting.resident_asked.emit(resident)
        else:
            self._sitting.page_asked.emit("round")

    def struck(self, _resident: UUID | None) -> None:
        """My last entry was struck: what was painted of it goes, and the record is read again."""
        self._saving.clear()
        self.load()


def _parts(line: BoardLine) -> list[str]:
    """The words by which a line is found."""
    room = line.who.room.label if line.who.room else ""
    return folded(f"{line.who.name} {line.who.preferred or ''} {room}").split()
