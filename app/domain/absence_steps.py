"""Her contingency plan as timed steps, by her legal basis (DOMAIN.md 1.6, 7).

Which steps there are follows from why she is here; whom to ring, from her plan and the house. A step is done when an
entry of the case says so, or not needed when one says why. Nobody's memory decides it, and no tag company's call is
evidence of where she is.

The times are the house's defaults, counted as elapsed time from when the case was opened (from her return for what her
return asks for). They are choices of this product and no policy.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from app.domain.absences import AbsenceCase, CaseStep, StepKind
from app.domain.plans import Contact, ContingencyPlan
from app.domain.residents import LegalBasis, ResidentRef
from app.domain.time import day_label, local_date, stamp

MINUTE = timedelta(minutes=1)
#: From the opening of the case to when each step is due.
PACE = {
    StepKind.CALLED_HER: 5 * MINUTE,
    StepKind.CALLED_OTHER: 15 * MINUTE,
    StepKind.TOLD_MANAGER: 30 * MINUTE,
    StepKind.TOLD_POLICE: 90 * MINUTE,
    StepKind.TOLD_COURT: 90 * MINUTE,
    StepKind.TOLD_OFFICER: 90 * MINUTE,
    StepKind.TAG_RANG: 90 * MINUTE,
}
DECISION_DUE = 60 * MINUTE
#: From her return to when those who were told that she was gone are told that she is back, and to the decision.
MANAGER_TOLD_BACK, OTHERS_TOLD_BACK, DECISION_AFTER = 5 * MINUTE, 15 * MINUTE, 30 * MINUTE
#: The key of the step at which the manager's decision is written.
DECISION = "decision"
_BACK = "back_"
_CALLS = frozenset({StepKind.CALLED_HER, StepKind.CALLED_OTHER})
_AUTHORITIES = (StepKind.TOLD_POLICE, StepKind.TOLD_COURT, StepKind.TOLD_OFFICER)
#: Told by the next working day: they outlive the case, and stay to be done after it is closed.
OUTLIVES = frozenset({StepKind.VICTIMS, StepKind.TOLD_PRACTITIONER})
#: By which of its words a contact of the plan is known to be more than somebody who may know where she is.
_KNOWN_BY: tuple[tuple[StepKind, tuple[str, ...]], ...] = (
    (StepKind.TAG_RANG, ("tag", "electronic monitoring", "ems")),
    (StepKind.TOLD_COURT, ("court",)),
    (StepKind.TOLD_OFFICER, ("officer", "oic")),
    (StepKind.TOLD_POLICE, ("police",)),
    (StepKind.TOLD_PRACTITIONER, ("practitioner", "probation", "pp")),
    (StepKind.TOLD_MANAGER, ("manager", "on call", "on-call", "out of hours")),
    (StepKind.CALLED_HER, ("her", "herself", "mobile", "her mobile", "her phone", "her own phone")),
)


class StepState(Enum):
    """What became of a planned step."""

    TO_DO = "to do"
    DONE = "done"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of the plan. `kind` None is the manager's decision. `must` keeps the case from being closed without a
    word; `done` is the entry that did it, or said that it was not needed; `why` is the reason for the latter."""

    key: str
    kind: StepKind | None
    what: str
    who: str | None
    phone: str | None
    due: datetime
    must: bool = True
    state: StepState = StepState.TO_DO
    done: CaseStep | None = None
    why: str | None = None

    @property
    def to_do(self) -> bool:
        """Whether it still waits."""
        return self.state is StepState.TO_DO

    @property
    def outlives(self) -> bool:
        """Whether it stays to be done after the case is closed."""
        return self.kind in OUTLIVES


@dataclass(frozen=True, slots=True)
class Around:
    """What the steps take from beside the case: the on-call number, her practitioner, and by when to tell them."""

    on_call: str
    practitioner: str | None
    practitioner_phone: str | None
    told_by: datetime


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that needs somebody, as Next shows it: `next` is what to do, the `number`-th `of` its steps. A closed case
    is here while its practitioner is still to be told."""

    case: AbsenceCase
    who: ResidentRef
    next: PlannedStep | None
    number: int
    of: int

    @property
    def due(self) -> datetime:
        """When it needs somebody: by its next step, or since she came back."""
        if self.next is not None:
            return self.next.due
        return self.case.returned or self.case.opened


def steps_for(case: AbsenceCase, plan: ContingencyPlan | None, around: Around) -> tuple[PlannedStep, ...]:
    """The steps of a case in the order in which they are taken, each with what became of it. Pure."""
    return tuple(_resolved(step, case) for step in _planned(case, _sorted_contacts(plan), around))


def next_step(steps: Iterable[PlannedStep]) -> PlannedStep | None:
    """The first step that waits, in order of when it is due; one that nothing depends on never stands in front."""
    return min((step for step in steps if step.to_do and step.must), key=lambda step: step.due, default=None)


def undone(steps: Iterable[PlannedStep]) -> tuple[PlannedStep, ...]:
    """What must be done, or said not to be needed, before a case is closed without a further word."""
    return tuple(step for step in steps if step.to_do and step.must and not step.outlives)


def line_of(case: AbsenceCase, who: ResidentRef, steps: tuple[PlannedStep, ...]) -> CaseLine | None:
    """The case as Next shows it; None when nobody has to do anything about it any more."""
    if case.closed is not None:
        steps = tuple(step for step in steps if step.outlives)
    following = next_step(steps)
    if case.closed is not None and following is None:
        return None
    counted = [step for step in steps if step.must or not step.to_do]
    number = counted.index(following) + 1 if following is not None else len(counted)
    return CaseLine(case, who, following, number, len(counted))


def due_by(step: PlannedStep, now: datetime, zone: ZoneInfo) -> str:
    """ "by 23:45"; with its day where that is not today's night."""
    near = abs(step.due - now) < timedelta(hours=12)
    day = "" if near else f"{day_label(local_date(step.due, zone))} "
    return f"by {day}{stamp(step.due, zone)}"


# What is planned


def contact_kind(contact: Contact) -> StepKind:
    """Which step a contact of the plan belongs to: the police, a court, her practitioner, her own phone; or somebody who
    may know where she is."""
    said = " ".join(f"{contact.agency} {contact.role or ''}".casefold().replace("-", " ").split())
    words = said.split()
    for kind, known in _KNOWN_BY:
        if kind is StepKind.CALLED_HER:
            if " ".join(contact.agency.casefold().split()) in known:
                return kind
        elif any(word in words if len(word) <= 3 else word in said for word in known):
            return kind
    return StepKind.CALLED_OTHER


def _sorted_contacts(plan: ContingencyPlan | None) -> dict[StepKind, list[Contact]]:
    found: dict[StepKind, list[Contact]] = {}
    for contact in plan.contacts if plan else ():
        found.setdefault(contact_kind(contact), []).append(contact)
    return found


def _planned(
    case: AbsenceCase, contacts: dict[StepKind, list[Contact]], around: Around
) -> Iterable[PlannedStep]:
    def step(kind: StepKind, what: str, contact: Contact | None = None, must: bool = True) -> PlannedStep:
        named = contact or next(iter(contacts.get(kind, ())), None)
        who = " · ".join(part for part in (named.agency, named.name) if part) if named else None
        return PlannedStep(
            kind.value,
            kind,
            what,
            who,
            named.phone if named else None,
            case.opened + PACE[kind],
            must,
        )

    yield step(StepKind.CALLED_HER, "Ring her")
    for contact in contacts.get(StepKind.CALLED_OTHER, ()):
        ring = step(StepKind.CALLED_OTHER, f"Ring {contact.name or contact.agency}", contact)
        yield replace(ring, key=f"{StepKind.CALLED_OTHER.value} {contact.id.hex}")
    manager = step(StepKind.TOLD_MANAGER, "Tell the on-call manager")
    manager = replace(
        manager,
        who=manager.who or "On-call manager",
        phone=manager.phone or around.on_call or None,
    )
    yield manager
    yield PlannedStep(
        DECISION,
        None,
        "Write what the manager decided",
        "The manager decides; you write it down",
        None,
        _decision_due(case),
    )
    yield from _authorities(case, contacts, step)
    if case.legal_basis in (LegalBasis.BAIL, LegalBasis.ORDER):
        yield step(
            StepKind.TAG_RANG,
            "If the tag company rings: write down the call. It does not say that she was seen",
            must=False,
        )
    yield from _after_return(case, manager)
    practitioner = next(iter(contacts.get(StepKind.TOLD_PRACTITIONER, ())), None)
    who = around.practitioner or (practitioner and (practitioner.name or practitioner.agency)) or None
    phone = around.practitioner_phone or (practitioner and practitioner.phone) or None
    for kind, what in (
        (StepKind.VICTIMS, "Victim considerations: ask her practitioner to tell the liaison officer"),
        (StepKind.TOLD_PRACTITIONER, "Tell her practitioner"),
    ):
        yield PlannedStep(kind.value, kind, what, who or "Her practitioner", phone, around.told_by)


def _authorities(
    case: AbsenceCase, contacts: dict[StepKind, list[Contact]], step: Callable[..., PlannedStep]
) -> Iterable[PlannedStep]:
    """On licence the police; otherwise whom her plan names, and where it names nobody, the manager is asked."""
    said = {
        StepKind.TOLD_POLICE: "Tell the police, and write their reference",
        StepKind.TOLD_COURT: "Tell the court",
        StepKind.TOLD_OFFICER: "Tell the officer",
    }
    if case.legal_basis is LegalBasis.LICENCE:
        yield step(StepKind.TOLD_POLICE, said[StepKind.TOLD_POLICE])
        return
    named = [kind for kind in _AUTHORITIES if kind in contacts]
    for kind in named:
        yield step(kind, said[kind])
    if not named:
        yield step(StepKind.TOLD_POLICE, "Her plan names nobody to tell: ask the manager, and tell them")


def _after_return(case: AbsenceCase, manager: PlannedStep) -> Iterable[PlannedStep]:
    """She is back: whoever was told that she was gone is told."""
    if case.returned is None:
        return
    yield replace(
        manager,
        key=_BACK + manager.key,
        what="Tell the manager that she is back",
        due=case.returned + MANAGER_TOLD_BACK,
    )
    said = {
        StepKind.TOLD_POLICE: "the police",
        StepKind.TOLD_COURT: "the court",
        StepKind.TOLD_OFFICER: "the officer",
    }
    for kind in _AUTHORITIES:
        told = [step for step in case.steps if step.kind is kind and step.at < case.returned]
        if told:
            yield PlannedStep(
                _BACK + kind.value,
                kind,
                f"Tell {said[kind]} that she is back",
                told[-1].who,
                told[-1].phone,
                case.returned + OTHERS_TOLD_BACK,
            )


def _decision_due(case: AbsenceCase) -> datetime:
    due = case.opened + DECISION_DUE
    if case.returned is not None and case.decision_open:
        return (
            max(due, case.returned + DECISION_AFTER)
            if case.decided is None
            else case.returned + DECISION_AFTER
        )
    return due


# What became of it


def _resolved(step: PlannedStep, case: AbsenceCase) -> PlannedStep:
    excused = [it for it in case.steps if it.kind is StepKind.NOT_NEEDED and it.reference == step.key]
    if step.kind is None:
        if not case.decision_open:
            return _as(step, StepState.DONE)
    elif (done := _done(step, case)) is not None:
        return _as(step, StepState.DONE, done)
    if excused:
        return _as(step, StepState.NOT_NEEDED, excused[-1], excused[-1].result)
    if case.returned is not None and not step.key.startswith(_BACK):
        if step.kind in _CALLS:
            return _as(step, StepState.NOT_NEEDED, why="she is back")
        if step.kind is StepKind.TOLD_POLICE and case.legal_basis is LegalBasis.LICENCE:
            return _as(step, StepState.NOT_NEEDED, why="she was back before they were told")
        if step.kind is StepKind.TOLD_MANAGER:
            return _as(step, StepState.NOT_NEEDED, why="she is back: tell the manager that")
    return step


def _done(step: PlannedStep, case: AbsenceCase) -> CaseStep | None:
    entries = [it for it in case.steps if it.kind is step.kind]
    if step.key.startswith(_BACK):
        entries = [it for it in entries if case.returned is not None and it.at >= case.returned]
    elif step.kind in (StepKind.TOLD_MANAGER, StepKind.TOLD_POLICE) and case.returned is not None:
        entries = [it for it in entries if it.at < case.returned]
    if step.kind is StepKind.CALLED_OTHER:
        entries = [it for it in entries if _same_person(step, it)]
    return entries[-1] if entries else None


def _same_person(step: PlannedStep, entry: CaseStep) -> bool:
    """By the number that was rung, else by the name."""
    if step.phone and entry.phone:
        return _digits(step.phone) == _digits(entry.phone)
    told, wanted = (entry.who or "").casefold(), (step.who or "").casefold()
    return bool(told) and any(part in told for part in wanted.split(" · ") if part)


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())


def _as(
    step: PlannedStep, state: StepState, done: CaseStep | None = None, why: str | None = None
) -> PlannedStep:
    return replace(step, state=state, done=done, why=why)
