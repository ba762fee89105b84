"""Absence cases: opened when the grace is over, stepped through, decided by a manager, closed (DOMAIN.md 1.6, 7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.absence_steps import DECISION, PlannedStep, undone
from app.domain.absences import DECISIONS, STEP_FIELDS, WRITABLE, AbsenceCase, Decision, StepKind
from app.domain.presence import Presence
from app.domain.time import stamp, stamp_day
from app.domain.wording import PRESENCE
from app.services.absence_steps import plan_steps
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.desk import Desk
from app.services.seen import (
    Seen,
    known_resident,
    moment_facts,
    placed_resident,
    readable_resident,
    seen_facts,
)
from app.services.working_days import next_working_day_ends
from app.store.queries.absences import (
    TELL_PRACTITIONER,
    last_case,
    open_case,
    practitioner_action,
    read_cases,
)
from app.store.queries.history import presence_now
from app.store.queries.residents import placement_row
from app.store.tables.absences import absence_case, absence_step
from app.store.tables.movements import movement
from app.store.tables.notes import action

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
class NotNeeded(Seen):
    """A planned step of hers that is not needed, and why. `step` is its key."""

    resident: UUID
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Decide:
    """What the manager decided, who decided it, and when. Whoever types it is written down beside it."""

    resident: UUID
    decision: Decision
    decided_by: str
    decided: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CloseCase:
    """The case is over: what came of it. `reason` is needed where steps that must be done stand undone."""

    resident: UUID
    outcome: str
    reason: str | None = None


@act("open_case")
def open_a_case(context: Context, do: OpenCase) -> Ref:
    """Open a case. From now on she is *absent*, and that excuses what can't be seen (SLOTS.md). Opening it twice is no error."""
    ref = placed_resident(context, do.resident)
    case = open_case(context.connection, do.resident)
    if case is not None and case.returned is None:
        return Ref(case.id, "Open already")
    if case is not None:
        back = stamp_day(case.returned or case.opened, context.house.zone)
        raise Refuse(
            f"Her last case is still open: she was back at {back}. Close it, with a reason where something in it was "
            "not done; this absence is a case of its own.",
            fields=("resident",),
        )
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
    due = stamp(do.due_back, context.house.zone)
    context.work.create(
        action,
        resident_id=do.resident,
        text=f"{TELL_PRACTITIONER} that she was not back at {due}, and of what follows for the liaison officer",
        due=next_working_day_ends(context.now, context.house.zone),
        opened=context.now,
        opened_by=context.actor.staff_id,
    )
    return Ref(written.id, "Opened")


@act("case_step")
def case_step(context: Context, do: CaseStep) -> Ref:
    """Write a step. What is told by the next working day may be written after the case is closed."""
    if do.kind not in WRITABLE:
        raise Refuse("Say which step is not needed, and why.", fields=("kind",))
    case = _case(context, do.resident, closed_too=do.kind)
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
    _finish_action(context, case)
    return Ref(written.id, do.kind.label)


@act("not_needed")
def not_needed(context: Context, do: NotNeeded) -> Ref:
    """Write that a planned step is not needed, with the reason. The manager's decision always is."""
    case = _case(context, do.resident, closed_too=do.step)
    step = next((one for one in plan_steps(context, case) if one.key == do.step), None)
    if step is None:
        raise Refuse("Her plan asks for no such step.", fields=("step",))
    if step.key == DECISION:
        raise Refuse("The manager decides: ring, and write what was decided.", fields=("step",))
    if not step.to_do:
        return Ref(case.id, f"{step.what}: {step.state.value} already")
    reason = words(do.reason, "The reason", 4000, needed=True, field="reason")
    entry = _not_needed(context, case, step, reason or "", do)
    _finish_action(context, case)
    return Ref(entry, "Not needed")


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
    """Close the case with what came of it. What must be done and was not needs a reason, which is written on each such
    step; her practitioner is told all the same."""
    readable_resident(context, do.resident)
    case = _case(context, do.resident)
    outcome = words(do.outcome, "The outcome", 4000, needed=True, field="outcome")
    reason = words(do.reason, "The reason", 4000, field="reason")
    left = undone(plan_steps(context, case))
    if left and reason is None:
        what = "; ".join(step.what for step in left)
        raise Refuse(
            f"Not done yet: {what}. Do it, or write why the case is closed without.", fields=("reason",)
        )
    for step in left:
        _not_needed(context, case, step, f"closed without: {reason}")
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


def _not_needed(
    context: Context, case: AbsenceCase, step: PlannedStep, reason: str, do: Seen | None = None
) -> UUID:
    return context.work.enter(
        absence_step,
        **(seen_facts(context, do) if do is not None else {}),
        resident_id=case.resident,
        case_id=case.id,
        kind=StepKind.NOT_NEEDED.value,
        who=step.what,
        result=reason,
        reference=step.key,
    ).id


def _finish_action(context: Context, case: AbsenceCase) -> None:
    """The action that the case left for the next working day is done with its last step."""
    fresh = last_case(context.connection, case.resident)
    if fresh is None or any(step.outlives and step.to_do for step in plan_steps(context, fresh)):
        return
    row = practitioner_action(context.connection, fresh)
    if row is not None and row.done is None:
        finished = {"done": context.now, "done_by": context.actor.staff_id}
        context.work.change(action, row.id, row.version, **finished, outcome="Told: see her absence case.")


def _case(context: Context, resident: UUID, closed_too: str | None = None) -> AbsenceCase:
    """Her open case; or the last one for a step of this kind, where it still waits for that. A woman who has left since
    may be written about too."""
    known_resident(context, resident)
    case = open_case(context.connection, resident)
    if case is not None:
        return case
    last = last_case(context.connection, resident) if closed_too else None
    if last is not None and any(
        step.outlives and step.to_do and step.key == closed_too for step in plan_steps(context, last)
    ):
        return last
    raise Refuse("She has no open absence case.", fields=("resident",))
