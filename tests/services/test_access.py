"""A restricted woman: her words are planted everywhere, and whoever is not listed finds none of them anywhere."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.absences import Decision, StepKind
from app.domain.plans import ANSWERS
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.residents import RESTRICTED_NAME
from app.domain.sightings import How
from app.services.absences import CaseStep, CloseCase, Decide, OpenCase, cases_of
from app.services.board import read_board, read_dues
from app.services.checks import Amend, LogCheck
from app.services.desk import Desk
from app.services.movements import ComeIn, GoOut
from app.services.notes import FinishAction, OpenAction, WriteNote
from app.services.person import read_person
from app.services.plans import AddContact, WritePlan, plan_of
from app.services.regimes import Excuse, ReplaceRule, StartRule
from app.services.residents import (
    BREAK_GLASS_LASTS,
    BreakGlass,
    ChangeResident,
    ListReader,
    Restrict,
    UnlistReader,
    WriteAgreement,
    opened_records,
    residents,
)
from app.services.rounds import read_round
from app.services.timeline import timeline
from app.services.undo import undoable
from tests.support.houses import House

#: Every planted word has this in it; her name and what she said to staff are all made of it.
MARK = "Xyzzy"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def planted(house: House) -> House:
    """Hope with a marked word in every column of words; her own agreement, allergies and evacuation are for everyone.
    She is late back, with an open case; Sal alone is listed."""
    her, house.desk = house.women["Hope"], house.as_user("sal")
    house.by("hannah", ListReader(resident=her, staff=house.staff("sal"), reason=f"{MARK} listed"))
    texts = {
        "name": f"{MARK}a Hope",
        "preferred_name": f"{MARK}y",
        "pronouns": f"{MARK}/her",
        "crn": f"{MARK}1",
    }
    house.do(ChangeResident(resident=her, alerts=f"{MARK} alerts", **texts))
    house.do(WriteAgreement(resident=her, answers={"asleep": "Breathing, by the door."}))
    house.do(WritePlan(resident=her, answers={field.name: f"{MARK} {field.name}" for field in ANSWERS}))
    house.do(AddContact(resident=her, agency=f"{MARK} agency", name=MARK, phone=MARK, role=MARK))
    rule = house.do(
        StartRule(
            resident=her,
            purpose=Purpose.WELFARE,
            title=f"{MARK} rule",
            minimum=5,
            maximum=10,
            why=f"{MARK} why",
        )
    ).id
    house.do(
        LogCheck(resident=her, how=How.SPOKE, concern=True, note=f"{MARK} note", place=MARK, late_reason=MARK)
    )
    logged = house.do(LogCheck(resident=her, how=How.SPOKE))
    house.do(Amend(entry=logged.entry, reason=f"{MARK} amended", note=f"{MARK} again"))
    house.clock.advance(25 * MINUTE)
    later = house.clock.now() + 20 * MINUTE
    house.do(Excuse(resident=her, reason=f"{MARK} excused", ends=later, starts=house.clock.now() - HOUR))
    house.clock.advance(20 * MINUTE)
    house.do(WriteNote(resident=her, text=f"{MARK} noted", kind="note", hand_over=True))
    house.do(OpenAction(resident=her, text=f"{MARK} action", due=house.clock.now()))
    back = house.clock.now()
    house.do(GoOut(resident=her, place=f"{MARK} place", purpose=f"{MARK} purpose", expected_back=back))
    house.clock.advance(40 * MINUTE)
    house.do(OpenCase(resident=her, due_back=back))
    house.do(
        CaseStep(resident=her, kind=StepKind.TOLD_POLICE, who=MARK, phone=MARK, result=MARK, reference=MARK)
    )
    house.do(Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by=f"{MARK} Brandt"))
    house.do(
        ReplaceRule(
            resident=her, rule=rule, purpose=Purpose.WELFARE, title=f"{MARK} closer", maximum=9, why=MARK
        )
    )
    return house


def everything(house: House, desk: Desk) -> list[Any]:
    """The answer of every query that a reader can ask for, about her and about the house."""
    her, now = house.women["Hope"], house.clock.now()
    start = now - timedelta(days=2)
    earlier = now - timedelta(minutes=30)
    return [
        read_board(desk),
        read_board(desk, known_at=earlier),
        read_board(desk, at=earlier),
        read_dues(desk, start, now + timedelta(days=1)),
        read_dues(desk, start, now, known_at=earlier),
        read_round(desk),
        read_person(desk, her),
        timeline(desk, her, start),
        plan_of(desk, her),
        cases_of(desk, her),
        residents(desk),
        undoable(desk),
        opened_records(desk, start),
    ]


@pytest.mark.parametrize("user", ["dawn", "priya", "hannah", "gwen", "olive", "quinn"])
def test_who_is_not_listed_reads_no_word_of_hers(planted: House, user: str) -> None:
    for answer in everything(planted, planted.as_user(user)):
        assert MARK not in repr(answer), type(answer)


def test_the_search_finds_what_who_is_listed_reads(planted: House) -> None:
    """The control: each of these has marked words in it for Sal."""
    found = [MARK in repr(answer) for answer in everything(planted, planted.as_user("sal"))]
    assert found == [True] * 11 + [False] + [False]


def test_what_keeps_her_safe_is_for_everyone(planted: House) -> None:
    her, desk = planted.women["Hope"], planted.as_user("dawn")
    line = read_board(desk).line(her)
    assert line is not None
    assert (line.who.name, line.who.hidden) == (RESTRICTED_NAME, True)
    assert line.who.room is not None
    assert (line.presence, line.where) == (Presence.ABSENT, None)
    assert line.last_seen is not None
    assert line.agreement is not None
    assert line.agreement.answers["asleep"] == "Breathing, by the door."
    person = read_person(desk, her)
    assert person is not None
    assert (person.resident.allergies, person.resident.evacuation) == ("Penicillin", "Two staff on stairs")
    assert person.resident.placement is None
    assert person.rules
    assert {one.kind for one in person.lines} == {"check", "movement"}
    assert [one for one in read_dues(desk, planted.at(20), planted.clock.now()) if one.who.id == her]


def test_who_is_not_listed_may_log_what_she_sees_but_not_write_over_what_she_cannot(planted: House) -> None:
    her = planted.women["Hope"]
    planted.by("dawn", CaseStep(resident=her, kind=StepKind.CALLED_HER, result="No answer"))
    planted.by("dawn", ComeIn(resident=her))
    planted.by("dawn", LogCheck(resident=her, how=How.SPOKE))
    planted.by("dawn", WriteNote(resident=her, text="She asked for tea."))
    planted.by("dawn", ChangeResident(resident=her, allergies="Penicillin, nuts"))
    for command in (
        WritePlan(resident=her, answers={"no_return": "mine"}),
        AddContact(resident=her, agency="Police"),
        Decide(resident=her, decision=Decision.COURT_TOLD, decided_by="me"),
        CloseCase(resident=her, outcome="over"),
        ChangeResident(resident=her, name="Mine"),
    ):
        refusal = planted.refused("dawn", command)
        assert MARK not in str(refusal)
        assert "restricted" in str(refusal)


def test_the_case_of_a_restricted_woman_can_be_opened_by_whoever_is_there(house: House) -> None:
    her = house.women["Hope"]
    house.by("dawn", GoOut(resident=her))
    house.clock.advance(HOUR)
    house.by("kim", OpenCase(resident=her, due_back=house.clock.now() - 10 * MINUTE))
    assert cases_of(house.as_user("kim"), her) == ()


def test_broken_glass_opens_her_for_a_shift_and_managers_are_told(planted: House) -> None:
    her, since = planted.women["Hope"], planted.at(12)
    assert planted.refused("dawn", BreakGlass(resident=her, reason=" ")).fields == ("reason",)
    planted.by("dawn", BreakGlass(resident=her, reason="Collapsed; paramedics ask"))
    assert MARK in repr(read_person(planted.as_user("dawn"), her))
    assert MARK not in repr(read_person(planted.as_user("kim"), her))
    (opened,) = opened_records(planted.as_user("hannah"), since)
    assert (opened.by, opened.at, opened.who.id) == ("Dawn Ellery", planted.clock.now(), her)
    assert opened.reason is None
    assert opened_records(planted.as_user("dawn"), since) == ()
    told = [one for one in timeline(planted.as_user("sal"), her, since) if one.kind == "event"]
    assert ["paramedics" in one.detail for one in told] == [True]
    planted.clock.advance(BREAK_GLASS_LASTS)
    assert MARK not in repr(everything(planted, planted.as_user("dawn")))


def test_looking_back_at_a_time_when_one_was_listed_shows_no_more(planted: House) -> None:
    her = planted.women["Hope"]
    then = planted.clock.now()
    planted.clock.advance(MINUTE)
    planted.by("hannah", UnlistReader(resident=her, staff=planted.staff("sal")))
    planted.clock.advance(MINUTE)
    sal = planted.as_user("sal")
    assert MARK not in repr(read_board(sal, known_at=then))
    assert MARK not in repr(read_board(sal, at=then))
    assert MARK not in repr(read_dues(sal, planted.at(20), then, known_at=then))


def test_who_restricts_a_record_may_still_read_it(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.by("hannah", Restrict(resident=her, reason="threats"))
    names = {user: read_board(house.as_user(user)).line(her).who.name for user in ("hannah", "priya")}
    assert names == {"hannah": "Mary Ellis", "priya": RESTRICTED_NAME}
    assert "restricted" in str(house.refused("gwen", Restrict(resident=her, restricted=False)))
    house.by("hannah", Restrict(resident=her, restricted=False, reason="over"))
    assert read_board(house.desk).line(her).who.name == "Mary Ellis"


def test_an_action_about_her_is_finished_by_who_may_read_it(house: House) -> None:
    her = house.women["Hope"]
    action = house.by("dawn", OpenAction(resident=her, text="Ring the clinic")).id
    assert "restricted" in str(house.refused("dawn", FinishAction(action=action)))
    house.by("hannah", ListReader(resident=her, staff=house.staff("sal")))
    house.by("sal", FinishAction(action=action, outcome="done"))
    assert house.by("sal", FinishAction(action=action)).said == "Done already"


def test_a_restricted_name_is_no_name_alert(house: House) -> None:
    her = house.women["Hope"]
    house.by("hannah", ListReader(resident=her, staff=house.staff("sal")))
    house.by("sal", ChangeResident(resident=her, name="Mary Elliss"))
    mary = house.women["Mary Ellis"]
    assert read_board(house.as_user("priya")).line(mary).name_alert is None
    assert "Mary Elliss" in str(read_board(house.as_user("sal")).line(mary).name_alert)


def test_the_quality_lead_breaks_no_glass(house: House) -> None:
    assert "on shift can" in str(
        house.refused("quinn", BreakGlass(resident=house.women["Hope"], reason="audit"))
    )
