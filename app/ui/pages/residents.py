"""Residents: the list of everyone who lives here, and each woman's page beside it."""

from uuid import UUID

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.board import Board, BoardLine
from app.domain.wording import PRESENCE
from app.services.board import read_board
from app.ui.pages.person import PersonView
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.widgets.basics import column, label
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful


class ResidentsPage(Page):
    """The list first; Enter opens her page, Esc comes back to the list with her still selected."""

    page_id = "residents"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self.list = RowsView(
            [Column("Room", 110), Column("Name", 220, 2), Column("Now", 150, 1), Column("Her days", 150, 1)],
            "Residents",
            header=True,
        )
        self.list.opened.connect(self.show_resident)
        self.state = Stateful(self.list)
        self.person = PersonView(sitting)
        self.person.back_asked.connect(self.show_list)
        self._stack = QStackedWidget()
        listed = QWidget()
        column(listed, label("Residents", "title"), self.state, margins=(20, 16), gap=12)
        self._stack.addWidget(listed)
        self._stack.addWidget(self.person)
        column(self, self._stack)

    def opened(self) -> None:
        if self._stack.currentIndex() == 0:
            self.state.loading()
        self._load()

    def changed(self, seq: int) -> None:
        self._load()

    def _load(self) -> None:
        desk = self._sitting.desk
        self._sitting.jobs.read(lambda: read_board(desk), self._show, self.state.failed, key="residents")
        if self._stack.currentIndex() == 1:
            self.person.load()

    def _show(self, board: Board) -> None:
        self.list.set_rows([self._row(line) for line in board.lines])
        if self.list.model().rowCount():
            self.state.ready()
        else:
            self.state.empty("Nobody lives here yet.", "A woman appears here when she has arrived.")

    def _row(self, line: BoardLine) -> Row:
        where = " · ".join(part for part in (PRESENCE[line.presence], line.where) if part)
        days = f"first fortnight, day {line.watch_day}" if line.watch_day else ""
        room = line.who.room.label if line.who.room else "no room"
        preferred = f"likes “{line.who.preferred}”" if line.who.preferred else ""
        return Row(
            line.id,
            (
                Cell(room, muted=True),
                Cell(line.who.name, Mark.RESTRICTED if line.who.restricted else None, preferred, bold=True),
                Cell(where, Mark.of_presence(line.presence.value)),
                Cell(days, muted=True),
            ),
        )

    def show_resident(self, resident: object) -> None:
        """Open her page."""
        assert isinstance(resident, UUID)
        self.person.show_person(resident)
        self._stack.setCurrentIndex(1)
        if (home := self.home()) is not None:
            home.setFocus()

    def show_list(self) -> None:
        """Back to the list, her line still selected."""
        self._stack.setCurrentIndex(0)
        self.list.setFocus()

    def home(self) -> QWidget | None:
        return self.list if self._stack.currentIndex() == 0 else self.person.home()
