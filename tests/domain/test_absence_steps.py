"""The plan as timed steps: what each legal basis asks for, who does it by when, and what her return changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from app.domain.absence_steps import (
    OUTLIVES,
    Around,
    PlannedStep,
    StepState,
    contact_kind,
    due_by,
    line_of,
    next_step,
    steps_for,
    undone,
)
from app.domain.absences import (
    DECISIONS,
    AbsenceCase,
    CaseStep,
    Decision,
    StepKind,
    case_said,
)
from app.domain.plans import ANSWERS, Contact, ContingencyPlan
from app.domain.residents import LegalBasis, ResidentRef

ZONE = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
OPENED = datetime(2026, 11, 22, 23, 31, tzinfo=UTC)
HER = UUID(int=7)
AROUND = Around("07700 900461", "Colin Webb", "0117 496 0001", datetime(2026, 11, 23, 17, tzinfo=UTC))


def a_case(basis: LegalBasis = LegalBasis.LICENCE, *steps: CaseStep, **more: object) -> AbsenceCase:
    case = AbsenceCase(
        uuid4(), 1, HER, basis, OPENED - 31 * MINUTE, OPENED, OPENED, None, Decision.OPEN, None, None, None, None, steps
    )  # fmt: skip
    return replace(case, **more)  # type: ignore[arg-type]


def written(kind: StepKind, after: int, **more: str) -> CaseStep:
    at = OPENED + after * MINUTE
    told = {"who": None, "phone": None, "result": None, "reference": None} | more
    return CaseStep(uuid4(), kind, at, at, by="Priya Nair", **told)  # type: ignore[arg-type]


def a_plan(*contacts: tuple[str, str | None, str | None]) -> ContingencyPlan:
    people = tuple(
        Contact(UUID(int=100 + place), 1, agency, name, phone, None, place)
        for place, (agency, name, phone) in enumerate(contacts, 1)
    )
    return ContingencyPlan(uuid4(), 1, {field.name: None for field in ANSWERS}, people, OPENED, "Sal Byrne")


FAMILY = (
    ("Her mobile", None, "07700 900100"),
    ("Mother", "Jean Carr", "07700 900112"),
    ("Turning Point", None, "0117 496 0200"),
)


def by_key(steps: tuple[PlannedStep, ...]) -> dict[str, PlannedStep]:
    return {step.key: step for step in steps}


def words_of(steps: tuple[PlannedStep, ...]) -> str:
    return " ".join(f"{step.what} {step.who} {step.why}" for step in steps).casefold()


def test_licence_asks_for_its_steps_in_their_order() -> None:
    steps = steps_for(a_case(), a_plan(*FAMILY), AROUND)
    assert [(step.what, step.phone, round((step.due - OPENED) / MINUTE)) for step in steps[:6]] == [
        ("Ring her", "07700 900100", 5),
        ("Ring Jean Carr", "07700 900112", 15),
        ("Ring Turning Point", "0117 496 0200", 15),
        ("Tell the on-call manager", "07700 900461", 30),
        ("Write what the manager decided", None, 60),
        ("Tell the police, and write their reference", None, 90),
    ]
    assert [step.kind for step in steps[6:]] == [StepKind.VICTIMS, StepKind.TOLD_PRACTITIONER]
    assert {(step.who, step.phone, step.due) for step in steps[6:]} == {
        ("Colin Webb", "0117 496 0001", AROUND.told_by)
    }
    assert all(step.to_do for step in steps)
    assert next_step(steps) == steps[0]


@pytest.mark.parametrize("basis", [LegalBasis.BAIL, LegalBasis.ORDER, LegalBasis.PSS])
def test_without_a_licence_no_step_and_no_choice_says_recall(basis: LegalBasis) -> None:
    plan = a_plan(("Police", "101", "101"), ("Bristol Magistrates' Court", None, "0117 496 0300"), *FAMILY)
    for case in (
        a_case(basis),
        a_case(basis, written(StepKind.TOLD_POLICE, 20), returned=OPENED + 60 * MINUTE),
    ):
        assert "recall" not in words_of(steps_for(case, plan, AROUND))
        assert "recall" not in case_said(case, ZONE)
    assert not any("recall" in decision.label for decision in DECISIONS[basis])


def test_on_bail_whom_the_plan_names_is_told_and_nobody_else() -> None:
    court = ("Bristol Magistrates' Court", None, "0117 496 0300")
    steps = steps_for(a_case(LegalBasis.BAIL), a_plan(court), AROUND)
    kinds = [step.kind for step in steps]
    assert StepKind.TOLD_COURT in kinds
    assert StepKind.TOLD_POLICE not in kinds
    nobody = steps_for(a_case(LegalBasis.BAIL), None, AROUND)
    assert "ask the manager" in by_key(nobody)[StepKind.TOLD_POLICE].what


def test_a_call_of_the_tag_company_is_a_step_and_no_evidence() -> None:
    rang = written(StepKind.TAG_RANG, 8, who="EMS", result="Says she is at the address.")
    tag = by_key(steps_for(a_case(LegalBasis.BAIL, rang), None, AROUND))[StepKind.TAG_RANG]
    assert tag.state is StepState.DONE
    assert "does not say that she was seen" in tag.what
    waiting = steps_for(a_case(LegalBasis.BAIL), None, AROUND)
    assert by_key(waiting)[StepKind.TAG_RANG] not in undone(waiting)
    licence = by_key(steps_for(a_case(), a_plan(("EMS tag company", None, "1")), AROUND))
    assert StepKind.TAG_RANG not in licence
    assert not any(key.startswith("called_other") for key in licence)


def test_a_call_is_hers_by_its_number_or_else_by_the_name() -> None:
    plan = a_plan(("Mother", "Jean Carr", "07700 900112"), ("Friend", "Kay", None))
    case = a_case(
        LegalBasis.LICENCE,
        written(StepKind.CALLED_OTHER, 6, who="her dad", phone="07700900112"),
        written(StepKind.CALLED_OTHER, 7, who="a neighbour"),
    )
    mother, friend = (s for s in steps_for(case, plan, AROUND) if s.kind is StepKind.CALLED_OTHER)
    assert (mother.state, friend.state) == (StepState.DONE, StepState.TO_DO)
    named = a_case(LegalBasis.LICENCE, written(StepKind.CALLED_OTHER, 6, who="Friend · Kay"))
    mother, friend = (s for s in steps_for(named, plan, AROUND) if s.kind is StepKind.CALLED_OTHER)
    assert (mother.state, friend.state) == (StepState.TO_DO, StepState.DONE)


def test_not_needed_is_said_of_one_step_with_its_reason() -> None:
    entry = written(StepKind.NOT_NEEDED, 3, reference="told_police", result="The manager rang them.")
    steps = by_key(steps_for(a_case(LegalBasis.LICENCE, entry), None, AROUND))
    police = steps["told_police"]
    assert (police.state, police.why, police.done) == (
        StepState.NOT_NEEDED,
        "The manager rang them.",
        entry,
    )
    assert steps["called_her"].to_do


def test_recall_was_asked_for_and_then_she_came_back() -> None:
    case = a_case(
        LegalBasis.LICENCE,
        written(StepKind.TOLD_MANAGER, 20),
        written(StepKind.TOLD_POLICE, 80, who="Police · Sgt Hale", phone="101", reference="log 88"),
        decision=Decision.RECALL_ASKED,
        decided_by="Olive Brandt",
        decided=OPENED + 69 * MINUTE,
    )
    assert not case.decision_open
    assert by_key(steps_for(case, None, AROUND))["decision"].state is StepState.DONE
    back = replace(case, returned=OPENED + 163 * MINUTE)
    assert back.decision_open
    assert case_said(back, ZONE) == (
        "back 02:14; recall asked for 00:40 by Olive Brandt: decision open; ring the manager"
    )
    steps = by_key(steps_for(back, a_plan(*FAMILY), AROUND))
    assert steps["called_her"].state is StepState.NOT_NEEDED
    assert steps["called_her"].why == "she is back"
    assert steps["told_manager"].state is StepState.DONE
    assert steps["back_told_manager"].due == back.returned + 5 * MINUTE
    assert steps["back_told_police"].who == "Police · Sgt Hale"
    assert steps["decision"].to_do
    assert next_step(tuple(steps.values())) == steps["back_told_manager"]
    settled = replace(back, decision=Decision.NO_RECALL, decided=back.returned + 9 * MINUTE)
    assert not settled.decision_open
    assert "write what came of it" in case_said(settled, ZONE)
    again = replace(back, decided=back.returned + 9 * MINUTE)
    assert not again.decision_open


def test_back_before_anyone_was_told_leaves_the_manager_and_the_decision() -> None:
    steps = steps_for(a_case(returned=OPENED + 4 * MINUTE), a_plan(*FAMILY), AROUND)
    assert [step.key for step in undone(steps)] == ["decision", "back_told_manager"]
    assert {step.kind for step in steps if step.to_do and step.outlives} == OUTLIVES


def test_what_is_told_by_the_next_working_day_outlives_the_case() -> None:
    her = ResidentRef(HER, "Leanne Carr", None, None)
    closed = a_case(closed=OPENED + 60 * MINUTE, outcome="Back.")
    line = line_of(closed, her, steps_for(closed, None, AROUND))
    assert line is not None
    assert line.due == AROUND.told_by
    assert line.next is not None
    assert line.next.kind in OUTLIVES
    told = tuple(written(kind, 600) for kind in OUTLIVES)
    done = replace(closed, steps=told)
    assert line_of(done, her, steps_for(done, None, AROUND)) is None


def test_which_step_comes_next_and_which_number_it_has() -> None:
    her = ResidentRef(HER, "Leanne Carr", None, None)
    case = a_case(LegalBasis.LICENCE, written(StepKind.CALLED_HER, 2), written(StepKind.TOLD_MANAGER, 9))
    line = line_of(case, her, steps_for(case, None, AROUND))
    assert line is not None
    assert line.next is not None
    assert (line.next.key, line.number, line.of) == ("decision", 3, 6)
    assert due_by(line.next, OPENED, ZONE) == "by 00:31"
    assert due_by(line.next, OPENED - timedelta(days=1), ZONE) == "by Mon 23 Nov 00:31"


@pytest.mark.parametrize(
    ("agency", "kind"),
    [
        ("Police", StepKind.TOLD_POLICE),
        ("Avon and Somerset Police, 101", StepKind.TOLD_POLICE),
        ("Officer in the case", StepKind.TOLD_OFFICER),
        ("Crown Court", StepKind.TOLD_COURT),
        ("Probation", StepKind.TOLD_PRACTITIONER),
        ("PP", StepKind.TOLD_PRACTITIONER),
        ("Tag company", StepKind.TAG_RANG),
        ("EMS", StepKind.TAG_RANG),
        ("Out-of-hours manager", StepKind.TOLD_MANAGER),
        ("Her mobile", StepKind.CALLED_HER),
        ("Her mother", StepKind.CALLED_OTHER),
        ("Shelter", StepKind.CALLED_OTHER),
        ("Heritage Trust", StepKind.CALLED_OTHER),
        ("Stage door", StepKind.CALLED_OTHER),
    ],
)
def test_a_contact_is_known_by_its_words(agency: str, kind: StepKind) -> None:
    assert contact_kind(Contact(uuid4(), 1, agency, None, None, None, 1)) is kind
