"""Every screen and document of the demo house, for the contact sheet: made to be looked at, not to be clicked."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.board import BoardLine
from app.domain.papers import PaperKind
from app.domain.time import Clock
from app.services.entrance import sign_in
from app.services.grab import MakeGrabPack, grab_pdf
from app.services.handovers import draft_sheet, list_sheets, sheet, sheet_pdf
from app.services.papers import paper
from app.store.keys import load
from app.ui.app import Window
from app.ui.contact_sheet import Factory, Shot, render, settle
from app.ui.dialogs import AskSheet, ErrorSheet
from app.ui.faults import Fault
from app.ui.pages import person_entries, person_plan, person_rules, person_sheets
from app.ui.pages.handover import HandoverPage
from app.ui.pdf import page_images
from app.ui.scenes_alarms import alarm_bars
from app.ui.theme import install
from app.ui.welcome import WelcomePage

#: Pixels per point at which paper is looked at.
_PAPER = 1.6


class Stage:
    """A window on a house in which every scene is set. `user` signs in; `other` is listed for no restricted woman."""

    def __init__(self, folder: Path, clock: Clock, user: str, other: str) -> None:
        self._folder, self._clock, self._user, self._other = folder, clock, user, other
        self._keys = load(folder)
        self._windows: list[Window] = []

    def scenes(self) -> dict[str, Factory]:
        """Name to what draws it."""
        pages = {name: partial(self._page, name) for name in ("now", "round", "residents", "handover")}
        return {
            "sign-in": self._sign_in,
            "lock": self._lock,
            "lock-by-itself": partial(self._covered, lambda w: w.lock("nobody touched it for 5 minutes")),
            "another-signs-in": partial(self._covered, Window.another),
            "names-covered": partial(self._covered, Window.cover_names),
            **pages,
            "now-list": partial(self._now, "list"),
            "now-since": partial(self._now, "since"),
            "person": partial(self._person, lambda line: bool(line.rules) and not line.who.restricted),
            "person-long-name": partial(self._person, lambda line: len(line.who.name) > 40),
            "person-absence": partial(self._person, lambda line: line.case_open),
            "person-restricted": partial(self._person, lambda line: line.who.restricted, hidden=True),
            "sheet-check": partial(self._sheet, person_entries.check_now),
            "sheet-note": partial(self._sheet, person_entries.write_note),
            "sheet-out": partial(self._sheet, person_entries.go_out),
            "sheet-rule": partial(self._sheet, person_rules.start_rule),
            "sheet-plan": partial(self._sheet, partial(_without, person_plan.edit_plan)),
            "sheet-agreement": partial(self._sheet, partial(_without, person_plan.edit_agreement)),
            "sheet-restricted": partial(self._sheet, person_sheets.break_glass),
            "sheet-question": self._question,
            "keys-and-help": self._help,
            "palette": partial(self._palette, "a"),
            "palette-record": partial(self._palette, "kitchen"),
            "round-radio": self._radio,
            "round-paper": partial(self._round_sheet, "paper"),
            "round-type-back": partial(self._round_sheet, "type_back"),
            "trouble": self._trouble,
            "first-start": self._first_start,
            "alarms": alarm_bars,
            "emergency": self._emergency,
            "fire": partial(self._page, "fire"),
            "paper-roll": self._roll_paper,
            **{f"paper-handover-{n}": partial(self._paper, n) for n in (1, 2)},
            **{f"paper-grab-{n}": partial(self._grab, n) for n in (1, 4)},
            "handover-appendix": self._appendix,
        }

    def window(self, user: str | None = None) -> Window:
        """A fresh window, signed in."""
        member = self._keys.member(user or self._user)
        assert member is not None
        window = self._fresh()
        window.signed_in(sign_in(self._folder, member.user, member.printed or "", self._clock, note=False))
        self._settle(window)
        return window

    def close(self) -> None:
        """Close every window that a scene was set in."""
        for window in self._windows:
            window.jobs.wait_idle()
            window.shell.close()
        self._windows.clear()
        settle()

    def _fresh(self) -> Window:
        self.close()
        window = Window(self._folder, self._keys, self._clock)
        window.shell.resize(1440, 900)
        window.shell.show()
        self._windows.append(window)
        return window

    def _settle(self, window: Window) -> None:
        for _ in range(4):
            window.jobs.wait_idle()
            settle()

    def _sign_in(self) -> QWidget:
        return self._fresh().shell

    def _lock(self) -> QWidget:
        window = self.window()
        window.lock()
        return window.shell

    def _covered(self, cover: Callable[[Window], object]) -> QWidget:
        window = self.window()
        cover(window)
        self._settle(window)
        return window.shell

    def _page(self, name: str) -> QWidget:
        window = self.window()
        window.shell.go(name)
        self._settle(window)
        return window.shell

    def _now(self, what: str) -> QWidget:
        """The list, or the sheet with everything that changed since her last shift."""
        window = self.window()
        page: Any = window.shell.page("now")
        if what == "list":
            page.show_view("list")
            self._settle(window)
            return window.shell
        page.show_all_changes()
        self._settle(window)
        return _top_sheet(window)

    def _person(self, wanted: Callable[[BoardLine], bool], *, hidden: bool = False) -> QWidget:
        window = self.window(self._other if hidden else None)
        window.open_resident(self._line(window, wanted).id)
        self._settle(window)
        return window.shell

    def _line(self, window: Window, wanted: Callable[[BoardLine], bool]) -> BoardLine:
        from app.services.board import read_board

        assert window.desk is not None
        lines = read_board(window.desk).lines
        return next((line for line in lines if wanted(line)), lines[0])

    def _sheet(self, opens: Callable[..., Any]) -> QWidget:
        window = self.window()
        opens(window.sitting, window.shell, self._line(window, lambda line: bool(line.rules)).who)
        self._settle(window)
        return _top_sheet(window)

    def _question(self) -> QWidget:
        window = self.window()
        text = "Hannah Marsh takes the house over now. Everyone sees it on the sheet."
        AskSheet(window.shell, "Take over on sheet 413", text, "I take over").open()
        return _top_sheet(window)

    def _palette(self, text: str) -> QWidget:
        window = self.window()
        window.actions.trigger("window.find")
        palette = _top_sheet(window)
        palette.box.setText(text)  # type: ignore[attr-defined]
        self._settle(window)
        return palette

    def _radio(self) -> QWidget:
        """A round that a colleague walks and tells by radio."""
        from dataclasses import replace

        from app.domain.sightings import Source

        window = self.window()
        window.shell.go("round")
        self._settle(window)
        page: Any = window.shell.page("round")
        found = page.walk.round
        if found is not None and found.staff:
            page.walk.mode = replace(page.walk.mode, seen_by=found.staff[0], told=Source.RADIO)
            page.paint()
        return window.shell

    def _round_sheet(self, opens: str) -> QWidget:
        """The paper round sheet as it would be printed, or as it is typed back."""
        window = self.window()
        window.shell.go("round")
        self._settle(window)
        getattr(window.shell.page("round"), opens)()
        self._settle(window)
        return _top_sheet(window)

    def _help(self) -> QWidget:
        window = self.window()
        window.shell.show_help()
        return _top_sheet(window)

    def _trouble(self) -> QWidget:
        window = self.window()
        said = "The disk is full. Nothing was stored. Free some space, then do it again."
        ErrorSheet(window.shell, Fault("K7M2QX", "DiskFull", (), "Saving the check", said)).open()
        return _top_sheet(window)

    def _first_start(self) -> QWidget:
        page = WelcomePage(lambda _: None)
        page.refuse("There is no house on this computer yet. A training house is being built… 64 %")
        return page

    def _emergency(self) -> QWidget:
        """Two minutes into one, as the page has it; nothing is stamped in the house for a picture."""
        from app.domain.emergencies import Emergency, EmergencyKind, Step, StepKind
        from app.domain.sightings import Precision
        from app.services.board import read_board
        from app.services.emergencies import EmergencyView

        window = self.window()
        window.shell.go("emergency")
        self._settle(window)
        assert window.desk is not None
        who, now = self._line(window, lambda line: bool(line.rules)).who, self._clock.now()
        begun = now - timedelta(seconds=137)
        steps = tuple(
            Step(
                who.id,
                kind,
                begun + timedelta(seconds=after),
                Precision.EXACT,
                now,
                "Priya Nair",
                told,
                None,
                None,
                None,
                None,
            )
            for kind, after, told in ((StepKind.CALLED_999, 41, None), (StepKind.NALOXONE, 78, "Dawn Ellery"))
        )
        shown = Emergency(
            who.id,
            1,
            EmergencyKind.OVERDOSE,
            who,
            "Her room",
            begun,
            "Priya Nair",
            None,
            None,
            None,
            None,
            False,
            steps,
        )
        page: Any = window.shell.page("emergency")
        page._show((EmergencyView(shown, None, ()), read_board(window.desk)))
        return window.shell

    def _roll_paper(self) -> QImage:
        from app.reports.fire import render as render_roll
        from app.services.rolls import fire_roll

        window = self.window()
        assert window.desk is not None
        return page_images(render_roll(fire_roll(window.desk, shared=True)), _PAPER)[0]

    def _paper(self, number: int) -> QImage:
        window = self.window()
        assert window.desk is not None
        shown = sheet(window.desk) or draft_sheet(window.desk)
        pages = page_images(sheet_pdf(window.desk, shown), _PAPER)
        return pages[min(number, len(pages)) - 1]

    def _grab(self, number: int) -> QImage:
        window = self.window()
        assert window.desk is not None
        if paper(window.desk, PaperKind.GRAB) is None:
            window.desk.do(MakeGrabPack())
        made = grab_pdf(window.desk)
        assert made is not None
        pages = page_images(made[1], _PAPER)
        return pages[min(number, len(pages)) - 1]

    def _appendix(self) -> QWidget:
        """The handover page of someone who is listed for a restricted woman, turned to her appendix."""
        window = self.window("sal")
        assert window.desk is not None
        window.shell.go("handover")
        self._settle(window)
        page = window.shell.findChild(HandoverPage)
        assert page is not None
        page.list.select(list_sheets(window.desk, 1)[0].id)
        self._settle(window)
        window.actions.trigger("handover.appendix")
        self._settle(window)
        return window.shell


def _without(opens: Callable[..., Any], sitting: Any, parent: QWidget, who: Any) -> Any:
    return opens(sitting, parent, who, None)


def _top_sheet(window: Window) -> QWidget:
    settle()
    found = [widget for widget in QApplication.topLevelWidgets() if widget.isModal() and widget.isVisible()]
    return found[-1] if found else window.shell


def contact_sheet(folder: Path, clock: Clock, out: Path, user: str, other: str) -> list[Shot]:
    """Draw every scene by day and by night, at 100 % and 150 %, into `out`, with an index of them all."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    install(app)
    stage = Stage(folder, clock, user, other)
    try:
        return render(stage.scenes(), out)
    finally:
        stage.close()
