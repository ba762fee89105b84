"""The windows' life: which house, sign-in, the pages of whoever is signed in, live refresh, lock, sign-out."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import platformdirs
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.domain.time import Clock, ClockWatch, SystemClock, stamp
from app.store.errors import StoreTrouble
from app.store.keys_file import Keys, load
from app.ui import theme as themes
from app.ui.actions import Act, Actions
from app.ui.dialogs import AskSheet
from app.ui.faults import Fault, install_hook
from app.ui.finder import Finder
from app.ui.guard import Guard
from app.ui.idle import Idle
from app.ui.jobs import Jobs
from app.ui.layout import Layout
from app.ui.session import SessionWatch
from app.ui.shell import Section, Shell
from app.ui.signin import Locked, SignInPage
from app.ui.welcome import WelcomePage
from app.ui.windows import NEVER_BY_ITSELF, Pane

if TYPE_CHECKING:
    from app.domain.board import Board
    from app.services.desk import Desk
    from app.ui.alarms import AlarmWatch
    from app.ui.backups import BackupWatch
    from app.ui.sitting import Sitting

#: How often the record is asked whether another process has written: a check there shows here within two seconds.
POLL_MS = 1000
#: How often the pages are told that time has passed: what is due moves without anybody writing.
MINUTE_MS = 20_000
#: How long after a sign-in the pages of a fire and an emergency are loaded, behind whatever is being done.
READY_MS = 1500
#: What Ctrl+G is for.
GRAB_HINT = "Roll, tonight's checks, plans, contacts and a round sheet, on paper for a night without power"
#: What a person can ask for without lifting the privacy cover first.
_OVER_CURTAIN = (("emergency", "Emergency", "F9"), ("fire", "Fire", "F8"))


class Window(QObject):
    """The windows on one house, and whoever is signed in at them. `clock` is the computer's, or a set one in a training
    house; `ticks` gives the seconds that the idle lock counts; `layout` remembers where things stood."""

    def __init__(
        self,
        folder: Path,
        keys: Keys,
        clock: Clock | None = None,
        *,
        ticks: Callable[[], float] = monotonic,
        layout: Layout | None = None,
    ) -> None:
        super().__init__()
        self.folder, self.keys = folder, keys
        self.clock = clock or SystemClock()
        self.jobs = Jobs()
        self.desk: Desk | None = None
        self._seq, self._asked_about_clock = 0, False
        self._watch = ClockWatch(self.clock)
        self._layout, self._recalled = layout, False
        self._board: Board | None = None
        self._backups: BackupWatch | None = None
        self.panes: list[Pane] = []
        self.idle = Idle(ticks, self)
        self.idle.left_alone.connect(self._left_alone)
        self._guard = Guard(self.idle, self._key_over_sheet, self._sheet_opened)
        self.session = SessionWatch(self)
        self.session.locked.connect(lambda: self.idle.tell("the computer was locked"))
        self._poll = self._every(POLL_MS, self.look)
        self._minute = self._every(MINUTE_MS, self._time_passed)
        self._idle_look = self._every(POLL_MS, self.idle.look)
        self._new_pane()
        self._sign_in_page()

    def _every(self, interval: int, what: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(what)
        return timer

    # The windows

    @property
    def front(self) -> Pane:
        """The window that is worked in, or else the first."""
        return next((pane for pane in self.panes if pane.shell.isActiveWindow()), self.panes[0])

    @property
    def shell(self) -> Shell:
        """The first window's frame."""
        return self.panes[0].shell

    @property
    def actions(self) -> Actions:
        """The first window's actions."""
        return self.panes[0].actions

    @property
    def alarms(self) -> "AlarmWatch | None":
        """The first window's alarms."""
        return self.panes[0].alarms

    @property
    def sitting(self) -> "Sitting | None":
        """Whoever is signed in, at the first window; None for nobody."""
        return self.panes[0].sitting

    def _new_pane(self) -> Pane:
        number = next(n for n in count(1) if n not in {pane.number for pane in self.panes})
        pane = Pane(number, self._sections, self._make_shell)
        self.panes.append(pane)
        shell = pane.shell
        shell.answers = lambda: self.front is pane
        shell.lock_asked.connect(self.lock)
        shell.another_asked.connect(self.another)
        shell.sign_out_asked.connect(self.sign_out)
        shell.privacy_asked.connect(self.cover_names)
        shell.window_asked.connect(self.open_window)
        shell.closing.connect(partial(self._closing, pane))
        self._dress(pane)
        return pane

    def _make_shell(self, actions: Actions, sections: Sequence[Section], number: int) -> Shell:
        return Shell(
            self.jobs,
            actions,
            sections,
            now=self.clock.now,
            zone=ZoneInfo(self.keys.zone),
            training=self.keys.training,
            house=self.keys.house,
            number=number,
        )

    def _dress(self, pane: Pane) -> None:
        """What every window has besides its pages, the second as well as the first."""
        duty = Act("window.duty", "In or out of the building", partial(self.change_duty, pane), ("Ctrl+D",))
        grab = Act(
            "window.grab", "Grab pack", partial(self.make_grab_pack, pane), ("Ctrl+G",), hint=GRAB_HINT
        )
        back = Act(
            "window.emergencies",
            "Emergencies: look back, write the words",
            partial(pane.shell.go, "emergency"),
        )
        pane.actions.add(duty, grab, back)
        pane.shell.add_desk_action(duty.id)
        pane.shell.add_desk_action(grab.id)
        pane.shell.add_desk_action(back.id)
        Finder(pane.shell, pane.actions, lambda: pane.sitting, pane)

    def make_grab_pack(self, pane: Pane) -> None:
        """Everything for a night without power, on paper."""
        from app.ui.papers import make_grab_pack

        if pane.sitting is not None:
            make_grab_pack(pane.sitting, pane.shell)

    def open_window(self) -> None:
        """Another window on the same sitting: the round on one screen, the board on the other."""
        if self.desk is None or self.shell.covered:
            return
        beside = self.front
        pane = self._new_pane()
        pane.stand(None, beside.shell)
        self._sit(pane)
        pane.shell.go("round" if beside.shell.page_id == "now" else "now")
        if beside.shell.curtained:
            self.cover_names()
        pane.shell.activateWindow()
        self._show_top()
        if self._backups is not None:
            self._backups.add_actions(pane.actions, pane.shell)
            self._backups.show()

    def _closing(self, pane: Pane) -> None:
        """One window goes; with the last one everything does."""
        self._keep_layout()
        if len(self.panes) == 1:
            self.close()
            return
        self.panes.remove(pane)
        pane.let_go()
        self._tell("One window is closed. Daybook goes on in this one.", "blue")

    def show(self) -> None:
        """Put the first window where it stood last time, and show it."""
        places = self._layout.places if self._layout is not None else ()
        self.panes[0].stand(places[0] if places else None)

    def _keep_layout(self) -> None:
        if self._layout is not None and self._recalled:
            self._layout.keep([pane.place() for pane in self.panes])

    def _recall(self) -> None:
        """Once, at the first sign-in: the other windows come back, each at its section."""
        if self._layout is None or self._recalled:
            return
        self._recalled = True
        for place in self._layout.places[1:]:
            pane = self._new_pane()
            pane.stand(place)
            self._sit(pane)
        for pane, place in zip(self.panes, self._layout.places, strict=False):
            known = place.section in pane.shell.sections and place.section not in NEVER_BY_ITSELF
            pane.shell.go(place.section if known else "now")
        self.panes[0].shell.activateWindow()

    def _sections(self, pane: Pane) -> list[Section]:
        def section(number: str, text: str, key: str, name: str, *, foot: bool = False) -> Section:
            return Section(number, text, key, partial(self._page, pane, number, name), foot)

        return [
            section("now", "Now", "Ctrl+1", "NowPage"),
            section("round", "Round", "Ctrl+2", "RoundPage"),
            section("residents", "Residents", "Ctrl+3", "ResidentsPage"),
            section("handover", "Handover", "Ctrl+8", "HandoverPage"),
            section("emergency", "Emergency", "F9", "EmergencyPage", foot=True),
            section("fire", "Fire", "F8", "FirePage", foot=True),
        ]

    def _page(self, pane: Pane, module: str, name: str) -> QWidget:
        """Pages are loaded when they are first opened: the sign-in window does not wait for them."""
        page: QWidget = getattr(import_module(f"app.ui.pages.{module}"), name)(pane.sitting)
        return page

    def _key_over_sheet(self, sheet: QDialog, event: QKeyEvent) -> bool:
        return any(pane.key_over_sheet(event) for pane in self.panes if pane.shell.owns(sheet))

    def _sheet_opened(self, sheet: QDialog) -> None:
        for pane in self.panes:
            if pane.shell.owns(sheet):
                pane.shell.sheet_opened(sheet)

    # Who is signed in

    def _sign_in_page(self, why: str = "", *, another: bool = False) -> None:
        """Cover every window: sign-in, lock, or (with `another`) sign-in over the work of the one before."""
        actor = self.desk.actor if self.desk is not None else None
        at = stamp(self.clock.now(), ZoneInfo(self.keys.zone))
        locked = Locked(actor.name, actor.user, at, why, another) if actor else None
        for pane in self.panes:
            page = SignInPage(
                self.keys.house,
                self.keys.present,
                training=self.keys.training,
                locked=locked,
                fire=actor is not None,
            )
            page.fire_asked.connect(partial(self._fire_over_lock, pane))
            page.asked.connect(partial(self._ask, page))
            pane.shell.cover(page)
            if pane.alarms is not None:
                pane.alarms.locked(page)

    def _fire_over_lock(self, pane: Pane) -> None:
        """The fire sheet does not wait for a password."""
        if pane.sitting is not None:
            pane.shell.open_over_cover = True
            from app.ui.pages.fire import show_over_lock

            show_over_lock(pane.sitting, pane.shell)

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
            self.show_fault(fault)

    def signed_in(self, desk: "Desk") -> None:
        """Show the house to whoever signed in; the same person finds her pages as she left them."""
        from app.ui.arrival import greet

        if self.desk is not None and self.desk.actor.staff_id == desk.actor.staff_id:
            desk.store.close()
            self._uncover()
            self.look()
            return
        sections = [pane.shell.page_id for pane in self.panes]
        if self.desk is not None:
            self._write_sign_out(self.desk)
        self._forget()
        self.desk = desk
        self._seq = 0
        for pane in self.panes:
            self._sit(pane)
        self._uncover()
        for pane, section in zip(self.panes, sections, strict=True):
            first = pane is self.panes[0] or section in {"", *NEVER_BY_ITSELF}
            pane.shell.go("now" if first else section)
        self._recall()
        self._poll.start()
        self._minute.start()
        self.look()
        sitting = self.sitting
        assert sitting is not None
        greet(sitting)
        self._watch_backups()
        QTimer.singleShot(0, self._prove)
        QTimer.singleShot(READY_MS, self._get_ready)
        QTimer.singleShot(0, self.session.listen)

    def _sit(self, pane: Pane) -> None:
        """Whoever is signed in sits at this window as well."""
        from app.ui.sitting import Sitting

        assert self.desk is not None
        sitting = Sitting(self.desk, self.jobs, pane.actions, pane.shell, self)
        sitting.page_asked.connect(pane.shell.go)
        sitting.resident_asked.connect(partial(self.open_resident, pane=pane))
        sitting.plan_asked.connect(partial(self.open_resident, pane=pane))
        sitting.committed.connect(self.look)
        pane.sitting = sitting
        self._watch_alarms(pane)

    def _watch_alarms(self, pane: Pane) -> None:
        """From the first sign-in on, everything that says what is due keeps step with the board."""
        from app.ui.alarms import AlarmWatch

        if pane.alarms is None:
            pane.alarms = AlarmWatch(
                pane.shell,
                self.clock,
                ZoneInfo(self.keys.zone),
                self.keys.house_id,
                look_again=self._time_passed,
                change_duty=partial(self.change_duty, pane),
                parent=pane,
            )

    def _watch_backups(self) -> None:
        """From the first sign-in on, backups are made and proven by themselves, and the status line says when."""
        from app.ui.backups import BackupWatch

        assert self.desk is not None
        if self._backups is None:
            self._backups = BackupWatch(
                self.jobs, lambda: [pane.shell for pane in self.panes], self._tell, self
            )
        for pane in self.panes:
            self._backups.add_actions(pane.actions, pane.shell)
        self._backups.begin(self.desk)

    def _uncover(self) -> None:
        for pane in self.panes:
            pane.shell.uncover()
        self.idle.begin()
        self._idle_look.start()

    def change_duty(self, pane: Pane | None = None) -> None:
        """Say that I am in the building, or that I am leaving it."""
        from app.ui.arrival import change_duty

        pane = pane or self.panes[0]
        if pane.sitting is not None:
            change_duty(pane.sitting, pane.shell)

    def open_resident(self, resident: UUID, pane: Pane | None = None) -> None:
        """Her page, from anywhere."""
        shell = (pane or self.panes[0]).shell
        shell.go("residents")
        page = shell.page("residents")
        show: Callable[[UUID], None] = page.show_resident  # type: ignore[attr-defined]
        show(resident)

    # What is new

    def look(self) -> None:
        """Has anybody written? Another window or process counts as much as this one."""
        if self.desk is not None:
            self.jobs.read(self.desk.store.head, self._seen, self._not_seen, key="head", owner=self)

    def _seen(self, head: object) -> None:
        seq, at = head.seq, head.at  # type: ignore[attr-defined]
        if seq != self._seq and self.desk is not None:
            self._seq = seq
            self._record_changed()
            self._show_top()
        self._look_at_clock(at)

    def _record_changed(self) -> None:
        for pane in self.panes:
            pane.shell.record_changed(self._seq)

    def _tell(self, text: str, tone: str) -> None:
        for pane in self.panes:
            pane.shell.tell(text, tone)

    def show_fault(self, fault: Fault) -> None:
        """A fault that belongs to no page, in the window that is worked in."""
        self.front.shell.show_fault(fault)

    def _not_seen(self, fault: Fault) -> None:
        self._tell(fault.sentence or f"The record can't be read. Reference {fault.reference}.", "red")

    def _show_top(self) -> None:
        from app.services.board import read_board

        if self.desk is not None:
            self.jobs.read(partial(read_board, self.desk), self._top, self._not_seen, key="top", owner=self)

    def _top(self, board: "Board") -> None:
        """Every fresh board arrives here."""
        from app.ui.pages.topbar import round_badge, top_bar

        if self.desk is None:
            return
        self._board = board
        self.idle.after = board.settings.idle_lock
        top, badge = top_bar(board, self.desk), round_badge(board)
        saved = board.last_saved.astimezone(self.desk.house.zone) if board.last_saved else None
        for pane in self.panes:
            pane.shell.show_top(top)
            pane.shell.set_badge("round", badge)
            if saved is not None:
                pane.shell.saved(f"Saved {saved:%H:%M:%S}")
            if pane.alarms is not None:
                pane.alarms.show(board)
        self._show_counts()

    def _show_counts(self) -> None:
        """The privacy cover goes on counting."""
        from app.domain.alarms import alarms, counts_said
        from app.ui.curtain import Curtain

        if self._board is None or self.desk is None:
            return
        said = counts_said(alarms(self._board, self._board.settings), self.desk.house.zone)
        for pane in self.panes:
            if isinstance(pane.shell.over, Curtain):
                pane.shell.over.show_board(self._board, said)

    def _time_passed(self) -> None:
        """Time moves what is due; and a clock that jumped is written down (DESIGN.md "Time")."""
        from app.services.house import ClockJumped

        jump = self._watch.check()
        if jump is not None and self.desk is not None:
            desk, seconds = self.desk, round(jump.total_seconds())
            self.jobs.write(
                lambda: desk.do(ClockJumped(seconds=seconds)), owner=self, doing="Noting the clock"
            )
            self._tell("The computer's clock has jumped, or it was asleep. That is written down.", "amber")
            if jump > timedelta(0):
                self.idle.tell("the computer was asleep, or its clock was moved")
        self._record_changed()
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

    def _get_ready(self) -> None:
        """Load what a fire or an emergency needs before there is one: its key has two seconds."""
        from app.ui.pages.fire import get_ready

        if self.desk is not None:
            self.jobs.read(get_ready, lambda _: None, owner=self, doing="Getting ready")

    def _prove(self) -> None:
        """Verify the record behind the pages, and say how far it holds."""
        from app.store.backup import verify_with_backups

        if self.desk is not None:
            self.jobs.read(
                partial(verify_with_backups, self.desk.store), self._proven, key="verify", owner=self
            )

    def _proven(self, verdict: object) -> None:
        first = verdict.first_broken  # type: ignore[attr-defined]
        self._verified = (verdict.entries, verdict.head.hex(), None if first is None else first.seq)  # type: ignore[attr-defined]
        for pane in self.panes:
            pane.shell.verified(*self._verified)
        if first is not None:
            self._tell(
                f"The record does not verify: {first}. Tell the manager; don't work on the file.", "red"
            )

    # Covers

    def lock(self, why: str = "") -> None:
        """Cover every window; everything beneath it stays."""
        if self.desk is not None:
            self.idle.rest()
            self._keep_layout()
            self._sign_in_page(why)

    def _left_alone(self, why: str) -> None:
        if not self.shell.covered:
            self.lock(why)

    def another(self) -> None:
        """Lock, and let another person sign in over it: what the first was typing is kept as her drafts."""
        if self.desk is not None:
            self.idle.rest()
            self._keep_layout()
            self._sign_in_page(another=True)

    def cover_names(self) -> None:
        """Draw the privacy cover over every window."""
        from app.ui.curtain import Curtain

        if self.desk is None:
            return
        for pane in self.panes:
            curtain = Curtain(self.keys.house, self.clock.now, ZoneInfo(self.keys.zone), _OVER_CURTAIN)
            curtain.lifted.connect(self.show_names)
            curtain.lock_asked.connect(self.lock)
            curtain.asked.connect(partial(self._asked_over_curtain, pane))
            pane.shell.draw_curtain(curtain)
        self._show_counts()
        self._show_top()

    def show_names(self) -> None:
        """Take the privacy cover away; a lock stays."""
        for pane in self.panes:
            if not pane.shell.covered:
                pane.shell.uncover()

    def _asked_over_curtain(self, pane: Pane, section: str) -> None:
        self.show_names()
        pane.shell.ask_over_sheets(section)

    # Going

    def sign_out(self) -> None:
        """Let the work go, written, and ask who comes next."""
        if self.desk is not None:
            self._write_sign_out(self.desk)
        self._forget()
        self._sign_in_page()

    def _write_sign_out(self, desk: "Desk") -> None:
        from app.services.house import SignOut

        self._keep_layout()
        self.jobs.write(lambda: desk.do(SignOut()), owner=self, doing="Signing out")
        self.jobs.drain()

    def _forget(self) -> None:
        self.idle.rest()
        if self._backups is not None:
            self._backups.forget()
        for timer in (self._poll, self._minute, self._idle_look):
            timer.stop()
        self.jobs.drain()
        for pane in self.panes:
            if pane.alarms is not None:
                pane.alarms.forget()
            pane.shell.forget_pages()
        # What the pages were still typing is on its way as drafts: the desk waits for it.
        self.jobs.drain()
        for pane in self.panes:
            if pane.sitting is not None:
                pane.sitting.deleteLater()
            pane.sitting = None
        if self.desk is not None:
            self.desk.store.close()
        self.desk = self._board = None

    def close(self) -> None:
        """Stop the timers, finish what is queued, close the store."""
        self.idle.rest()
        self._guard.stop()
        self.session.stop()
        if self._backups is not None:
            self._backups.forget()
        for pane in self.panes:
            if pane.alarms is not None:
                pane.alarms.forget()
        for timer in (self._poll, self._minute, self._idle_look):
            timer.stop()
        self.jobs.close()
        if self.desk is not None:
            self.desk.store.close()
        self.desk = None


def run(folder: Path, make_demo: Callable[[Callable[[str], None]], None], now: str | None = None) -> int:
    """Open the window on the house at `folder`, building the training house first where there is none. The exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Daybook")
    config = platformdirs.user_config_path("Daybook")
    themes.install(app).remember(config / "look.json")
    windows: list[QObject] = []

    def open_house() -> None:
        from app.services.entrance import clock_for

        try:
            clock = clock_for(folder, now) if now else SystemClock()
            window = Window(folder, load(folder), clock, layout=Layout(config / "layout.json"))
        except (StoreTrouble, ValueError) as error:
            welcome.refuse(str(error))
            return
        install_hook(window.show_fault)
        windows.append(window)
        window.show()
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
