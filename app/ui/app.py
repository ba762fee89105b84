"""The window's life: which house, sign-in, the pages of whoever is signed in, live refresh, lock, sign-out."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import platformdirs
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.time import Clock, ClockWatch, SystemClock
from app.store.errors import StoreTrouble
from app.store.keys_file import Keys, load
from app.ui import theme as themes
from app.ui.actions import Act, Actions
from app.ui.dialogs import AskSheet
from app.ui.faults import Fault, install_hook
from app.ui.jobs import Jobs
from app.ui.shell import Section, Shell
from app.ui.signin import SignInPage
from app.ui.welcome import WelcomePage

if TYPE_CHECKING:
    from app.domain.board import Board
    from app.services.desk import Desk
    from app.ui.sitting import Sitting

#: How often the record is asked whether another process has written: a check there shows here within two seconds.
POLL_MS = 1000
#: How often the pages are told that time has passed: what is due moves without anybody writing.
MINUTE_MS = 20_000


class Window(QObject):
    """One window on one house. `clock` is the computer's, or a set one in a training house."""

    def __init__(self, folder: Path, keys: Keys, clock: Clock | None = None) -> None:
        super().__init__()
        self.folder, self.keys = folder, keys
        self.clock = clock or SystemClock()
        self.jobs, self.actions = Jobs(), Actions()
        self.desk: Desk | None = None
        self.sitting: Sitting | None = None
        self._seq, self._asked_about_clock = 0, False
        self._watch = ClockWatch(self.clock)
        self.shell = Shell(
            self.jobs,
            self.actions,
            self._sections(),
            now=self.clock.now,
            zone=ZoneInfo(keys.zone),
            training=keys.training,
            house=keys.house,
        )
        duty = Act("window.duty", "In or out of the building", self.change_duty, ("Ctrl+D",))
        self.actions.add(duty)
        self.shell.add_desk_action(duty.id)
        self.shell.lock_asked.connect(self.lock)
        self.shell.sign_out_asked.connect(self.sign_out)
        self.shell.closing.connect(self.close)
        self._poll = self._every(POLL_MS, self.look)
        self._minute = self._every(MINUTE_MS, self._time_passed)
        self._sign_in_page()

    def _every(self, interval: int, what: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(what)
        return timer

    def _sections(self) -> list[Section]:
        at_the_foot = [
            Section(
                "emergency", "Emergency", "F9", partial(self._page, "emergency", "EmergencyPage"), foot=True
            ),
            Section("fire", "Fire", "F8", partial(self._page, "fire", "FirePage"), foot=True),
        ]
        return [
            Section("now", "Now", "Ctrl+1", partial(self._page, "now", "NowPage")),
            Section("round", "Round", "Ctrl+2", partial(self._page, "round", "RoundPage")),
            Section("residents", "Residents", "Ctrl+3", partial(self._page, "residents", "ResidentsPage")),
            Section("handover", "Handover", "Ctrl+8", partial(self._page, "handover", "HandoverPage")),
            *(section for section in at_the_foot if _built(section.id)),
        ]

    def _page(self, module: str, name: str) -> QWidget:
        """Pages are loaded when they are first opened: the sign-in window does not wait for them."""
        page: QWidget = getattr(import_module(f"app.ui.pages.{module}"), name)(self.sitting)
        return page

    def _sign_in_page(self, locked_by: str = "", locked_user: str = "") -> None:
        page = SignInPage(
            self.keys.house,
            self.keys.present,
            training=self.keys.training,
            locked_by=locked_by,
            locked_user=locked_user,
            fire=self.sitting is not None and _built("fire"),
        )
        page.fire_asked.connect(self._fire_over_lock)
        page.asked.connect(partial(self._ask, page))
        self.shell.cover(page)

    def _fire_over_lock(self) -> None:
        """The fire sheet does not wait for a password."""
        if self.sitting is not None:
            import_module("app.ui.pages.fire").show_over_lock(self.sitting, self.shell)

    def _ask(self, page: SignInPage, user: str, password: str) -> None:
        from app.services.entrance import sign_in

        folder, clock = self.folder, self.clock
        self.jobs.write(
            lambda: sign_in(folder, user, password, clock),
            self.signed_in,
            partial(self._refused, page),
            owner=page,
            doing="Opening the house",
        )

    def _refused(self, page: SignInPage, fault: Fault) -> None:
        if fault.sentence:
            page.refuse(fault.sentence)
        else:
            page.refuse(f"The house could not be opened. Reference {fault.reference}.")
            self.shell.show_fault(fault)

    def signed_in(self, desk: "Desk") -> None:
        """Show the house to whoever signed in; the same person finds her pages as she left them."""
        from app.ui.arrival import greet
        from app.ui.sitting import Sitting

        if self.desk is not None and self.desk.actor.staff_id == desk.actor.staff_id:
            desk.store.close()
            self.shell.uncover()
            self.look()
            return
        self._forget()
        self.desk = desk
        self.sitting = Sitting(desk, self.jobs, self.actions, self.shell, self)
        self.sitting.page_asked.connect(self.shell.go)
        self.sitting.resident_asked.connect(self.open_resident)
        self.sitting.plan_asked.connect(self.open_resident)
        self.sitting.committed.connect(self.look)
        self._seq = 0
        self.shell.uncover()
        self.shell.go("now")
        self._poll.start()
        self._minute.start()
        self.look()
        greet(self.sitting)
        QTimer.singleShot(0, self._prove)

    def change_duty(self) -> None:
        """Say that I am in the building, or that I am leaving it."""
        from app.ui.arrival import change_duty

        if self.sitting is not None:
            change_duty(self.sitting, self.shell)

    def open_resident(self, resident: UUID) -> None:
        """Her page, from anywhere."""
        self.shell.go("residents")
        page = self.shell.page("residents")
        show: Callable[[UUID], None] = page.show_resident  # type: ignore[attr-defined]
        show(resident)

    def look(self) -> None:
        """Has anybody written? Another window or process counts as much as this one."""
        if self.desk is not None:
            self.jobs.read(self.desk.store.head, self._seen, self._not_seen, key="head", owner=self)

    def _seen(self, head: object) -> None:
        seq, at = head.seq, head.at  # type: ignore[attr-defined]
        if seq != self._seq and self.desk is not None:
            self._seq = seq
            self.shell.record_changed(seq)
            self._show_top()
        self._look_at_clock(at)

    def _not_seen(self, fault: Fault) -> None:
        self.shell.tell(fault.sentence or f"The record can't be read. Reference {fault.reference}.", "red")

    def _show_top(self) -> None:
        from app.services.board import read_board

        if self.desk is not None:
            self.jobs.read(partial(read_board, self.desk), self._top, self._not_seen, key="top", owner=self)

    def _top(self, board: "Board") -> None:
        from app.ui.pages.topbar import round_badge, top_bar

        if self.desk is not None:
            self.shell.show_top(top_bar(board, self.desk))
            self.shell.set_badge("round", round_badge(board))

    def _time_passed(self) -> None:
        """Time moves what is due; and a clock that jumped is written down (DESIGN.md "Time")."""
        from app.services.house import ClockJumped

        jump = self._watch.check()
        if jump is not None and self.desk is not None:
            desk, seconds = self.desk, round(jump.total_seconds())
            self.jobs.write(
                lambda: desk.do(ClockJumped(seconds=seconds)), owner=self, doing="Noting the clock"
            )
            self.shell.tell(
                "The computer's clock has jumped, or it was asleep. That is written down.", "amber"
            )
        self.shell.record_changed(self._seq)
        self._show_top()

    def _look_at_clock(self, last: datetime | None) -> None:
        from app.services.desk import CLOCK_BEHIND
        from app.services.house import ClockIsRight

        behind = last is not None and self.clock.now() < last - CLOCK_BEHIND
        if not behind or self._asked_about_clock or self.sitting is None or self.shell.covered:
            return
        self._asked_about_clock = True
        sheet = AskSheet(
            self.shell,
            "The clock is behind the record",
            "The last entry was written later than this computer's clock says it is now. Nothing can be written until "
            "the clock is put right; or, if it is right now, until that is written down.",
            "The clock is right",
        )
        sheet.confirmed.connect(partial(self.sitting.do, ClockIsRight(), self._clock_asked))
        sheet.open()

    def _clock_asked(self, _: object) -> None:
        self._asked_about_clock = False

    def _prove(self) -> None:
        """Verify the record behind the pages, and say how far it holds."""
        from app.store.verify import verify

        if self.desk is not None:
            self.jobs.read(partial(verify, self.desk.store), self._proven, key="verify", owner=self)

    def _proven(self, verdict: object) -> None:
        first = verdict.first_broken  # type: ignore[attr-defined]
        self.shell.verified(verdict.entries, verdict.head.hex(), None if first is None else first.seq)  # type: ignore[attr-defined]
        if first is not None:
            self.shell.tell(
                f"The record does not verify: {first}. Tell the manager; don't work on the file.", "red"
            )

    def lock(self) -> None:
        """Cover the screen; everything beneath it stays."""
        if self.desk is not None:
            self._sign_in_page(self.desk.actor.name, self.desk.actor.user)

    def sign_out(self) -> None:
        """Let the work go, written, and ask who comes next."""
        from app.services.house import SignOut

        if self.desk is not None:
            self.jobs.drain()
            self.desk.do(SignOut())
        self._forget()
        self._sign_in_page()

    def _forget(self) -> None:
        self._poll.stop()
        self._minute.stop()
        self.jobs.drain()
        self.shell.forget_pages()
        if self.sitting is not None:
            self.sitting.deleteLater()
        if self.desk is not None:
            self.desk.store.close()
        self.desk = self.sitting = None

    def close(self) -> None:
        """Stop the timers, finish what is queued, close the store."""
        self._poll.stop()
        self._minute.stop()
        self.jobs.close()
        if self.desk is not None:
            self.desk.store.close()
        self.desk = None


def _built(page: str) -> bool:
    return find_spec(f"app.ui.pages.{page}") is not None


def run(folder: Path, make_demo: Callable[[Callable[[str], None]], None], now: str | None = None) -> int:
    """Open the window on the house at `folder`, building the training house first where there is none. The exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Daybook")
    themes.install(app).remember(platformdirs.user_config_path("Daybook") / "look.json")
    windows: list[QObject] = []

    def open_house() -> None:
        from app.services.entrance import clock_for

        try:
            clock = clock_for(folder, now) if now else SystemClock()
            window = Window(folder, load(folder), clock)
        except (StoreTrouble, ValueError) as error:
            welcome.refuse(str(error))
            return
        install_hook(window.shell.show_fault)
        windows.append(window)
        room = window.shell.screen().availableGeometry().size()
        window.shell.resize(window.shell.sizeHint().boundedTo(room))
        window.shell.show()
        welcome.close()

    welcome = WelcomePage(make_demo)
    welcome.ready.connect(open_house)
    if (folder / "keys.json").is_file():
        open_house()
    else:
        welcome.show()
        welcome.begin()
    if not windows:
        welcome.show()
    return app.exec()
