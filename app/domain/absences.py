"""Absence cases: she is late, then a case; its steps depend on the legal basis (DOMAIN.md 1.6, 7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.fields import Field, Kind
from app.domain.residents import LegalBasis
from app.domain.time import stamp, stamp_day


class StepKind(StrEnum):
    """What was done about her absence."""

    CALLED_HER = "called_her"
    CALLED_OTHER = "called_other"
    TOLD_MANAGER = "told_manager"
    TOLD_POLICE = "told_police"
    TOLD_COURT = "told_court"
    TOLD_OFFICER = "told_officer"
    TAG_RANG = "tag_rang"
    VICTIMS = "victims"
    TOLD_PRACTITIONER = "told_practitioner"
    LOOKED = "looked"
    OTHER = "other"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        """As it is said."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepKind.CALLED_HER: "Rang her",
    StepKind.CALLED_OTHER: "Rang a contact",
    StepKind.TOLD_MANAGER: "Told the on-call manager",
    StepKind.TOLD_POLICE: "Told the police",
    StepKind.TOLD_COURT: "Told the court",
    StepKind.TOLD_OFFICER: "Told the officer",
    StepKind.TAG_RANG: "The tag company rang",
    StepKind.VICTIMS: "Asked for the victim's liaison officer to be told",
    StepKind.TOLD_PRACTITIONER: "Told her practitioner",
    StepKind.LOOKED: "Looked for her",
    StepKind.OTHER: "Something else",
    StepKind.NOT_NEEDED: "Not needed",
}
#: What a worker may choose when she writes a step that no plan asks for. *Not needed* is said of a planned step alone.
WRITABLE = tuple(kind for kind in StepKind if kind is not StepKind.NOT_NEEDED)


class Decision(StrEnum):
    """What the manager decided. A worker writes it down; she does not decide it (DOMAIN.md 7)."""

    OPEN = "open"
    WAIT = "wait"
    RECALL_ASKED = "recall_asked"
    NO_RECALL = "no_recall"
    COURT_TOLD = "court_told"
    WARNING = "warning"
    NOTHING_MORE = "nothing_more"

    @property
    def label(self) -> str:
        """As it is said."""
        return _DECISION_LABELS[self]


_DECISION_LABELS = {
    Decision.OPEN: "not decided yet",
    Decision.WAIT: "wait, and look again",
    Decision.RECALL_ASKED: "recall asked for",
    Decision.NO_RECALL: "no recall",
    Decision.COURT_TOLD: "court or police told",
    Decision.WARNING: "warning",
    Decision.NOTHING_MORE: "nothing further",
}
#: A decision that a return does not leave standing by itself: the manager has to be rung again.
_UNSETTLED_BY_RETURN = frozenset({Decision.RECALL_ASKED})

#: On bail or an order there is no recall (DOMAIN.md 7).
DECISIONS: dict[LegalBasis, tuple[Decision, ...]] = {
    LegalBasis.LICENCE: (Decision.WAIT, Decision.RECALL_ASKED, Decision.NO_RECALL, Decision.WARNING),
    LegalBasis.PSS: (Decision.WAIT, Decision.COURT_TOLD, Decision.WARNING, Decision.NOTHING_MORE),
    LegalBasis.ORDER: (Decision.WAIT, Decision.COURT_TOLD, Decision.WARNING, Decision.NOTHING_MORE),
    LegalBasis.BAIL: (Decision.WAIT, Decision.COURT_TOLD, Decision.NOTHING_MORE),
}

STEP_FIELDS = (
    Field(
        "kind",
        "What was done",
        Kind.CHOICE,
        choices=tuple((kind.value, kind.label) for kind in WRITABLE),
        required=True,
    ),
    Field("who", "Who was told or rung", limit=200),
    Field("phone", "Number", limit=40),
    Field("result", "What came of it", Kind.MULTILINE, limit=4000),
    Field("reference", "Reference", help="For example the police log number.", limit=60),
)


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a case, as it was written. `at` is when it was done, up to `until` where that is *between* two times;
    `done_by` is who did it, `by` who typed it. Of a step that is not needed, `reference` is the planned step's key."""

    entry: UUID
    kind: StepKind
    at: datetime
    typed_at: datetime
    who: str | None
    phone: str | None
    result: str | None
    reference: str | None
    by: str
    done_by: str | None = None
    until: datetime | None = None
    precision: str = "exact"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: what, who decided it and when, who typed it and when. Later ones stand beside earlier ones."""

    decision: Decision
    by: str
    at: datetime
    typed_by: str
    typed_at: datetime


@dataclass(frozen=True, slots=True)
class AbsenceCase:
    """One absence. `decision` may still be open when she is back; `decisions` are all that were written, in order."""

    id: UUID
    version: int
    resident: UUID
    legal_basis: LegalBasis
    due_back: datetime
    first_noticed: datetime
    opened: datetime
    returned: datetime | None
    decision: Decision
    decided_by: str | None
    decided: datetime | None
    closed: datetime | None
    outcome: str | None
    steps: tuple[CaseStep, ...]
    decisions: tuple[Decided, ...] = ()
    opened_by: str = ""
    closed_by: str | None = None

    @property
    def decision_open(self) -> bool:
        """Whether the manager still has to decide. Recall that was asked for before she came back is open again: she is
        back, and only the manager can say what becomes of it (DOMAIN.md 7, "Absence")."""
        if self.decision in (Decision.OPEN, Decision.WAIT):
            return True
        unsettled = self.returned is not None and self.decided is not None and self.decided <= self.returned
        return unsettled and self.decision in _UNSETTLED_BY_RETURN


def decision_said(case: AbsenceCase, zone: ZoneInfo) -> str:
    """ "recall asked for 00:40 by Olive Brandt", or that nothing is decided yet."""
    if case.decision is Decision.OPEN or case.decided is None:
        return "nothing decided yet"
    return f"{case.decision.label} {stamp(case.decided, zone)} by {case.decided_by}"


def case_said(case: AbsenceCase, zone: ZoneInfo) -> str:
    """How the case stands, in one line: whether she is back, what is decided, and what that leaves to be done."""
    decided = decision_said(case, zone)
    if case.closed is not None:
        return f"closed {stamp_day(case.closed, zone)}: {case.outcome or 'no outcome written'}"
    if case.returned is None:
        return f"not back; was due {stamp(case.due_back, zone)}; {decided}"
    left = "decision open; ring the manager" if case.decision_open else "write what came of it, and close"
    return f"back {stamp(case.returned, zone)}; {decided}: {left}"
