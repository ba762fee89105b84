"""Residents: everyone who lives here, is expected or has left, in one list; and each woman's page beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QWidget

from app.domain.board import Board, BoardLine
from app.domain.find import FoundResident, Standing, begins
from app.domain.names import folded
from app.domain.residents import Resident
from app.domain.time import day_label, local_date
from app.domain.wording import PRESENCE
from app.services.board import read_board
from app.services.find import people
from app.services.residents import residents
from app.ui.actions import Act, Scope
from app.ui.pages.person import PersonView
from app.ui.palette_rows import standing_said
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.theme import px, theme
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

#: How many women who have left are shown; a name typed finds the others.
LEFT = 40
COLUMNS = [
    Column("Room", 104),
    Column("Name", 200, 3),
    Column("Now", 150, 2),
    Column("Her days", 150, 1),
    Column("Leaves", 124),
    Column("Key worker", 140, 1),
]
_WEEK = 7
_LAST = "\uffff"


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with what it is found and sorted by, one value a column."""

    row: Row
    parts: tuple[str, ...]
    order: tuple[Any, ...]


class ResidentsPage(Page):
    """The list first; Enter opens her page, Alt ← comes back to the list with her still selected."""

    page_id = "residents"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting, self._zone = sitting, sitting.desk.house.zone
        self._here: list[_Line] | None = None
        self._others: tuple[FoundResident, ...] = ()
        self._then: tuple[UUID, Callable[[], object]] | None = None
        self._sort = 0
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("A name or a room…")
        self.finder.setAccessibleName("Find a resident by name or room, also one who has left")
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(self._find)
        self.finder.installEventFilter(self)
        self.counts = label("", "muted", wrap=True)
        self.list = RowsView(COLUMNS, "Residents", header=True)
        self.list.opened.connect(self.show_resident)
        header = self.list.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self.sort_by)
        self._register()
        sitting.actions.bind_list(self.list, self.page_id)
        self.state = Stateful(self.list)
        self.state.panel.acted.connect(self._load)
        self.person = PersonView(sitting)
        self.person.back_asked.connect(self.show_list)
        self.person.person_shown.connect(self._shown)
        self._stack = QStackedWidget()
        listed = QWidget()
        head = row(None, label("Residents", "title"), gap=16)
        head.addWidget(self.counts, 1)
        head.addWidget(self.finder, 1)
        column(listed, head, self.state, margins=(20, 16), gap=12).setStretch(1, 1)
        self._stack.addWidget(listed)
        self._stack.addWidget(self.person)
        column(self, self._stack)
        self._show_sort()
        self._size()
        theme().theme_changed.connect(self._size)

    def _size(self) -> None:
        """Large type on a small screen: the page scrolls sideways rather than lose a column."""
        self.list.setMinimumSize(px(sum(each.width for each in COLUMNS) + 24), px(260))
        self.finder.setMinimumWidth(px(180))

    def _register(self) -> None:
        def act(number: str, text: str, key: str, run: Callable[[], object], hint: str = "") -> Act:
            return Act(f"residents.{number}", text, run, (key,), Scope.LIST, self.page_id, hint=hint)

        self._sitting.actions.add(
            act("find", "Find a name", "/", self.finder.setFocus),
            act(
                "sort", "Sort by the next column", "S", lambda: self.sort_by((self._sort + 1) % len(COLUMNS))
            ),
            act("copy", "Copy the line", "Ctrl+C", self.copy, "Copy the chosen line as text"),
        )

    # Reading

    def opened(self) -> None:
        if self._stack.currentIndex() == 0 and self._here is None:
            self.state.loading()
        self._load()

    def changed(self, seq: int) -> None:
        self._load()

    def _load(self) -> None:
        desk = self._sitting.desk
        self._sitting.jobs.read(
            lambda: (read_board(desk), residents(desk)),
            self._show,
            self.state.failed,
            key="residents",
            owner=self,
        )
        self._load_others()
        if self._stack.currentIndex() == 1:
            self.person.load()

    def _load_others(self) -> None:
        desk, text = self._sitting.desk, self.finder.text()
        self._sitting.jobs.read(
            lambda: people(desk, text, LEFT), self._show_others, self.state.failed, key="others", owner=self
        )

    def _show(self, answer: tuple[Board, tuple[Resident, ...]]) -> None:
        board, told = answer
        facts = {person.ref.id: person for person in told}
        self._here = [self._line(each, facts.get(each.id), board.at) for each in board.lines]
        self._show_rows()

    def _show_others(self, others: tuple[FoundResident, ...]) -> None:
        self._others = tuple(each for each in others if each.standing is not Standing.HERE)
        self._show_rows()

    # Showing

    def _show_rows(self) -> None:
        if self._here is None:
            return
        wanted = folded(self.finder.text()).split()
        groups = {
            "Here": self._here,
            "Expected": [self._other(each) for each in self._others if each.standing is Standing.EXPECTED],
            "Left, the last first": [
                self._other(each) for each in self._others if each.standing is Standing.LEFT
            ],
        }
        rows: list[Row] = []
        found = {
            name: [each for each in lines if begins(wanted, each.parts)] for name, lines in groups.items()
        }
        for name, lines in found.items():
            if lines:
                rows.append(Row(name, (Cell(f"{name} · {len(lines)}"),), section=True))
                rows += [each.row for each in sorted(lines, key=self._order)]
        self.list.set_rows(rows)
        self._show_counts(found)
        if rows:
            self.state.ready()
        elif wanted:
            self.state.empty(f"Nobody matches “{self.finder.text().strip()}”.", "Esc shows everyone.")
        else:
            self.state.empty("Nobody lives here yet.", "A woman appears here when she has arrived.")

    def _order(self, line: _Line) -> tuple[Any, ...]:
        """By the chosen column, then as they come; by room nobody moves: that is the walking order."""
        return (line.order[self._sort], line.order[0]) if self._sort else (line.order[0],)

    def _show_counts(self, found: dict[str, list[_Line]]) -> None:
        here, expected, left = (len(lines) for lines in found.values())
        said = [f"{here} here"] + ([f"{expected} expected"] if expected else [])
        if left:
            said.append(
                f"{left} who left" if left < LEFT else f"the last {left} who left; a name finds others"
            )
        self.counts.setText(" · ".join(said))

    def _line(self, line: BoardLine, told: Resident | None, now: datetime) -> _Line:
        who, stay = line.who, told.placement if told else None
        where = " · ".join(part for part in (PRESENCE[line.presence], line.where) if part)
        days, day = "", 0
        if stay and stay.arrived:
            day = (now - stay.arrived).days
            days = f"week {day // _WEEK + 1}, {stay.legal_basis.label}"
        watch = f"first fortnight, day {line.watch_day}" if line.watch_day else ""
        leaves = local_date(stay.expected_departure, self._zone) if stay and stay.expected_departure else None
        worker = stay.key_worker or "" if stay else ""
        room = who.room.label if who.room else "no room"
        cells = (
            Cell(room, muted=True),
            Cell(who.name, Mark.RESTRICTED if who.restricted else None, _likes(who.preferred), bold=True),
            Cell(where, Mark.of_presence(line.presence.value)),
            Cell(watch or days, under=days if watch else "", muted=True),
            Cell(day_label(leaves) if leaves else "", muted=True),
            Cell(worker, muted=True),
        )
        parts = tuple(folded(f"{who.name if not who.hidden else ''} {who.preferred or ''} {room}").split())
        position = who.room.position if who.room else 0
        order = (position, folded(who.name), where, day, str(leaves or _LAST), folded(worker) or _LAST)
        return _Line(Row(line.id, cells), parts, order)

    def _other(self, found: FoundResident) -> _Line:
        who, now = found.who, self._sitting.now
        said = standing_said(found, now, self._zone)
        left = found.standing is Standing.LEFT
        when = found.when.timestamp() if found.when else 0.0
        cells = (
            Cell(who.room.label if who.room else "", muted=True),
            Cell(
                who.name,
                Mark.RESTRICTED if who.restricted else None,
                _likes(who.preferred),
                bold=not left,
                muted=left,
            ),
            Cell(said, Mark.EXCUSED if left else Mark.NEXT, muted=True),
            Cell(),
            Cell(),
            Cell(),
        )
        parts = tuple(
            folded(f"{who.name} {who.preferred or ''} {who.room.label if who.room else ''}").split()
        )
        come = -when if left else when
        return _Line(Row(who.id, cells), parts, (come, folded(who.name), come, 0, "", ""))

    # Sorting, finding, copying

    def sort_by(self, column_: int) -> None:
        """Sort each group by a column."""
        self._sort = column_
        self._show_sort()
        self._show_rows()

    def _show_sort(self) -> None:
        self.list.horizontalHeader().setSortIndicator(self._sort, Qt.SortOrder.AscendingOrder)
        self.list.setAccessibleDescription(f"Sorted by {COLUMNS[self._sort].title.lower()}")

    def remember(self) -> dict[str, Any]:
        return {"sort": self._sort}

    def recall(self, kept: dict[str, Any]) -> None:
        sort = kept.get("sort")
        if isinstance(sort, int) and 0 <= sort < len(COLUMNS):
            self.sort_by(sort)

    def copy(self) -> None:
        """The chosen line as text, its columns apart by tabs."""
        model, key = self.list.rows_model, self.list.current_key
        place = model.place(key) if key is not None else None
        if place is None:
            return
        texts = [str(model.data(model.index(place, i)) or "") for i in range(len(COLUMNS))]
        QApplication.clipboard().setText("\t".join(texts).rstrip())
        self._sitting.tell("The line is copied.", "blue")

    def _find(self) -> None:
        self._show_rows()
        self._load_others()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the find box ↓ goes to the list, Enter opens who alone matches (or goes to the first), Esc shows everyone."""
        if (
            watched is not self.finder
            or not isinstance(event, QKeyEvent)
            or event.type() is not QEvent.Type.KeyPress
        ):
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            women = [each.key for each in self.list.rows_model.rows if not each.section]
            if not event.isAutoRepeat() and self.finder.text().strip() and women:
                if len(women) == 1:
                    self.show_resident(women[0])
                else:
                    self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                    self.list.select(women[0])
            return True
        if event.key() == Qt.Key.Key_Escape and self.finder.text():
            self.finder.clear()
            return True
        return False

    # Her page

    def show_resident(self, resident: object, then: Callable[[], object] | None = None) -> None:
        """Open her page; `then` is called once, when it has been read."""
        assert isinstance(resident, UUID)
        self._then = (resident, then) if then is not None else None
        self.person.show_person(resident)
        self._stack.setCurrentIndex(1)
        if (home := self.home()) is not None:
            home.setFocus()

    def _shown(self) -> None:
        if self._then is not None and self._then[0] == self.person.who.id:
            then, self._then = self._then[1], None
            then()

    def show_list(self) -> None:
        """Back to the list, her line still selected."""
        self._then = None
        self._stack.setCurrentIndex(0)
        self.list.setFocus()

    def home(self) -> QWidget | None:
        return self.list if self._stack.currentIndex() == 0 else self.person.home()


def _likes(preferred: str | None) -> str:
    return f"likes “{preferred}”" if preferred else ""
