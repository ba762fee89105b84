"""Absence cases: she is late, then a case; its steps depend on the legal basis (DOMAIN.md 1.6, 7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.fields import Field, Kind
from app.domain.residents import LegalBasis


class StepKind(StrEnum):
    """What was done about her absence."""

    CALLED_HER = "called_her"
    CALLED_OTHER = "called_other"
    TOLD_MANAGER = "told_manager"
    TOLD_POLICE = "told_police"
    TOLD_PRACTITIONER = "told_practitioner"
    LOOKED = "looked"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As it is said."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepKind.CALLED_HER: "Rang her",
    StepKind.CALLED_OTHER: "Rang a contact",
    StepKind.TOLD_MANAGER: "Told the on-call manager",
    StepKind.TOLD_POLICE: "Told the police",
    StepKind.TOLD_PRACTITIONER: "Told her practitioner",
    StepKind.LOOKED: "Looked for her",
    StepKind.OTHER: "Something else",
}


class Decision(StrEnum):
    """What the manager decided. A worker writes it down; she does not decide it (DOMAIN.md 7)."""

    OPEN = "open"
    WAIT = "wait"
    RECALL_ASKED = "recall_asked"
    NO_RECALL = "no_recall"
    COURT_TOLD = "court_told"
    WARNING = "warning"

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
}

#: On bail or an order there is no recall (DOMAIN.md 7).
DECISIONS: dict[LegalBasis, tuple[Decision, ...]] = {
    LegalBasis.LICENCE: (Decision.WAIT, Decision.RECALL_ASKED, Decision.NO_RECALL, Decision.WARNING),
    LegalBasis.PSS: (Decision.WAIT, Decision.COURT_TOLD, Decision.WARNING),
    LegalBasis.ORDER: (Decision.WAIT, Decision.COURT_TOLD, Decision.WARNING),
    LegalBasis.BAIL: (Decision.WAIT, Decision.COURT_TOLD),
}

STEP_FIELDS = (
    Field(
        "kind",
        "What was done",
        Kind.CHOICE,
        choices=tuple((k.value, k.label) for k in StepKind),
        required=True,
    ),
    Field("who", "Who was told or rung", limit=200),
    Field("phone", "Number", limit=40),
    Field("result", "What came of it", Kind.MULTILINE, limit=4000),
    Field("reference", "Reference", help="For example the police log number.", limit=60),
)


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a case, as it was written."""

    entry: UUID
    kind: StepKind
    at: datetime
    typed_at: datetime
    who: str | None
    phone: str | None
    result: str | None
    reference: str | None
    by: str


@dataclass(frozen=True, slots=True)
class AbsenceCase:
    """One absence. `decision` may still be open when she is back."""

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
