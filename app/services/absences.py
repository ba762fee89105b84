"""Absence cases: opened when the grace is over, stepped through, decided by a manager, closed (DOMAIN.md 1.6, 7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.absences import DECISIONS, STEP_FIELDS, AbsenceCase, Decision, StepKind
from app.domain.presence import Presence
from app.domain.time import stamp_day
from app.domain.wording import PRESENCE
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.desk import Desk
from app.services.seen import Seen, moment_facts, placed_resident, readable_resident, seen_facts
from app.store.queries.absences import open_case, read_cases
from app.store.queries.history import presence_now
from app.store.queries.residents import placement_row
from app.store.tables.absences import absence_case, absence_step
from app.store.tables.movements import movement

_STEPS = {field.name: field for field in STEP_FIELDS}
#: From where she may not have come back. *Absent*: an earlier case was closed, and nothing says that she is back.
_AWAY = (Presence.OUT, Presence.LEAVE, Presence.HOSPITAL, Presence.ABSENT)


@dataclass(frozen=True, kw_only=True)
class OpenCase(Seen):
    """She is not back. `due_back` is when she was due; seen at is when it was first noticed."""

    resident: UUID
    due_back: datetime


@dataclass(frozen=True, kw_only=True)
class CaseStep(Seen):
    """One thing that was done about it, at its own time."""

    resident: UUID
    kind: StepKind
    who: str | None = None
    phone: str | None = None
    result: str | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decide:
    """What the manager decided, who decided it, and when. Whoever types it is written down beside it."""

    resident: UUID
    decision: Decision
    decided_by: str
    decided: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CloseCase:
    """The case is over: what came of it."""

    resident: UUID
    outcome: str


@act("open_case")
def open_a_case(context: Context, do: OpenCase) -> Ref:
    """Open a case. From now on she is *absent*, and that excuses what can't be seen (SLOTS.md). Opening it twice is no error."""
    ref = placed_resident(context, do.resident)
    case = open_case(context.connection, do.resident)
    if case is not None:
        return Ref(case.id, "Open already")
    presence = presence_now(context.connection, do.resident, context.now)
    if presence not in _AWAY:
        said = PRESENCE[presence] if presence else "not here"
        raise Refuse(
            f"{ref.name} is {said}, as the record has it. Write that she went out first.",
            fields=("resident",),
        )
    facts = moment_facts(context, do)
    if do.due_back > context.now:
        due = stamp_day(do.due_back, context.house.zone)
        raise Refuse(f"She is not due back until {due}.", fields=("due_back",))
    stay = placement_row(context.connection, do.resident)
    assert stay is not None, "she is placed"
    written = context.work.create(
        absence_case,
        resident_id=do.resident,
        legal_basis=stay["legal_basis"],
        due_back=do.due_back,
        first_noticed=facts["seen_at"],
        opened=context.now,
        decision=Decision.OPEN.value,
    )
    if presence is not Presence.ABSENT:
        context.work.enter(movement, resident_id=do.resident, kind="absent")
    return Ref(written.id, "Opened")


@act("case_step")
def case_step(context: Context, do: CaseStep) -> Ref:
    """Write a step."""
    case = _case(context, do.resident)
    texts = {
        name: words(getattr(do, name), _STEPS[name].label, _STEPS[name].limit, field=name)
        for name in ("who", "phone", "result", "reference")
    }
    written = context.work.enter(
        absence_step,
        **seen_facts(context, do),
        resident_id=do.resident,
        case_id=case.id,
        kind=do.kind.value,
        **texts,
    )
    return Ref(written.id, do.kind.label)


@act("decide")
def decide(context: Context, do: Decide) -> Ref:
    """Write down the decision. On bail or an order there is no recall to ask for."""
    readable_resident(context, do.resident)
    case = _case(context, do.resident)
    if do.decided is not None and do.decided > context.now:
        raise Refuse("That is in the future. Give the time when it was decided.", fields=("decided",))
    allowed = DECISIONS[case.legal_basis]
    if do.decision not in allowed:
        choices = ", ".join(decision.label for decision in allowed)
        raise Refuse(
            f"She is here on {case.legal_basis.label}: the decision is one of {choices}.",
            fields=("decision",),
        )
    context.work.change(
        absence_case,
        case.id,
        case.version,
        decision=do.decision.value,
        decided_by=words(do.decided_by, "Who decided", 200, needed=True, field="decided_by"),
        decided=do.decided or context.now,
    )
    return Ref(case.id, do.decision.label)


@act("close_case")
def close_case(context: Context, do: CloseCase) -> Ref:
    """Close the case with what came of it."""
    readable_resident(context, do.resident)
    case = _case(context, do.resident)
    outcome = words(do.outcome, "The outcome", 4000, needed=True, field="outcome")
    context.work.change(
        absence_case,
        case.id,
        case.version,
        closed=context.now,
        closed_by=context.actor.staff_id,
        outcome=outcome,
    )
    return Ref(case.id, "Closed")


def cases_of(desk: Desk, resident: UUID) -> tuple[AbsenceCase, ...]:
    """Her cases, the newest first; none where the reader may not see her record."""
    with desk.read() as connection:
        return read_cases(connection, desk.actor, desk.clock.now(), resident)


def _case(context: Context, resident: UUID) -> AbsenceCase:
    case = open_case(context.connection, resident)
    if case is None:
        raise Refuse("She has no open absence case.", fields=("resident",))
    return case
