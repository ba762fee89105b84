"""She is late: the case, its steps by legal basis, and her return while the decision is open."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.absence_steps import StepState
from app.domain.absences import DECISIONS, Decision, StepKind
from app.domain.presence import Presence
from app.domain.residents import LegalBasis
from app.domain.slots import Outcome
from app.services.absences import CaseStep, CloseCase, Decide, NotNeeded, OpenCase, cases_of
from app.services.board import read_board, read_dues
from app.services.handovers import draft_sheet
from app.services.movements import ComeIn, GoOnLeave, GoOut, TakenIntoCustody
from app.services.notes import FinishAction
from app.services.person import read_person
from app.services.timeline import timeline
from app.services.undo import Undo, undoable
from tests.support.houses import House, small_house

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def late(house: House) -> House:
    """Mary went out at eight and is not back at half past eleven."""
    house.do(GoOut(resident=house.women["Mary Ellis"], seen_at=house.at(20)))
    house.clock.set(house.at(23, 31))
    return house


def test_from_late_to_closed(late: House) -> None:
    her = late.women["Mary Ellis"]
    line = read_board(late.desk).line(her)
    assert line is not None
    assert (line.presence, line.late_since, line.case_open) == (Presence.OUT, late.at(23), False)
    late.do(OpenCase(resident=her, due_back=late.at(23), seen_at=late.at(23, 20)))
    opened = late.clock.now()
    line = read_board(late.desk).line(her)
    assert line is not None
    assert (line.presence, line.late_since, line.case_open) == (Presence.ABSENT, late.at(23), True)
    assert late.do(OpenCase(resident=her, due_back=late.at(23))).said == "Open already"
    late.clock.advance(5 * MINUTE)
    late.do(CaseStep(resident=her, kind=StepKind.CALLED_HER, result="Voicemail"))
    late.do(CaseStep(resident=her, kind=StepKind.TOLD_MANAGER, who="Olive", seen_at=late.at(23, 33)))
    late.do(Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by="Olive Brandt"))
    late.clock.advance(HOUR)
    late.do(ComeIn(resident=her))
    (case,) = cases_of(late.desk, her)
    assert (case.opened, case.first_noticed) == (opened, late.at(23, 20))
    assert (case.returned, case.decision, case.closed) == (late.clock.now(), Decision.RECALL_ASKED, None)
    assert [step.kind for step in case.steps] == [StepKind.TOLD_MANAGER, StepKind.CALLED_HER]
    assert read_board(late.desk).line(her).case_open
    assert late.refused("priya", CloseCase(resident=her, outcome="  ")).fields == ("outcome",)
    unfinished = late.refused("priya", CloseCase(resident=her, outcome="Warned."))
    assert "Tell the manager that she is back" in str(unfinished)
    assert unfinished.fields == ("reason",)
    late.do(CloseCase(resident=her, outcome="Warned.", reason="The manager was in the house."))
    assert not read_board(late.desk).line(her).case_open
    assert "no open" in str(late.refused("priya", CaseStep(resident=her, kind=StepKind.LOOKED)))


def test_she_may_be_back_before_anything_is_decided(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.clock.advance(MINUTE)
    late.do(ComeIn(resident=her))
    (case,) = cases_of(late.desk, her)
    assert (case.returned, case.decision) == (late.clock.now(), Decision.OPEN)


def test_the_case_excuses_from_the_moment_it_was_opened(late: House) -> None:
    her = late.women["Mary Ellis"]
    tonight = [one for one in read_dues(late.desk, late.at(22), late.at(23, 59)) if one.who.id == her]
    assert [one.resolved.outcome for one in tonight] == [Outcome.DUE]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.clock.set(late.at(12, day=23))
    morning = [one for one in read_dues(late.desk, late.at(22), late.at(12, day=23)) if one.who.id == her]
    assert [(one.resolved.slot.title, one.resolved.outcome) for one in morning] == [
        ("curfew", Outcome.MISSED)
    ]


def test_a_case_is_for_someone_who_is_away_and_due(late: House) -> None:
    assert "is in" in str(late.refused("priya", OpenCase(resident=late.women["Hope"], due_back=late.at(23))))
    early = OpenCase(resident=late.women["Mary Ellis"], due_back=late.at(23, 45))
    assert late.refused("priya", early).fields == ("due_back",)
    gita = late.women["Gita Sandhu"]
    late.do(GoOnLeave(resident=gita, seen_at=late.at(9)))
    late.do(OpenCase(resident=gita, due_back=late.at(23)))


def test_an_absence_may_be_opened_again_after_its_case_was_closed(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.do(CloseCase(resident=her, outcome="Rang: on her way.", reason="She rang."))
    late.clock.advance(HOUR)
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    assert [case.closed is None for case in cases_of(late.desk, her)] == [True, False]


def test_found_elsewhere_the_case_stays_open(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.clock.advance(MINUTE)
    late.do(TakenIntoCustody(resident=her))
    line = read_board(late.desk).line(her)
    assert line is not None
    assert (line.presence, line.case_open) == (Presence.CUSTODY, True)


@pytest.mark.parametrize("basis", list(LegalBasis))
def test_what_may_be_decided_depends_on_why_she_is_here(tmp_path: Path, basis: LegalBasis) -> None:
    house = small_house(tmp_path / "house", ["Anne Doyle"], told=[("Anne Doyle", {"legal_basis": basis})])
    her = house.women["Anne Doyle"]
    house.do(GoOut(resident=her, seen_at=house.at(20)))
    house.do(OpenCase(resident=her, due_back=house.at(23)))
    for decision in Decision:
        command = Decide(resident=her, decision=decision, decided_by="Olive")
        if decision in DECISIONS[basis]:
            house.do(command)
        else:
            assert basis.label in str(house.refused("priya", command))
    assert (Decision.RECALL_ASKED in DECISIONS[basis]) == (basis is LegalBasis.LICENCE)
    late = Decide(resident=her, decision=Decision.WAIT, decided_by="Olive", decided=house.at(23, 30))
    assert house.refused("priya", late).fields == ("decided",)
    house.desk.store.close()


def test_a_case_opened_by_mistake_is_undone_whole(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    found = undoable(late.desk)
    assert found is not None
    late.do(Undo(entry=found.entry))
    line = read_board(late.desk).line(her)
    assert line is not None
    assert (line.presence, line.case_open) == (Presence.OUT, False)
    assert "mistake" in str(cases_of(late.desk, her)[0].outcome)


def test_back_within_the_grace_is_said_and_nothing_more_is_asked(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(GoOut(resident=her, seen_at=house.at(20)))
    house.clock.set(house.at(23, 12))
    line = read_board(house.desk).line(her)
    assert line is not None
    assert (line.late_since, line.case_open) == (house.at(23), False)
    house.do(ComeIn(resident=her))
    (back,) = [line for line in timeline(house.desk, her, house.at(0)) if line.title == "Back in"]
    assert back.detail.startswith("12 min late")
    assert cases_of(house.desk, her) == ()
    assert read_board(house.desk).cases == ()
    house.clock.set(house.at(23, 20))
    house.do(GoOut(resident=her, seen_at=house.at(23, 14)))
    house.do(ComeIn(resident=her))
    latest = timeline(house.desk, her, house.at(0))[0]
    assert (latest.title, "late" in latest.detail) == ("Back in", False)


def test_the_practitioner_is_owed_until_she_is_told_whatever_else_is_over(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.clock.advance(20 * MINUTE)
    late.do(ComeIn(resident=her))
    late.do(CloseCase(resident=her, outcome="Bus cancelled.", reason="The manager is in the house."))
    (line,) = read_board(late.desk).cases
    assert line.next is not None
    assert (line.who.id, line.next.outlives, line.due) == (her, True, late.at(17, day=23))
    late.clock.set(late.at(12, day=25))
    assert len(read_board(late.desk).cases) == 1
    (action,) = [one for one in draft_sheet(late.desk).actions if "practitioner" in one.what]
    assert action.overdue
    assert "recall" not in action.what
    late.do(CaseStep(resident=her, kind=StepKind.VICTIMS, result="No contact order; he passes it on."))
    assert len(read_board(late.desk).cases) == 1
    late.do(CaseStep(resident=her, kind=StepKind.TOLD_PRACTITIONER, who="Colin Webb"))
    assert read_board(late.desk).cases == ()
    assert not [one for one in draft_sheet(late.desk).actions if "practitioner" in one.what]
    assert "no open" in str(late.refused("priya", CaseStep(resident=her, kind=StepKind.TOLD_PRACTITIONER)))


def test_who_finishes_the_action_has_told_her(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    (action,) = draft_sheet(late.desk).actions
    late.clock.advance(HOUR)
    late.do(FinishAction(action=action.id, outcome="Told Colin Webb."))
    (case,) = cases_of(late.desk, her)
    assert {step.kind for step in case.steps} == {StepKind.TOLD_PRACTITIONER, StepKind.VICTIMS}
    assert {step.result for step in case.steps} == {"Told Colin Webb."}


def test_not_needed_is_kept_with_its_reason_and_never_for_the_decision(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    assert "is needed" in str(late.refused("dawn", NotNeeded(resident=her, step="told_police", reason=" ")))
    assert "manager decides" in str(
        late.refused("dawn", NotNeeded(resident=her, step="decision", reason="x"))
    )
    assert "no such step" in str(late.refused("dawn", NotNeeded(resident=her, step="tag_rang", reason="x")))
    late.by("dawn", NotNeeded(resident=her, step="told_police", reason="The manager rings them herself."))
    person = read_person(late.desk, her)
    assert person is not None
    police = next(step for step in person.steps if step.key == "told_police")
    assert (police.state, police.why) == (StepState.NOT_NEEDED, "The manager rings them herself.")
    told = timeline(late.desk, her, late.at(0))[0]
    assert told.title == "Not needed: Tell the police, and write their reference"


def test_every_decision_stays_with_who_decided_and_who_typed(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.clock.advance(10 * MINUTE)
    late.by(
        "dawn",
        Decide(resident=her, decision=Decision.WAIT, decided_by="Olive Brandt", decided=late.at(23, 35)),
    )
    then = late.clock.now()
    late.clock.advance(10 * MINUTE)
    late.do(Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by="Olive Brandt"))
    (case,) = cases_of(late.desk, her)
    assert [(one.decision, one.by, one.at, one.typed_by) for one in case.decisions] == [
        (Decision.WAIT, "Olive Brandt", late.at(23, 35), "Dawn Ellery"),
        (Decision.RECALL_ASKED, "Olive Brandt", late.clock.now(), "Priya Nair"),
    ]
    (line,) = read_board(late.desk, known_at=then).cases
    assert (line.case.decision, len(line.case.decisions)) == (Decision.WAIT, 1)


def test_a_new_absence_is_a_new_case_and_the_last_one_is_closed_first(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    late.do(ComeIn(resident=her))
    late.clock.advance(10 * MINUTE)
    late.do(GoOut(resident=her))
    late.clock.advance(HOUR)
    again = OpenCase(resident=her, due_back=late.clock.now())
    assert "still open" in str(late.refused("priya", again))
    late.do(CloseCase(resident=her, outcome="Back at 23:31.", reason="She went out again."))
    late.do(again)
    first, second = reversed(cases_of(late.desk, her))
    assert first.closed is not None
    assert second.closed is None
    assert second.steps == ()


def test_an_open_case_is_shown_as_it_was_known(late: House) -> None:
    her = late.women["Mary Ellis"]
    late.do(OpenCase(resident=her, due_back=late.at(23)))
    then = late.clock.now()
    late.clock.advance(HOUR)
    late.do(CaseStep(resident=her, kind=StepKind.CALLED_HER))
    late.do(ComeIn(resident=her))
    late.do(CloseCase(resident=her, outcome="Back.", reason="x"))
    (line,) = read_board(late.desk, known_at=then).cases
    assert (line.case.closed, line.case.returned, line.case.steps) == (None, None, ())
    assert line.next is not None
    assert line.next.kind is StepKind.CALLED_HER
    (before,) = read_board(late.desk, at=then).cases
    assert before.case.closed is None
