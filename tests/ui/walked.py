"""A shell with Now and Round on a small house, driven by keys as a hand does it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.services.rounds import read_round
from app.ui.actions import Actions
from app.ui.contact_sheet import settle
from app.ui.jobs import Jobs
from app.ui.pages.now import NowPage
from app.ui.pages.round import RoundPage
from app.ui.shell import Section, Shell
from app.ui.sitting import Sitting
from app.ui.widgets.rows import RowsView
from tests.ui.houses import House


class Walked:
    """The window, the keys pressed so far, and what the pages asked the window for."""

    def __init__(self, house: House, jobs: Jobs, actions: Actions, show: Callable[..., Any]) -> None:
        self.house, self.jobs = house, jobs
        self.keys = 0
        sections = [
            Section("now", "Now", "Ctrl+1", lambda: NowPage(self.sitting)),
            Section("round", "Round", "Ctrl+2", lambda: RoundPage(self.sitting)),
        ]
        self.shell = Shell(
            jobs, actions, sections, now=house.clock.now, zone=house.desk.house.zone, training=True
        )
        self.sitting = Sitting(house.desk, jobs, actions, self.shell, self.shell)
        self.asked: list[str] = []
        self.sitting.page_asked.connect(self._go)
        self.committed = 0
        self.sitting.committed.connect(self._count)
        show(self.shell, 1440, 900)
        self.shell.go("now")
        self.wait()

    def _go(self, page: str) -> None:
        self.asked.append(page)
        if page in ("now", "round"):
            self.shell.go(page)

    def _count(self) -> None:
        self.committed += 1

    @property
    def now(self) -> NowPage:
        page = self.shell.page("now")
        assert isinstance(page, NowPage)
        return page

    @property
    def page(self) -> RoundPage:
        page = self.shell.page("round")
        assert isinstance(page, RoundPage)
        return page

    @property
    def sheet(self) -> Any:
        """The sheet that is open over the window."""
        return QApplication.activeModalWidget()

    @property
    def said(self) -> str:
        """The sentence at the foot of the page."""
        return self.shell.notice.text.text()

    def wait(self) -> None:
        """Until everything asked for has been answered and shown, the read after a burst of keys included."""
        self.jobs.wait_idle()
        (self.page if self.shell.page_id == "round" else self.now).load()
        self.jobs.wait_idle()
        settle()

    def press(self, *keys: Any) -> None:
        """Press keys where the focus is; words by their letters, as one count each."""
        for key in keys:
            target = self.sheet or self.shell
            focus: QWidget = target.focusWidget() or target
            if isinstance(key, str):
                self.keys += len(key)
                QTest.keyClicks(focus, key)
            else:
                self.keys += 1
                QTest.keyClick(focus, key)
            settle()

    def current(self) -> str:
        line = self.page.walk.line
        return line.board.who.name if line else ""

    def cells(self, name: str, view: RowsView | None = None) -> list[str]:
        """What her row says, cell by cell, as a screen reader would."""
        rows = (view or self.page.list).rows_model
        place = rows.place(self.house.women[name])
        assert place is not None
        return [cell.spoken for cell in rows.rows[place].cells]

    def line(self, name: str, since: Any = None) -> Any:
        """Her line in the record's own round, once what was pressed is in the record."""
        assert self.jobs.wait_idle()
        return read_round(self.house.desk, since).line(self.house.women[name])
