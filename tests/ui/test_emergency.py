"""The emergency page by keyboard: the stamp first, a time for each key, the end, what it leaves; nothing clipped."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.domain.emergencies import EmergencyKind, FollowUp, StepKind
from app.domain.house import Settings
from app.domain.presence import Presence
from app.domain.results import Refused
from app.domain.sightings import Precision
from app.services.board import read_board
from app.services.drafts import read_draft
from app.services.emergencies import EmergencyView, TellOfEmergency, emergency_view
from app.services.handovers import draft_sheet
from app.services.house import ChangeSetting
from app.services.staff import GoOffDuty
from app.ui.actions import Actions, Scope
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.dialogs import AskSheet, ChooseSheet, FormSheet
from app.ui.jobs import Jobs
from app.ui.pages.emergency import EmergencyPage, elapsed
from app.ui.pages.emergency_acts import LEAVES, STAMPS
from app.ui.sitting import Sitting
from app.ui.theme import Theme
from tests.support.emergencies import past_emergencies
from tests.ui.houses import House, small_house
from tests.ui.test_person import Teller

KEY = Qt.Key
LONG = "Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"


class Desk:
    """The page over a small house."""

    def __init__(self, house: House, jobs: Jobs, actions: Actions) -> None:
        self.house, self.jobs, self.actions, self.teller = house, jobs, actions, Teller()
        self.sitting = Sitting(house.desk, jobs, actions, self.teller)
        self.page = EmergencyPage(self.sitting)
        actions.attach(self.page, Scope.PAGE, "emergency")

    def wait(self) -> None:
        self.jobs.wait_idle()
        settle()
        self.jobs.wait_idle()
        settle()

    def ask(self) -> None:
        """F9, as the shell does it."""
        self.page.asked()
        self.page.opened()
        self.page.home().setFocus()
        self.wait()

    def press(self, key: Any) -> None:
        QTest.keyClick(self.page.home(), key)
        self.wait()

    def sheet(self, kind: type = FormSheet) -> Any:
        (found,) = [sheet for sheet in self.page.findChildren(kind) if sheet.isVisible()]
        return found

    @property
    def view(self) -> EmergencyView:
        found = emergency_view(self.house.desk)
        assert found is not None
        return found

    def later(self, **how: float) -> None:
        self.house.clock.advance(timedelta(**how))
        self.page.load()
        self.wait()


@pytest.fixture
def desk(tmp_path: Path, jobs: Jobs, actions: Actions, shown: Callable[..., Any]) -> Iterator[Desk]:
    house = small_house(tmp_path / "house", ("Anne Doyle", "Hope", LONG))
    house.by("hannah", ChangeSetting(key="address", value="14 Marsh Lane, Bristol BS3 2QD"))
    made = Desk(house, jobs, actions)
    shown(made.page, 1240, 800)
    yield made
    made.page.left()
    for sheet in made.page.findChildren(QDialog):
        sheet.reject()
    jobs.wait_idle()
    made.house.desk.store.close()


def test_opened_by_another_way_it_stamps_nothing(desk: Desk) -> None:
    desk.page.opened()
    desk.wait()
    assert past_emergencies(desk.house.desk) == ()
    assert "No emergency is on." in desk.page.state.panel.title.text()


def test_the_key_stamps_the_moment_it_was_pressed_and_again_opens_none(desk: Desk) -> None:
    pressed = desk.house.clock.now()
    desk.page.asked()
    desk.house.clock.advance(timedelta(seconds=9))
    desk.page.opened()
    desk.wait()
    assert desk.view.emergency.started == pressed
    desk.later(seconds=21)
    desk.page.show_time()
    assert desk.page.clock.text() == "0:00:30"
    desk.ask()
    assert len(past_emergencies(desk.house.desk)) == 1


def test_a_stamp_that_could_not_be_saved_keeps_its_moment_until_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = desk.house.clock.now()
    with monkeypatch.context() as broken:
        broken.setattr(desk.house.desk, "do", lambda _: Refused(("The disk is full.",)))
        desk.ask()
    assert past_emergencies(desk.house.desk) == ()
    assert desk.page.again.isVisible()
    assert "14 Marsh Lane" in desk.page.call.address.text()
    assert "23:05:00" in desk.teller.said[-1][0]
    desk.house.clock.advance(timedelta(minutes=2))
    assert desk.actions.trigger("emergency.again")
    desk.wait()
    assert desk.view.emergency.started == pressed
    assert not desk.page.again.isVisible()


def test_one_key_stamps_each_time_and_a_held_key_counts_once(desk: Desk) -> None:
    desk.ask()
    for key, kind in STAMPS:
        if kind not in (StepKind.TO_HOSPITAL, StepKind.WENT_WITH, StepKind.OTHER):
            desk.press(key)
            assert desk.view.emergency.of(kind)[0].at == desk.house.clock.now()
    for repeat in (False, True, True):
        held = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_N, Qt.KeyboardModifier.NoModifier, "n", repeat)
        QApplication.sendEvent(desk.page.stamps, held)
    desk.wait()
    assert len(desk.view.emergency.of(StepKind.NALOXONE)) == 2


def test_the_next_dose_is_counted_down_from_the_last(desk: Desk) -> None:
    desk.ask()
    desk.press("N")
    desk.later(seconds=50)
    desk.page.show_time()
    assert desk.page.naloxone.next.text() == "Look again in 1:11"
    desk.later(seconds=80)
    desk.page.show_time()
    assert "2 to 3 minutes" in desk.page.naloxone.next.text()


def test_another_time_about_will_do(desk: Desk) -> None:
    desk.ask()
    desk.later(minutes=10)
    desk.page.stamps.select(StepKind.AMBULANCE_HERE)
    assert desk.actions.trigger("emergency.time")
    sheet = desk.sheet()
    moment = sheet.form["when"].control
    moment.set_mode("about")
    moment.first.setText("2312")
    sheet.form["reference"].set_value("A 4471")
    sheet.submit()
    desk.wait()
    (step,) = desk.view.emergency.of(StepKind.AMBULANCE_HERE)
    assert (step.at, step.precision, step.reference) == (desk.house.at(23, 12), Precision.ABOUT, "A 4471")


def test_a_line_is_corrected_or_struck_and_a_time_left_alone_stays(desk: Desk) -> None:
    desk.ask()
    desk.press("9")
    at = desk.house.clock.now()
    desk.later(minutes=3)
    (step,) = desk.view.emergency.of(StepKind.CALLED_999)
    desk.page.steps.opened.emit(step.entry)
    sheet = desk.sheet()
    sheet.form["reference"].set_value("CAD 12")
    sheet.submit()
    desk.wait()
    (step,) = desk.view.emergency.of(StepKind.CALLED_999)
    assert (step.at, step.reference) == (at, "CAD 12")
    desk.page.steps.opened.emit(step.entry)
    sheet = desk.sheet()
    sheet.form["struck"].set_value(True)
    sheet.submit()
    desk.wait()
    assert desk.view.emergency.steps == ()


def test_about_whom_then_one_key_writes_that_she_went(desk: Desk) -> None:
    desk.ask()
    assert not desk.actions.trigger("emergency.to_hospital")
    assert desk.actions.trigger("emergency.who")
    desk.wait()
    sheet = desk.sheet(ChooseSheet)
    sheet.list.select(str(desk.house.women["Hope"]))
    sheet._take()
    desk.wait()
    assert "Hope, 2 Thyme" in desk.page.about.text()
    desk.press("H")
    line = read_board(desk.house.desk).line(desk.house.women["Hope"])
    assert line is not None
    assert line.presence is Presence.HOSPITAL


def test_who_went_with_her_leaves_one_in_the_building_and_the_number_to_ring(desk: Desk) -> None:
    desk.ask()
    desk.later(minutes=14)
    desk.press("W")
    sheet = desk.sheet(ChooseSheet)
    sheet.list.select(str(desk.house.staff("priya")))
    sheet._take()
    desk.wait()
    assert desk.page.here.staff.label.text() == "One of the staff, since 23:19"
    assert "07700\N{NO-BREAK SPACE}900461" in desk.page.here.ring.text()
    assert desk.page.here.names.text() == "Dawn Ellery"


def test_the_end_asks_once_why_checks_were_late_and_takes_the_words(desk: Desk) -> None:
    desk.ask()
    desk.later(minutes=30)
    assert desk.actions.trigger("emergency.end")
    sheet = desk.sheet()
    assert sheet.form["late_reason"].value() == "Emergency in the house from 23:05"
    sheet.form["summary"].set_value("She fell on the stairs.")
    sheet.submit()
    desk.wait()
    emergency = desk.view.emergency
    assert (emergency.late_reason, emergency.summary) == (
        "Emergency in the house from 23:05",
        "She fell on the stairs.",
    )
    assert read_board(desk.house.desk).emergency is None
    assert desk.page.leaves_card.isVisible()
    assert not desk.page.end.isVisible()
    assert desk.page.window().focusWidget() is desk.page.leaves
    desk.press("1")
    assert desk.view.emergency.accepted(FollowUp.NALOXONE)
    assert [one.what for one in draft_sheet(desk.house.desk).actions] == ["Restock the naloxone kit"]


def test_words_that_were_being_typed_come_back(desk: Desk) -> None:
    desk.ask()
    assert desk.actions.trigger("emergency.end")
    sheet = desk.sheet()
    desk.wait()
    sheet.form["summary"].set_value("She was found by")
    sheet.reject()
    desk.wait()
    id_ = desk.view.emergency.id
    assert read_draft(desk.house.desk, "emergency", id_) == "She was found by"
    assert desk.actions.trigger("emergency.words")
    desk.wait()
    assert desk.sheet().form["summary"].value() == "She was found by"


def test_it_leaves_can_be_given_to_somebody_else(desk: Desk) -> None:
    desk.ask()
    assert desk.actions.trigger("emergency.end")
    desk.sheet().submit()
    desk.wait()
    desk.page.leaves.opened.emit(FollowUp.REPAIR)
    sheet = desk.sheet()
    sheet.form["owner"].set_value(str(desk.house.staff("dawn")))
    sheet.form["text"].set_value("The door of 2 Thyme")
    sheet.submit()
    desk.wait()
    (action,) = draft_sheet(desk.house.desk).actions
    assert (action.what, action.owner) == ("The door of 2 Thyme", "Dawn Ellery")


def test_by_mistake_closes_it_and_the_key_opens_a_new_one(desk: Desk) -> None:
    desk.ask()
    assert desk.actions.trigger("emergency.mistake")
    desk.sheet(AskSheet)._confirm()
    desk.wait()
    assert desk.view.emergency.mistake
    assert "by mistake" in desk.page.about.text()
    desk.ask()
    assert not desk.view.emergency.mistake


def test_every_key_of_what_it_leaves_is_its_own() -> None:
    keys = [key for key, _ in (*STAMPS, *LEAVES)]
    assert len(keys) == len(set(keys))
    assert {which for _, which in LEAVES} == set(FollowUp)
    assert {kind for _, kind in STAMPS} == set(StepKind) - {StepKind.ACTION}


def test_without_an_address_it_says_so_and_with_nobody_in_too(desk: Desk) -> None:
    for user in ("priya", "dawn"):
        desk.house.by(user, GoOffDuty())
    desk.house.by("hannah", ChangeSetting(key="address", value=Settings().address))
    desk.ask()
    assert "No address is set" in desk.page.call.address.text()
    assert not desk.page.here.names.isVisible()
    desk.press("W")
    assert "Nobody of the staff" in desk.teller.said[-1][0]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_clipped_and_every_control_has_a_name(desk: Desk, look: Theme, scale: float) -> None:
    desk.ask()
    woman = TellOfEmergency(
        resident=desk.house.women[LONG], kind=EmergencyKind.OVERDOSE, place="The kitchen, by the back door"
    )
    desk.house.by("priya", woman)
    desk.press("9")
    desk.press("N")
    look.set_scale(scale)
    desk.page.resize(round(1240 * scale), round(1300 * scale))
    desk.wait()
    assert clipped_text(desk.page) == []
    assert unnamed_controls(desk.page) == []
    assert desk.actions.trigger("emergency.end")
    desk.sheet().submit()
    desk.wait()
    assert clipped_text(desk.page) == []


def test_hours_minutes_and_seconds() -> None:
    assert elapsed(timedelta(hours=1, minutes=2, seconds=3)) == "1:02:03"
    assert elapsed(timedelta(seconds=-4)) == "0:00:00"
