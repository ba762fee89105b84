"""What changed since the reader's last shift: read from the spine, by who she is, with corrections as corrections."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as listening

from app.domain.absences import Decision
from app.domain.regimes import Purpose
from app.domain.residents import LegalBasis
from app.domain.sightings import How
from app.domain.since import Change, Since
from app.services.absences import Decide, OpenCase
from app.services.checks import Amend, LogCheck, Strike
from app.services.handovers import Ask, Offer, ReadSheet, TakeOver
from app.services.house import ChangeSetting, SignIn
from app.services.movements import ComeIn, GoOut, GoToHospital
from app.services.notes import FinishAction, OpenAction, WriteNote
from app.services.plans import AddContact, WritePlan
from app.services.regimes import EndRule, StartRule
from app.services.residents import (
    Arrive,
    BreakGlass,
    ChangeResident,
    Depart,
    ExpectResident,
    Restrict,
    WriteAgreement,
)
from app.services.rooms import CloseRoom, MoveRoom, OpenRoom
from app.services.since import read_since
from app.services.staff import ComeOnDuty, GoOffDuty
from app.services.undo import Undo, undoable
from tests.support.houses import NIGHT, House, small_house

LEFT = NIGHT - timedelta(days=5, hours=3)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Priya left her shift on Tuesday evening; it is Sunday night, and she is in again."""
    names = ("Anne Doyle", "Mary Ellis", "Gita Sandhu", "Hope", "Laura Quill")
    made = small_house(tmp_path / "house", names, now=LEFT - timedelta(hours=8))
    made.clock.set(LEFT)
    made.by("priya", GoOffDuty())
    made.clock.set(NIGHT - timedelta(hours=30))
    return made


def since(house: House, user: str = "priya") -> Since:
    house.clock.set(max(house.clock.now(), NIGHT))
    return read_since(house.as_user(user))


def said(found: Since) -> list[str]:
    """Newest first: "what / whom / words / by"."""
    return [_said(change) for change in found.changes]


def _said(change: Change) -> str:
    parts = (change.what, change.who.name if change.who else "", change.words, change.by)
    return " / ".join(part for part in parts if part)


def test_it_begins_when_she_left_though_that_is_five_days_ago(house: House) -> None:
    house.clock.set(LEFT)
    house.by("dawn", WriteNote(resident=house.women["Hope"], text="before she left"))
    house.clock.set(LEFT + timedelta(hours=1))
    house.by("dawn", WriteNote(resident=house.women["Hope"], text="after she left"))
    found = since(house)
    assert found.left == found.start == LEFT
    assert said(found) == ["Note / Hope / after she left / Dawn Ellery"]


def test_a_newcomer_is_told_of_a_day(house: House) -> None:
    house.clock.set(NIGHT - timedelta(hours=25))
    house.by("dawn", WriteNote(resident=house.women["Hope"], text="too early"))
    house.clock.set(NIGHT - timedelta(hours=23))
    house.by("dawn", WriteNote(resident=house.women["Hope"], text="in time"))
    found = since(house, "kim")
    assert found.left is None
    assert found.start == NIGHT - timedelta(hours=24)
    assert said(found) == ["Note / Hope / in time / Dawn Ellery"]


def test_routine_is_no_change(house: House) -> None:
    her = house.women["Hope"]
    house.by("dawn", SignIn())
    house.by("dawn", ComeOnDuty())
    entry = house.by("dawn", LogCheck(resident=her, how=How.SPOKE)).entry
    house.by("dawn", Amend(entry=entry, reason="Why it was late", late_reason="On the telephone"))
    assert said(since(house)) == []


def _change(house: House, *acts: tuple[str, Any]) -> list[str]:
    for user, command in acts:
        house.by(user, command)
    return said(since(house))[::-1]


def test_stays_and_rooms(house: House) -> None:
    women, rooms = house.women, house.rooms
    new = house.by(
        "hannah",
        ExpectResident(name="Zofia Nowak", legal_basis=LegalBasis.BAIL, expected_arrival=house.at(14)),
    ).id
    told = _change(
        house,
        ("dawn", Arrive(resident=new, room=rooms[5])),
        ("dawn", MoveRoom(resident=women["Hope"], room=rooms[6], reason="stairs")),
        ("dawn", Depart(resident=women["Laura Quill"])),
        ("hannah", CloseRoom(room=rooms[3], reason="repair", ends=house.at(12, day=27))),
        ("hannah", OpenRoom(room=rooms[3])),
    )
    assert told == [
        "Expected / Zofia Nowak / 14:00, Sun 22 Nov / Hannah Marsh",
        "Arrived / Zofia Nowak / Dawn Ellery",
        "Moved from 4 Fennel to 7 Rue / Hope / stairs / Dawn Ellery",
        "Departed / Laura Quill / Dawn Ellery",
        "4 Fennel out of service / repair, to 12:00, Fri 27 Nov / Hannah Marsh",
        "4 Fennel in service again / Hannah Marsh",
    ]
    assert [change.what for change in since(house).headlines] == [
        "Departed",
        "Moved from 4 Fennel to 7 Rue",
        "Arrived",
        "Expected",
    ]


def test_rules_plans_agreements_and_what_keeps_her_safe(house: House) -> None:
    her = house.women["Hope"]
    rule = house.by("dawn", StartRule(resident=her, purpose=Purpose.WELFARE, minimum=30, maximum=60)).id
    told = _change(
        house,
        ("hannah", EndRule(rule=rule, why="better")),
        ("dawn", WritePlan(resident=her, answers={"no_return": "Ring her brother"})),
        ("dawn", AddContact(resident=her, agency="Family", name="Her brother", phone="07700 900111")),
        ("dawn", WriteAgreement(resident=her, answers={"asleep": "Knock first"})),
        ("dawn", ChangeResident(resident=her, allergies="penicillin")),
        ("dawn", ChangeResident(resident=her, preferred_name="Hopey")),
        ("hannah", ChangeSetting(key="tolerance", value=10)),
    )
    assert told == [
        "Welfare check started / Hope / every 30–60 min / Dawn Ellery",
        "Welfare check ended / Hope / every 30–60 min / Hannah Marsh",
        "Contingency plan written / Hope / Dawn Ellery",
        "A contact written / Hope / Dawn Ellery",
        "Night agreement written / Hope / Dawn Ellery",
        "Changed: allergies / Hope / Dawn Ellery",
        "Changed: preferred name / Hope / Dawn Ellery",
        "House rule: tolerance / 10, from 17:05, Sat 21 Nov / Hannah Marsh",
    ]
    quiet = {"A contact written", "Changed: preferred name"}
    assert {change.what for change in since(house).changes if not change.matters} == quiet


def test_absences_concerns_handovers_and_actions(house: House) -> None:
    her = house.women["Hope"]
    mine = house.by("dawn", OpenAction(text="Ring the pharmacy", owner=house.staff("priya"))).id
    house.by("dawn", LogCheck(resident=her, how=How.SPOKE, concern=True, note="She has not slept."))
    house.by("dawn", GoOut(resident=her, place="town"))
    house.clock.set(house.at(0, 20))
    house.by("dawn", OpenCase(resident=her, due_back=house.at(23, 0, day=21)))
    house.by("dawn", Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by="Olive Brandt"))
    house.by("dawn", ComeIn(resident=her, how=How.SPOKE))
    house.by("hannah", Decide(resident=her, decision=Decision.NO_RECALL, decided_by="Hannah Marsh"))
    number = house.by("dawn", Offer()).number
    house.by("hannah", ReadSheet(number=number))
    house.by("hannah", Ask(number=number, question="Who rang?"))
    house.by("hannah", TakeOver(number=number))
    house.by("dawn", FinishAction(action=mine, outcome="they close at six"))
    told = said(since(house))[::-1]
    assert told[:3] == [
        "Action for you / Ring the pharmacy / Dawn Ellery",
        "Concern / Hope / She has not slept. / Dawn Ellery",
        "Out / Hope / town / Dawn Ellery",
    ]
    assert "Absence case opened / Hope / Dawn Ellery" in told
    assert "Absence: recall asked for / Hope / decided by Olive Brandt / Dawn Ellery" in told
    assert any(line.startswith("Back at 00:20, case still open / Hope") for line in told)
    assert f"Handover {number} taken over / Hannah Marsh" in told
    assert f"Handover {number}: question / Hannah Marsh" in told
    assert "Action done / Ring the pharmacy · they close at six / Dawn Ellery" in told
    assert f"Handover {number}: read" not in " ".join(told)


def test_a_correction_is_a_correction_and_what_it_corrects_is_struck(house: House) -> None:
    hope, gita = house.women["Hope"], house.women["Gita Sandhu"]
    house.by("dawn", GoToHospital(resident=hope, place="BRI"))
    wrong = _last_movement(house, hope)
    house.by("dawn", Amend(entry=wrong, reason="It was Gita", resident=gita))
    note = house.by("dawn", WriteNote(resident=hope, text="Her sister rang", hand_over=True)).id
    house.by("dawn", Strike(entry=note, reason="Not her sister"))
    found = since(house)
    told = [(_said(change), change.correction, change.undone, change.matters) for change in found.changes]
    assert told[::-1] == [
        ("To hospital / Hope / BRI / Dawn Ellery", False, True, True),
        (
            "To hospital: corrected / Gita Sandhu / it had been written for Hope; It was Gita / Dawn Ellery",
            True,
            False,
            True,
        ),
        ("Note to hand over / Hope / Her sister rang / Dawn Ellery", False, True, True),
        ("Note to hand over: struck / Hope / Not her sister / Dawn Ellery", True, False, True),
    ]
    assert [change.what for change in found.headlines] == [
        "Note to hand over: struck",
        "To hospital: corrected",
    ]


def test_a_slip_that_was_undone_at_once_is_no_headline(house: House) -> None:
    desk = house.as_user("dawn")
    desk.do(GoToHospital(resident=house.women["Hope"], place="BRI"))
    last = undoable(desk)
    assert last is not None
    desk.do(Undo(entry=last.entry))
    found = since(house)
    assert len(found.changes) == 2
    assert found.headlines == ()


def _last_movement(house: House, resident: Any) -> Any:
    from app.services.timeline import timeline

    lines = timeline(house.desk, resident, house.clock.now() - timedelta(hours=1))
    return lines[0].entry


def _restricted(house: House) -> None:
    house.clock.set(NIGHT - timedelta(hours=6))
    her = house.women["Hope"]
    house.by("hannah", Restrict(resident=her, reason="Her family works here"))
    house.by("hannah", MoveRoom(resident=her, room=house.rooms[5], reason="away from the road"))
    house.by(
        "hannah",
        StartRule(resident=her, purpose=Purpose.CLOSE, minimum=0, maximum=15, title="after the letter"),
    )
    house.by("hannah", WriteNote(resident=her, text="A secret of Hope's", hand_over=True))
    house.by("hannah", WritePlan(resident=her, answers={"no_return": "Her brother is dangerous"}))
    house.by("hannah", LogCheck(resident=her, how=How.SPOKE, concern=True, note="She cried about Bristol"))
    house.by("hannah", GoToHospital(resident=her, place="Frenchay ward"))


def test_of_a_restricted_woman_only_what_is_for_everyone_on_shift(house: House) -> None:
    _restricted(house)
    assert said(since(house))[::-1] == [
        "Moved from 4 Fennel to 6 Basil / One woman, restricted / Hannah Marsh",
        "Close check started / One woman, restricted / Hannah Marsh",
        "Concern / One woman, restricted / Hannah Marsh",
        "To hospital / One woman, restricted / Hannah Marsh",
    ]
    named = " ".join(said(since(house, "hannah")))
    assert "A secret of Hope's" in named
    assert "Contingency plan written" in named


def test_nothing_of_her_is_in_what_is_handed_out(house: House) -> None:
    _restricted(house)
    everything = repr(since(house))
    for secret in ("Hope", "secret", "brother", "cried", "Frenchay", "letter", "family"):
        assert secret not in everything


def test_who_opened_a_restricted_record_is_told_to_managers_alone(house: House) -> None:
    house.clock.set(NIGHT - timedelta(hours=6))
    house.by("hannah", Restrict(resident=house.women["Hope"], reason="threats"))
    house.by("dawn", BreakGlass(resident=house.women["Hope"], reason="She is not breathing"))
    assert not any("Restricted" in line for line in said(since(house)))
    assert any("Opened a restricted record" in line for line in said(since(house, "hannah")))


def test_the_newest_are_kept_where_there_are_too_many(house: House) -> None:
    for number in range(8):
        house.by("dawn", WriteNote(resident=house.women["Hope"], text=f"note {number}"))
    house.clock.set(NIGHT)
    found = read_since(house.as_user("priya"), limit=5)
    assert found.more
    assert [change.words for change in found.changes] == [f"note {number}" for number in (7, 6, 5, 4, 3)]
    assert not read_since(house.as_user("priya"), limit=8).more


def test_a_long_note_is_shortened_and_stays_one_line(house: House) -> None:
    house.by("dawn", WriteNote(resident=house.women["Hope"], text="a\nb " * 500))
    (change,) = since(house).changes
    assert change.words.startswith("a b a b")
    assert len(change.words) < 410
    assert change.words.endswith("…")


def test_every_read_begins_where_she_left(house: House) -> None:
    """Ten years before that cost nothing: what has a sequence is searched by it, from the line at which she left."""
    house.by("dawn", WriteNote(resident=house.women["Hope"], text="one"))
    asked: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if ".seq > " in statement:
            asked.append((statement, parameters))

    with house.desk.store.read() as connection:
        engine = connection.engine
    listening.listen(engine, "before_cursor_execute", heard)
    try:
        since(house)
    finally:
        listening.remove(engine, "before_cursor_execute", heard)
    assert len(asked) >= 9
    with house.desk.store.read() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert plan[0].detail.startswith("SEARCH"), statement
            assert "rowid>?" in plan[0].detail, statement
