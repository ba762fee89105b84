"""The fire roll by keyboard, over the pages and over a locked screen; what is marked, what is printed, nothing clipped."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.papers import PaperKind
from app.domain.presence import Presence
from app.domain.residents import RESTRICTED_NAME
from app.domain.rolls import Mark, Occasion
from app.services.board import read_board
from app.services.movements import GoOut
from app.services.papers import paper
from app.services.residents import ListReader, Restrict
from app.services.rolls import StartRoll, fire_roll
from app.store.tables.checks import check
from app.store.tables.house import event
from app.ui.actions import Actions
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.dialogs import TellSheet, TextSheet
from app.ui.jobs import Jobs
from app.ui.pages import fire_view
from app.ui.pages.fire import LOCKED, FirePage, LockedFire, show_over_lock
from app.ui.shell import Section, Shell
from app.ui.sitting import Sitting
from app.ui.theme import Theme
from tests.ui.houses import House, small_house
from tests.ui.test_person import texts

KEY = Qt.Key
LONG = "Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"
NAMES = ("Anne Doyle", "Hope", "Gita Sandhu", LONG)
TOLD = [("Hope", {"evacuation": "Two of us on the stairs with the chair", "allergies": "Latex, penicillin"})]


class Desk:
    """The fire page in a shell over a small house, of which one woman is restricted and one is out."""

    def __init__(self, house: House, jobs: Jobs, actions: Actions, show: Callable[..., Any]) -> None:
        self.house, self.jobs, self.actions = house, jobs, actions
        self.shell = Shell(
            jobs,
            actions,
            [Section("fire", "Fire", "F8", lambda: FirePage(self.sitting))],
            now=house.clock.now,
            zone=house.desk.house.zone,
            training=True,
        )
        self.sitting = Sitting(house.desk, jobs, actions, self.shell, self.shell)
        show(self.shell, 1440, 900)
        self.shell.go("fire")
        self.wait()

    @property
    def page(self) -> FirePage:
        page = self.shell.page("fire")
        assert isinstance(page, FirePage)
        return page

    @property
    def view(self) -> fire_view.FireView:
        over = self.shell.over
        return over.view if isinstance(over, LockedFire) else self.page.view

    def wait(self) -> None:
        for _ in range(3):
            self.jobs.wait_idle()
            settle()

    def do(self, word: str) -> bool:
        done = self.actions.trigger(f"{LOCKED if self.view is not self.page.view else 'fire'}.{word}")
        self.wait()
        return done

    def press(self, *keys: Any) -> None:
        for key in keys:
            QTest.keyClick(self.view.list, key)
            self.wait()

    def on(self, name: str) -> None:
        assert self.view.list.select(self.house.women[name])

    def cells(self, name: str) -> list[str]:
        rows = self.view.list.rows_model
        place = rows.place(self.house.women[name])
        assert place is not None
        return [cell.spoken for cell in rows.rows[place].cells]

    def marks(self) -> dict[str, Mark]:
        return {woman.name: woman.mark for woman in fire_roll(self.house.desk).women}

    def lock(self) -> None:
        show_over_lock(self.sitting, self.shell)
        self.wait()


@pytest.fixture
def desk(tmp_path: Path, jobs: Jobs, actions: Actions, shown: Callable[..., Any]) -> Iterator[Desk]:
    house = small_house(tmp_path / "house", NAMES, told=TOLD)
    house.by("hannah", Restrict(resident=house.women["Gita Sandhu"], restricted=True))
    house.by("dawn", GoOut(resident=house.women["Anne Doyle"], place="town"))
    made = Desk(house, jobs, actions, shown)
    yield made
    made.wait()
    made.shell.hide()
    made.house.desk.store.close()


def test_it_shows_everyone_with_what_helps_her_out(desk: Desk) -> None:
    assert desk.view.counts.text() == "3 women in · 2 staff in · 1 elsewhere · 1 need help to get out"
    assert desk.cells("Hope")[2] == "Two of us on the stairs with the chair, Allergies: Latex, penicillin"
    assert desk.cells("Anne Doyle")[3] == "out since 23:05, town"
    assert RESTRICTED_NAME in desk.cells("Gita Sandhu")[1]


def test_a_roll_call_by_keys_goes_from_one_to_the_next(desk: Desk) -> None:
    assert not desk.do("spoke")
    assert desk.do("fire")
    desk.on("Hope")
    desk.press("S", "A", "N")
    marks = desk.marks()
    assert marks["Hope"] is Mark.FOUND
    assert sorted(mark.value for mark in marks.values()) == ["found", "found", "not_found", "open"]
    assert "1 not found" in desk.view.missing.text()
    with desk.house.desk.read() as connection:
        hows = [row.how for row in connection.execute(check.select().order_by(check.c.seq)).all()]
    assert hows == ["spoke", "awake", "not_seen"]
    assert "2 of 3 women accounted for" in desk.view.counts.text()


def test_the_end_names_who_is_left_before_it_ends(desk: Desk) -> None:
    assert desk.do("drill")
    assert desk.do("end")
    assert "F7 again ends" in desk.view.asks.text()
    assert fire_roll(desk.house.desk).call is not None
    assert desk.do("end")
    assert fire_roll(desk.house.desk).call is None


def test_a_mark_between_takes_the_question_back(desk: Desk) -> None:
    assert desk.do("drill")
    assert desk.do("end")
    desk.on("Hope")
    desk.press("S")
    assert "F7 again" not in desk.view.asks.text()
    assert desk.do("end")
    assert fire_roll(desk.house.desk).call is not None


def test_someone_found_who_was_out_is_one_key_from_being_in(desk: Desk) -> None:
    assert desk.do("count")
    desk.on("Anne Doyle")
    assert not desk.do("in")
    desk.press("S")
    assert "found here, and out in the record" in desk.view.asks.text()
    desk.house.clock.advance(timedelta(minutes=1))
    desk.on("Anne Doyle")
    desk.press("I")
    line = read_board(desk.house.desk).line(desk.house.women["Anne Doyle"])
    assert line is not None
    assert line.presence is Presence.IN


def test_staff_and_a_visitor_by_name(desk: Desk) -> None:
    assert desk.do("fire")
    assert desk.view.list.select(desk.house.staff("dawn"))
    desk.press("S")
    assert desk.do("visitor")
    (sheet,) = [it for it in desk.view.findChildren(TextSheet) if it.isVisible()]
    sheet.box.set_value("Kev, plumber")
    sheet.submit()
    desk.wait()
    marks = {other.name: other.mark for other in fire_roll(desk.house.desk).others}
    assert marks == {"Priya Nair": Mark.FOUND, "Dawn Ellery": Mark.FOUND, "Kev, plumber": Mark.FOUND}


def test_a_roll_call_that_was_left_is_there_again(desk: Desk) -> None:
    desk.house.by("dawn", StartRoll(occasion=Occasion.FIRE))
    desk.page.opened()
    desk.wait()
    assert desk.view.call.isVisible()
    assert desk.view.call.text() == "Fire: roll call since 23:05"
    assert desk.do("spoke")


def test_one_key_prints_and_numbers_it(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    printed: list[bytes] = []
    monkeypatch.setattr(fire_view, "default_printer", object)
    monkeypatch.setattr(fire_view, "print_pdf", lambda content, _: printed.append(content))
    assert desk.do("print")
    assert printed[0].startswith(b"%PDF")
    kept = paper(desk.house.desk, PaperKind.ROLL)
    assert kept is not None
    assert (kept.number, kept.copies[0].name) == (1, "Priya Nair")
    monkeypatch.setattr(fire_view, "default_printer", lambda: None)
    monkeypatch.setattr("app.ui.papers.platformdirs.user_documents_path", lambda: tmp_path)
    assert desk.do("print")
    assert (tmp_path / "Daybook" / "Roll 2.pdf").read_bytes().startswith(b"%PDF")


def test_over_a_lock_it_shows_marks_and_prints_and_says_from_whose_screen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.lock()
    assert isinstance(desk.shell.over, LockedFire)
    assert desk.view.list.rows_model.place(desk.house.women["Hope"]) is not None
    with desk.house.desk.read() as connection:
        shown = connection.execute(event.select().where(event.c.kind == "fire_roll")).one()
    assert shown.text == "Fire roll opened from the locked screen of Priya Nair"
    assert desk.do("fire")
    desk.on("Hope")
    desk.press("S")
    desk.on("Anne Doyle")
    desk.press("S")
    assert not desk.do("in")
    with desk.house.desk.read() as connection:
        rows = connection.execute(check.select()).all()
    assert [(row.seen_by, row.how) for row in rows] == [(None, "spoke"), (None, "spoke")]
    monkeypatch.setattr(fire_view, "default_printer", lambda: None)
    assert desk.do("print")
    assert "no printer" in desk.view.asks.text()
    asked: list[bool] = []
    desk.shell.lock_asked.connect(lambda: asked.append(True))
    assert desk.do("back")
    assert asked == [True]


def test_over_a_lock_nobody_restricted_is_named_even_on_the_screen_of_someone_listed(desk: Desk) -> None:
    listed = ListReader(resident=desk.house.women["Gita Sandhu"], staff=desk.house.staff("priya"))
    desk.house.by("hannah", listed)
    assert "Gita Sandhu" in {woman.name for woman in fire_roll(desk.house.desk).women}
    desk.lock()
    assert "Gita" not in repr(desk.view.roll)
    assert RESTRICTED_NAME in desk.cells("Gita Sandhu")[1]


def test_shown_twice_over_a_lock_its_keys_are_the_new_ones(desk: Desk) -> None:
    desk.lock()
    desk.lock()
    assert desk.do("drill")
    desk.on("Hope")
    desk.press("A")
    assert desk.marks()["Hope"] is Mark.FOUND


def test_with_nobody_signed_in_it_says_where_the_printed_one_is(desk: Desk) -> None:
    show_over_lock(None, desk.shell)
    settle()
    (sheet,) = [it for it in desk.shell.findChildren(TellSheet) if it.isVisible()]
    assert "printed roll" in texts(sheet)
    sheet.accept()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_clipped_and_every_control_has_a_name(desk: Desk, look: Theme, scale: float) -> None:
    assert desk.do("fire")
    desk.on("Hope")
    desk.press("N")
    look.set_scale(scale)
    desk.shell.resize(round(1440 * scale), round(900 * scale))
    desk.wait()
    assert clipped_text(desk.page) == []
    assert unnamed_controls(desk.page) == []
    desk.lock()
    assert clipped_text(desk.shell.over) == []  # type: ignore[arg-type]
    assert unnamed_controls(desk.shell.over) == []  # type: ignore[arg-type]
