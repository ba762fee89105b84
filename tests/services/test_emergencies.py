"""Emergencies: the stamp, the times, the words, what they made late, what they leave; as everyone on shift may know it."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.emergencies import Cause, EmergencyKind, FollowUp, StepKind, next_dose, why_late
from app.domain.presence import Presence
from app.domain.sightings import How, Precision
from app.domain.slots import Outcome
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.corrections import Amend, Strike
from app.services.emergencies import (
    EndEmergency,
    MistakenEmergency,
    StartEmergency,
    TakeOn,
    TellOfEmergency,
    WriteStep,
    emergency_view,
)
from app.services.handovers import Offer, draft_sheet
from app.services.residents import Restrict
from app.services.staff import ComeOnDuty
from app.services.timeline import timeline
from app.store.tables.audit import audit
from tests.support.emergencies import past_emergencies
from tests.support.houses import EVERY_ROLE, House, small_house

HER, OTHER = "Mary Ellis", "Gita Sandhu"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def night(tmp_path: Path) -> House:
    return small_house(tmp_path / "house", staff=EVERY_ROLE)


def stamp(house: House, kind: StepKind, **more: object) -> object:
    return house.by("dawn", WriteStep(kind=kind, **more))  # type: ignore[arg-type]


def test_one_press_stamps_the_moment_and_a_second_opens_none(night: House) -> None:
    pressed = night.clock.now()
    first = night.by("dawn", StartEmergency(seen_at=pressed))
    night.clock.advance(7 * MINUTE)
    again = night.by("kim", StartEmergency())
    assert again.id == first.id
    view = emergency_view(night.desk)
    assert view is not None
    assert (view.emergency.started, view.emergency.started_by) == (pressed, "Dawn Ellery")
    assert len(past_emergencies(night.desk)) == 1


@pytest.mark.parametrize("user", ["quinn", "olive", "sal", "dawn", "gwen"])
def test_nobody_is_refused_the_stamp_or_a_time(night: House, user: str) -> None:
    night.by(user, StartEmergency())
    night.by(user, WriteStep(kind=StepKind.CALLED_999))


def test_the_board_says_that_it_is_on_and_looks_back(night: House) -> None:
    before = night.clock.now()
    night.clock.advance(MINUTE)
    night.by("dawn", StartEmergency())
    on = night.clock.now()
    night.by("dawn", TellOfEmergency(resident=night.women[HER], kind=EmergencyKind.COLLAPSE))
    board = read_board(night.desk)
    assert board.emergency is not None
    assert (board.emergency.started, board.emergency.who, board.emergency.kind) == (on, HER, "collapse")
    night.clock.advance(MINUTE)
    night.by("dawn", EndEmergency())
    assert read_board(night.desk).emergency is None
    assert read_board(night.desk, known_at=before).emergency is None
    then = read_board(night.desk, known_at=on).emergency
    assert then is not None
    assert then.id == board.emergency.id


def test_every_time_is_an_entry_exact_or_about_and_can_be_corrected(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.clock.advance(5 * MINUTE)
    about = night.clock.now() - 3 * MINUTE
    dose = stamp(night, StepKind.NALOXONE, seen_at=about, precision=Precision.ABOUT, amount="one spray")
    call = stamp(night, StepKind.CALLED_999)
    at = night.clock.now() - 4 * MINUTE
    night.by("dawn", Amend(entry=call.id, reason="by the phone log", seen_at=at, reference="A123"))  # type: ignore[attr-defined]
    view = emergency_view(night.desk)
    assert view is not None
    told = [(step.kind, step.at, step.precision, step.words) for step in view.emergency.steps]
    assert told == [
        (StepKind.CALLED_999, at, Precision.EXACT, "reference A123"),
        (StepKind.NALOXONE, about, Precision.ABOUT, "one spray"),
    ]
    night.by("dawn", Strike(entry=dose.id, reason="none was given"))  # type: ignore[attr-defined]
    view = emergency_view(night.desk)
    assert view is not None
    assert view.emergency.last_dose is None
    assert "in the future" in str(
        night.refused("dawn", WriteStep(kind=StepKind.CPR, seen_at=night.clock.now() + 5 * MINUTE))
    )


def test_who_goes_with_her_leaves_the_building_and_one_is_left_since_then(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.clock.advance(20 * MINUTE)
    left = night.clock.now()
    assert "Say who" in str(night.refused("dawn", WriteStep(kind=StepKind.WENT_WITH)))
    stamp(night, StepKind.WENT_WITH, staff=night.staff("priya"))
    board = read_board(night.desk)
    assert [one.name for one in board.staff_in] == ["Dawn Ellery"]
    assert board.staff_as_since == left
    night.by("priya", ComeOnDuty())
    assert len(read_board(night.desk).staff_in) == 2


def test_she_went_to_hospital_is_one_key_once_she_is_chosen(night: House) -> None:
    night.by("dawn", StartEmergency())
    assert "Choose the woman" in str(night.refused("dawn", WriteStep(kind=StepKind.TO_HOSPITAL)))
    night.by("dawn", TellOfEmergency(resident=night.women[HER]))
    stamp(night, StepKind.TO_HOSPITAL)
    line = read_board(night.desk).line(night.women[HER])
    assert line is not None
    assert line.presence is Presence.HOSPITAL


def test_about_whom_can_be_changed_and_taken_back(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.by("dawn", TellOfEmergency(resident=night.women[HER], place="Kitchen"))
    night.by("kim", TellOfEmergency(resident=night.women[OTHER]))
    view = emergency_view(night.desk)
    assert view is not None
    assert view.emergency.who is not None
    assert (view.emergency.who.name, view.emergency.place) == (OTHER, "Kitchen")
    night.by("kim", TellOfEmergency(nobody=True, place=""))
    view = emergency_view(night.desk)
    assert view is not None
    assert (view.emergency.who, view.emergency.place) == (None, None)


def test_one_reason_does_for_all_that_it_made_late_and_one_s_own_stays(night: House) -> None:
    """The curfew sighting is due by 23:20; the emergency is on from 23:05 to 23:50."""
    night.by("dawn", StartEmergency())
    night.clock.advance(40 * MINUTE)
    night.by("kim", LogCheck(resident=night.women[HER], how=How.SPOKE))
    night.by("kim", LogCheck(resident=night.women[OTHER], how=How.SPOKE, late_reason="She was in the bath"))
    view = emergency_view(night.desk)
    assert view is not None
    assert len(view.late) == 5
    night.clock.advance(5 * MINUTE)
    night.by("dawn", EndEmergency(late_reason="An emergency from 23:05", summary="Found on the floor."))
    why = {
        line.who.name: (line.resolved.outcome, line.why)
        for line in read_dues(night.desk, night.at(23), night.at(23, 30))
    }
    assert why[HER] == (Outcome.LATE, "An emergency from 23:05")
    assert why[OTHER] == (Outcome.LATE, "She was in the bath")
    assert why["Hope"][1] == "An emergency from 23:05"
    sheet = draft_sheet(night.desk)
    assert {lapse.name: lapse.why for lapse in sheet.lapses if lapse.seen_at} == {
        HER: "An emergency from 23:05",
        OTHER: "She was in the bath",
    }
    hers = {line.title: line.detail for line in timeline(night.desk, night.women[HER], night.at(22))}
    others = {line.title: line.detail for line in timeline(night.desk, night.women[OTHER], night.at(22))}
    assert hers["Spoke"] == "An emergency from 23:05"
    assert others["Spoke"] == "She was in the bath"


def test_a_deadline_outside_it_was_not_made_late_by_it(night: House) -> None:
    night.clock.advance(15 * MINUTE)
    night.by("dawn", StartEmergency())
    night.clock.advance(10 * MINUTE)
    night.by("dawn", EndEmergency(late_reason="An emergency"))
    (line,) = [it for it in read_dues(night.desk, night.at(23), night.at(23, 30)) if it.who.name == HER]
    assert line.why == "An emergency"
    causes = (Cause(night.at(23), night.at(23, 20), "first"), Cause(night.at(23, 20), None, "second"))
    assert why_late(None, night.at(23, 20), causes) == "second"
    assert why_late("own", night.at(23, 20), causes) == "own"
    assert why_late(None, night.at(22, 59), causes) is None


def test_a_mistake_is_kept_and_shown_as_one_and_makes_nothing_late(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.by("dawn", TellOfEmergency(late_reason="nothing"))
    night.clock.advance(30 * MINUTE)
    night.by("dawn", MistakenEmergency())
    night.by("dawn", MistakenEmergency(emergency=past_emergencies(night.desk)[0].id))
    assert read_board(night.desk).emergency is None
    (kept,) = past_emergencies(night.desk)
    assert kept.mistake
    assert all(line.why is None for line in read_dues(night.desk, night.at(23), night.at(23, 30)))
    assert any("by mistake" in said for said in draft_sheet(night.desk).house_notes)
    night.by("dawn", StartEmergency())
    assert len(past_emergencies(night.desk)) == 2


def test_an_emergency_in_which_999_was_called_is_no_mistake(night: House) -> None:
    night.by("dawn", StartEmergency())
    stamp(night, StepKind.CALLED_999)
    assert "999 called" in str(night.refused("dawn", MistakenEmergency()))


def test_what_it_leaves_is_taken_on_once_each_and_stays_on_the_handover(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.by("dawn", TellOfEmergency(resident=night.women[HER]))
    night.by("dawn", EndEmergency())
    night.by("dawn", TakeOn(which=FollowUp.NALOXONE))
    night.by("kim", TakeOn(which=FollowUp.NALOXONE))
    night.by("dawn", TakeOn(which=FollowUp.PRACTITIONER, owner=night.staff("sal"), text="Ring Mr Hale"))
    sheet = draft_sheet(night.desk)
    assert [(one.what, one.owner) for one in sheet.actions] == [
        ("Restock the naloxone kit", "Dawn Ellery"),
        (f"{HER} (2 Thyme): Ring Mr Hale", "Sal Byrne"),
    ]
    view = emergency_view(night.desk)
    assert view is not None
    assert view.emergency.accepted(FollowUp.NALOXONE)
    assert not view.emergency.accepted(FollowUp.REPAIR)


def test_the_handover_begins_with_it_and_her_health_stays_in_her_record(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.by("dawn", TellOfEmergency(resident=night.women[HER], kind=EmergencyKind.OVERDOSE))
    stamp(night, StepKind.NALOXONE)
    assert any("an emergency is on" in first.text for first in draft_sheet(night.desk).first)
    night.clock.advance(20 * MINUTE)
    night.by("dawn", EndEmergency(summary="She had taken tablets."))
    sheet = night.by("priya", Offer())
    (first,) = [
        first for first in sheet.first if first.resident == night.women[HER] and "emergency" in first.text
    ]
    assert first.name == HER
    for secret in ("tablets", "verdose", "aloxone"):
        assert secret not in repr(sheet)
    hers = [line.title for line in timeline(night.desk, night.women[HER], night.at(22))]
    assert {"Emergency", "Naloxone given"} <= set(hers)


def test_a_stamp_that_was_saved_later_says_when_it_was_written(night: House) -> None:
    pressed = night.clock.now()
    night.clock.advance(7 * MINUTE)
    night.by("dawn", StartEmergency(seen_at=pressed))
    written = night.desk.store.head().seq
    night.by("dawn", TellOfEmergency(resident=night.women[HER]))
    (line,) = [
        line for line in timeline(night.desk, night.women[HER], night.at(22)) if line.title == "Emergency"
    ]
    assert (line.seen_at, line.typed_at, line.entered_later) == (pressed, night.clock.now(), True)
    assert line.seq == written


def test_of_a_restricted_woman_it_tells_times_and_neither_name_nor_words(night: House) -> None:
    night.by("hannah", Restrict(resident=night.women[HER], restricted=True))
    night.by("hannah", StartEmergency())
    told = TellOfEmergency(
        resident=night.women[HER], place="Mary's room", summary="Mary fell", late_reason="Mary fell"
    )
    night.by("hannah", told)
    night.by("hannah", WriteStep(kind=StepKind.TOLD_KIN, who="Mary's sister"))
    night.clock.advance(30 * MINUTE)
    night.by("hannah", EndEmergency())
    dawn = night.as_user("dawn")
    view = emergency_view(dawn)
    assert view is not None
    assert view.emergency.who is not None
    assert view.emergency.who.hidden
    seen = repr(
        (
            view.emergency,
            read_board(dawn).emergency,
            timeline(dawn, night.women[HER], night.at(22)),
            [line.why for line in read_dues(dawn, night.at(23), night.at(23, 30))],
            draft_sheet(dawn),
        )
    )
    assert "Mary" not in seen
    assert "sister" not in seen
    assert [step.kind for step in view.emergency.steps] == [StepKind.TOLD_KIN]
    assert "an emergency in the house" in seen


def test_ending_twice_is_no_error_and_it_ends_after_it_began(night: House) -> None:
    night.by("dawn", StartEmergency())
    night.clock.advance(MINUTE)
    early = EndEmergency(ended=night.clock.now() - timedelta(hours=2))
    assert "ended between the two" in str(night.refused("dawn", early))
    one = night.by("dawn", EndEmergency())
    assert night.by("dawn", EndEmergency(emergency=one.id)).said == "Ended already"
    assert "No emergency is open." in str(night.refused("dawn", EndEmergency()))


def test_the_audit_has_each_act_under_its_word(night: House) -> None:
    night.by("dawn", StartEmergency())
    stamp(night, StepKind.CALLED_999)
    night.by("dawn", EndEmergency())
    with night.desk.read() as connection:
        words = [
            row.action for row in connection.execute(audit.select().order_by(audit.c.seq.desc()).limit(3))
        ]
    assert words == ["end_emergency", "emergency_step", "emergency"]


def test_the_next_dose_is_two_to_three_minutes_after_the_last(night: House) -> None:
    at = night.clock.now()
    assert next_dose(at) == (at + 2 * MINUTE, at + 3 * MINUTE)
