"""The pack of an absence, for the police and the on-call manager: what the record holds of her, and nothing more.

Victim considerations are not in it: they go to the liaison officer by way of her practitioner (DOMAIN.md 7).
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.absence_steps import PlannedStep, StepState
from app.domain.absences import AbsenceCase, CaseStep, StepKind, case_said
from app.domain.board import LastSeen
from app.domain.house import House, Settings
from app.domain.plans import ANSWERS, ContingencyPlan
from app.domain.residents import Resident
from app.domain.time import Span, stamp
from app.domain.wording import HOW

#: The plan's answers that whoever looks for her needs, in their order.
ANSWERS_GIVEN = ("suitable", "unsuitable", "breach", "out_of_hours")


@dataclass(frozen=True, slots=True)
class PackStep:
    """One step as it is printed. `state` is the word of StepState; the hands are None while it waits."""

    what: str
    whom: str
    due: datetime
    state: str
    at: datetime | None
    done_by: str | None
    typed_by: str | None
    said: str


@dataclass(frozen=True, slots=True)
class PackDecision:
    """One decision as it is printed: who decided and who typed it are two."""

    what: str
    at: datetime
    by: str
    typed_by: str
    typed_at: datetime


@dataclass(frozen=True, slots=True)
class CasePack:
    """Everything that the pack prints, as it stood at `made_at`. None where the record has nothing."""

    house: str
    marking: str
    training: bool
    zone: str
    address: str
    made_at: datetime
    made_by: str
    name: str
    preferred: str | None
    pronouns: str | None
    born: date | None
    crn: str | None
    allergies: str | None
    alerts: str | None
    legal_basis: str
    curfew: Span | None
    practitioner: str | None
    practitioner_phone: str | None
    on_call: str
    due_back: datetime
    first_noticed: datetime
    opened: datetime
    opened_by: str
    stands: str
    last_seen: LastSeen | None
    last_seen_said: str
    steps: tuple[PackStep, ...]
    decisions: tuple[PackDecision, ...]
    contacts: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]


def pack_steps(case: AbsenceCase, steps: tuple[PlannedStep, ...]) -> tuple[PackStep, ...]:
    """The planned steps, and after them whatever else was written, in the order in which it was done."""
    used = {step.done.entry for step in steps if step.done is not None}
    planned = [
        PackStep(
            step.what,
            " · ".join(part for part in (step.who, step.phone) if part),
            step.due,
            step.state.value,
            step.done.at if step.done else None,
            step.done.done_by if step.done else None,
            step.done.by if step.done else None,
            step.why or (_said(step.done) if step.done else ""),
        )
        for step in steps
    ]
    others = [
        PackStep(
            entry.kind.label,
            " · ".join(part for part in (entry.who, entry.phone) if part),
            entry.at,
            StepState.DONE.value,
            entry.at,
            entry.done_by,
            entry.by,
            _said(entry),
        )
        for entry in case.steps
        if entry.entry not in used and entry.kind is not StepKind.NOT_NEEDED
    ]
    return (*planned, *others)


def _said(entry: CaseStep) -> str:
    return " · ".join(
        part for part in (entry.result, entry.reference and f"reference {entry.reference}") if part
    )


def make_pack(
    house: House,
    settings: Settings,
    her: Resident,
    case: AbsenceCase,
    steps: tuple[PlannedStep, ...],
    plan: ContingencyPlan | None,
    sight: tuple[Span | None, LastSeen | None],
    made: tuple[datetime, str],
) -> CasePack:
    """The pack from what was read; `sight` is the curfew that she was due for and her last sighting, `made` when and by
    whom it is made. Pure: the same record, the same pack."""
    curfew, last_seen = sight
    labels = {field.name: field.label for field in ANSWERS}
    answers = plan.answers if plan else {}
    stay = her.placement
    seen = HOW[last_seen.how] if last_seen else ""
    return CasePack(
        house=house.name,
        marking=house.marking,
        training=house.training,
        zone=str(house.zone),
        address=settings.address,
        made_at=made[0],
        made_by=made[1],
        name=her.ref.name,
        preferred=her.preferred_name,
        pronouns=her.pronouns,
        born=her.born,
        crn=her.crn,
        allergies=her.allergies,
        alerts=her.alerts,
        legal_basis=case.legal_basis.label,
        curfew=curfew,
        practitioner=stay.practitioner if stay else None,
        practitioner_phone=stay.practitioner_phone if stay else None,
        on_call=settings.on_call,
        due_back=case.due_back,
        first_noticed=case.first_noticed,
        opened=case.opened,
        opened_by=case.opened_by,
        stands=case_said(case, house.zone),
        last_seen=last_seen,
        last_seen_said=(
            f"{seen}, {stamp(last_seen.seen_at, house.zone)}, by {last_seen.seen_by or 'somebody'}"
            if last_seen
            else "no sighting is written"
        ),
        steps=pack_steps(case, steps),
        decisions=tuple(
            PackDecision(it.decision.label, it.at, it.by, it.typed_by, it.typed_at) for it in case.decisions
        ),
        contacts=tuple(
            (" · ".join(part for part in (it.agency, it.name, it.role) if part), it.phone or "no number")
            for it in (plan.contacts if plan else ())
        ),
        answers=tuple(
            (labels[name], text) for name in ANSWERS_GIVEN if (text := (answers.get(name) or "").strip())
        ),
    )
