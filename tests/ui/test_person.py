"""Her page, driven by keyboard on a real store."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.residents import LegalBasis
from app.domain.sightings import How, Source
from app.services.absences import OpenCase
from app.services.board import read_board
from app.services.checks import LogCheck, Strike
from app.services.drafts import read_draft
from app.services.movements import GoOut
from app.services.person import read_person
from app.services.plans import AddContact, WritePlan
from app.services.regimes import StartRule
from app.ui.actions import Actions, Scope
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.dialogs import ChooseSheet, FormSheet
from app.ui.jobs import Jobs
from app.ui.pages.residents import ResidentsPage
from app.ui.sitting import Sitting
from app.ui.theme import Theme
from tests.ui.houses import House, small_house

KEY = Qt.Key
LONG = "Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"


class Teller:
    """The foot of the window: what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.saved_at = ""

    def tell(self, text: str, tone: str = "blue") -> None:
        self.said.append((text, tone))

    def saved(self, text: str) -> None:
        self.saved_at = text


class Desk:
    """The residents page over a small house, with her page open."""

    def __init__(self, house: House, jobs: Jobs, actions: Actions) -> None:
        self.house, self.jobs, self.teller = house, jobs, Teller()
        self.sitting = Sitting(house.desk, jobs, actions, self.teller)
        self.page = ResidentsPage(self.sitting)
        actions.attach(self.page, Scope.PAGE, "residents")
        self.actions = actions
        self.sitting.committed.connect(lambda: self.page.changed(0))

    def open(self, name: str) -> Any:
        self.page.show_resident(self.house.women[name])
        self.jobs.wait_idle()
        return self.page.person

    def sheet(self) -> FormSheet:
        sheets = [sheet for sheet in self.page.findChildren(FormSheet) if sheet.isVisible()]
        assert len(sheets) == 1
        return sheets[0]

    def do(self, word: str) -> None:
        assert self.actions.trigger(f"person.{word}")
        self.jobs.wait_idle()

    def save(self, sheet: FormSheet) -> None:
        sheet.submit()
        self.jobs.wait_idle()


@pytest.fixture
def desk(tmp_path: Path, jobs: Jobs, actions: Actions, shown: Callable[..., Any]) -> Iterator[Desk]:
    names = ("Leanne Carr", "Hope", LONG)
    told = [
        ("Hope", {"legal_basis": LegalBasis.BAIL}),
        ("Leanne Carr", {"preferred_name": "Lee", "pronouns": "she/her"}),
    ]
    made = Desk(small_house(tmp_path / "house", names, told=told), jobs, actions)
    shown(made.page, 1240, 800)
    made.page.opened()
    jobs.wait_idle()
    yield made
    jobs.wait_idle()
    made.house.desk.store.close()


def texts(widget: QWidget) -> str:
    """What the labels say, with plain blanks where a number is kept whole."""
    settle()
    said = "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
    return said.replace("\N{NO-BREAK SPACE}", " ")


def test_enter_opens_her_page_and_back_keeps_her_selected(desk: Desk, qtbot: Any) -> None:
    desk.page.list.select(desk.house.women["Hope"])
    qtbot.keyClick(desk.page.list, KEY.Key_Return)
    desk.jobs.wait_idle()
    assert desk.page.person.name.text() == "Hope"
    desk.do("back")
    assert desk.page.list.isVisible()
    assert desk.page.list.current_key == desk.house.women["Hope"]


def test_presence_and_check_state_are_two_things(desk: Desk) -> None:
    person = desk.open("Leanne Carr")
    assert person.presence.label.text() == "in"
    assert person.state.label.text() == "curfew sighting due by 23:20"
    assert "likes “Lee” · she/her" in person.about.text()


def test_one_key_takes_her_out_and_in(desk: Desk) -> None:
    desk.open("Hope")
    desk.do("door")
    line = read_board(desk.house.desk).line(desk.house.women["Hope"])
    assert line is not None
    assert line.presence is Presence.OUT
    assert desk.teller.saved_at == "Saved 23:05:00"
    assert desk.page.person.buttons[1].text() == "In"
    desk.do("door")
    line = read_board(desk.house.desk).line(desk.house.women["Hope"])
    assert line is not None
    assert line.presence is Presence.IN


def test_a_check_from_her_page_counts(desk: Desk) -> None:
    person = desk.open("Leanne Carr")
    desk.do("check")
    sheet = desk.sheet()
    sheet.form["how"].set_value("spoke")
    sheet.form["note"].set_value("In the kitchen.")
    desk.save(sheet)
    assert person.state.label.text() == "morning sighting 07:30–10:00"
    row = person.lines.model().index(0, 1).data()
    assert "Spoke" in row


def test_a_concern_without_words_is_refused_beside_the_field(desk: Desk) -> None:
    desk.open("Leanne Carr")
    desk.do("check")
    sheet = desk.sheet()
    sheet.form["how"].set_value("spoke")
    sheet.form["concern"].set_value(True)
    desk.save(sheet)
    assert sheet.isVisible()
    assert sheet.form["note"].error.text() == "A concern needs words: someone will act on it."
    sheet.form["note"].set_value("She is shaking.")
    desk.save(sheet)
    assert desk.page.person.lines.model().rowCount() == 1


def test_what_was_being_typed_comes_back(desk: Desk) -> None:
    desk.open("Hope")
    desk.do("note")
    sheet = desk.sheet()
    sheet.form["text"].set_value("Half a sentence")
    sheet.reject()
    desk.jobs.wait_idle()
    assert read_draft(desk.house.desk, "note", desk.house.women["Hope"]) == "Half a sentence"
    desk.do("note")
    again = desk.sheet()
    assert again.form["text"].value() == "Half a sentence"
    again.form["text"].set_value("Half a sentence, finished.")
    desk.save(again)
    assert read_draft(desk.house.desk, "note", desk.house.women["Hope"]) == ""


def test_the_plan_is_written_and_a_stale_one_is_refused(desk: Desk) -> None:
    desk.open("Hope")
    desk.do("plan")
    sheet = desk.sheet()
    sheet.form["no_return"].set_value("Ring her sister, then the on-call manager.")
    desk.save(sheet)
    assert "Ring her sister, then the on-call manager." in texts(desk.page.person)
    desk.do("plan")
    mine = desk.sheet()
    mine.form["no_return"].set_value("Mine")
    theirs = WritePlan(resident=desk.house.women["Hope"], version=1, answers={"no_return": "Theirs"})
    desk.house.do(theirs)
    desk.save(mine)
    assert mine.isVisible()
    desk.jobs.wait_idle()
    assert "changed this since" in mine.error.text()
    assert mine.form["no_return"].value() == "Mine"
    assert mine.form["no_return"].error.text() == "In the record now: Theirs"
    desk.save(mine)
    assert not [sheet for sheet in desk.page.findChildren(FormSheet) if sheet.isVisible()]
    assert "Mine" in texts(desk.page.person)


def test_a_wrong_number_is_changed_and_someone_is_taken_off(desk: Desk) -> None:
    house, hope = desk.house, desk.house.women["Hope"]
    house.do(AddContact(resident=hope, agency="Family", name="Jean", phone="07700 900001"))
    desk.open("Hope")
    desk.do("change_contact")
    sheet = desk.sheet()
    assert sheet.form["phone"].value() == "07700 900001"
    sheet.form["phone"].set_value("07700 900002")
    desk.save(sheet)
    assert "1. Family · Jean · 07700 900002" in texts(desk.page.person)
    desk.do("change_contact")
    sheet = desk.sheet()
    sheet.form["off"].set_value(True)
    desk.save(sheet)
    assert "Jean" not in texts(desk.page.person)


def test_a_bail_resident_cannot_be_recalled(desk: Desk) -> None:
    house, hope = desk.house, desk.house.women["Hope"]
    house.do(GoOut(resident=hope, seen_at=house.at(18, 0)))
    house.do(OpenCase(resident=hope, due_back=house.at(23, 0)))
    desk.open("Hope")
    desk.do("decide")
    sheet = desk.sheet()
    choices = [
        sheet.form["decision"].control.itemText(n) for n in range(sheet.form["decision"].control.count())
    ]
    assert choices == ["Choose…", "wait, and look again", "court or police told", "nothing further"]
    sheet.form["decision"].set_value("court_told")
    sheet.form["decided_by"].set_value("Hannah Marsh")
    desk.save(sheet)
    assert "court or police told, decided by Hannah Marsh; written 23:05 by Priya Nair" in texts(
        desk.page.person
    )


def test_only_a_manager_ends_a_rule_and_the_button_says_so(desk: Desk) -> None:
    house = desk.house
    house.do(StartRule(resident=house.women["Leanne Carr"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    desk.open("Leanne Carr")
    refused: list[str] = []
    desk.actions.refused.connect(refused.append)
    assert not desk.actions.trigger("person.end_rule")
    assert refused == [
        "Anyone may start or tighten checks, but ending or loosening them is for a manager. A manager can."
    ]


def test_struck_and_corrected_entries_stay_visible(desk: Desk) -> None:
    house, lee = desk.house, desk.house.women["Leanne Carr"]
    logged = house.do(LogCheck(resident=lee, how=How.SPOKE, source=Source.RADIO, seen_by=house.staff("dawn")))
    house.do(Strike(entry=logged.entry, reason="the wrong woman"))
    person = desk.open("Leanne Carr")
    shown = [person.lines.model().index(row, 1).data() for row in range(person.lines.model().rowCount())]
    assert any("struck: Spoke" in text and "the wrong woman" in text for text in shown)
    assert person.state.label.text() == "curfew sighting due by 23:20"
    assert read_person(house.desk, lee) is not None


def test_an_old_entry_is_struck_with_a_reason(desk: Desk, qtbot: Any) -> None:
    house, lee = desk.house, desk.house.women["Leanne Carr"]
    house.do(LogCheck(resident=lee, how=How.SPOKE, seen_at=house.at(23, 1)))
    house.clock.advance(timedelta(minutes=30))
    person = desk.open("Leanne Carr")
    assert person.state.label.text().startswith("morning")
    qtbot.keyClick(person.lines, KEY.Key_Return)
    (choose,) = [found for found in desk.page.findChildren(ChooseSheet) if found.isVisible()]
    choose.chosen.emit("strike")
    choose.reject()
    sheet = desk.sheet()
    desk.save(sheet)
    assert sheet.form["reason"].error.text() == "Why is needed."
    sheet.form["reason"].set_value("It was the woman next door.")
    desk.save(sheet)
    assert person.state.label.text().startswith("curfew sighting")
    assert any("It was the woman next door." in line for line in said_lines(person))


def test_an_entry_is_corrected_and_both_stay(desk: Desk) -> None:
    house, lee = desk.house, desk.house.women["Leanne Carr"]
    house.do(LogCheck(resident=lee, how=How.SPOKE))
    person = desk.open("Leanne Carr")
    person.lines.opened.emit(person.lines.current_key)
    (choose,) = [found for found in desk.page.findChildren(ChooseSheet) if found.isVisible()]
    choose.chosen.emit("correct")
    choose.reject()
    desk.jobs.wait_idle()
    sheet = desk.sheet()
    sheet.form["how"].set_value("awake")
    sheet.form["reason"].set_value("She did not speak.")
    desk.save(sheet)
    shown = " | ".join(said_lines(person))
    assert "corrected: Spoke" in shown
    assert "Up, seen awake" in shown


def test_she_who_saw_it_confirms_it(desk: Desk, jobs: Jobs, shown: Callable[..., Any]) -> None:
    house, lee = desk.house, desk.house.women["Leanne Carr"]
    house.do(LogCheck(resident=lee, how=How.SPOKE, seen_by=house.staff("dawn"), source=Source.RADIO))
    house.desk = house.as_user("dawn")
    dawn = Desk(house, jobs, Actions())
    shown(dawn.page, 1240, 800)
    person = dawn.open("Leanne Carr")
    assert any("not confirmed yet" in line for line in said_lines(person, 2))
    person.lines.opened.emit(person.lines.current_key)
    (choose,) = [found for found in dawn.page.findChildren(ChooseSheet) if found.isVisible()]
    choose.chosen.emit("confirm")
    choose.reject()
    jobs.wait_idle()
    assert not any("not confirmed yet" in line for line in said_lines(person, 2))


def said_lines(person: Any, column: int = 1) -> list[str]:
    model = person.lines.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_clipped_with_the_longest_name(desk: Desk, look: Theme, scale: float) -> None:
    look.set_scale(scale)
    desk.open(LONG)
    settle()
    settle()
    assert clipped_text(desk.page) == []
    assert unnamed_controls(desk.page) == []
