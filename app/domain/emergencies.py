"""Emergencies: the moment first, the words later (DOMAIN.md 1.13, 7 "Emergency").

One is open at a time. Its times are entries, each with its own moment, exact or about; what it made late has one reason,
stored once with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.residents import ResidentRef
from app.domain.sightings import Precision

#: When another dose may be due after the last: guidance of the kit's leaflet, not national policy (DOMAIN.md: PC).
NEXT_DOSE = (timedelta(minutes=2), timedelta(minutes=3))


class EmergencyKind(StrEnum):
    """What kind of emergency it is, as far as anybody has said."""

    OVERDOSE = "overdose"
    SELF_HARM = "self_harm"
    COLLAPSE = "collapse"
    INJURY = "injury"
    VIOLENCE = "violence"
    FIRE = "fire"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As it is said."""
        return _KINDS[self]


_KINDS = {
    EmergencyKind.OVERDOSE: "Overdose, or it may be one",
    EmergencyKind.SELF_HARM: "Self-harm",
    EmergencyKind.COLLAPSE: "Collapse or illness",
    EmergencyKind.INJURY: "Injury",
    EmergencyKind.VIOLENCE: "Violence or threat",
    EmergencyKind.FIRE: "Fire",
    EmergencyKind.OTHER: "Something else",
}


class StepKind(StrEnum):
    """What happened in it, each with its own moment."""

    CALLED_999 = "called_999"
    NALOXONE = "naloxone"
    CPR = "cpr"
    FIRST_AID = "first_aid"
    AMBULANCE_HERE = "ambulance_here"
    AMBULANCE_LEFT = "ambulance_left"
    POLICE_CALLED = "police_called"
    POLICE_HERE = "police_here"
    POLICE_LEFT = "police_left"
    TOLD_MANAGER = "told_manager"
    TOLD_KIN = "told_kin"
    TOLD_PRACTITIONER = "told_practitioner"
    WENT_WITH = "went_with"
    TO_HOSPITAL = "to_hospital"
    ACTION = "action"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As it is said."""
        return _STEPS[self]


_STEPS = {
    StepKind.CALLED_999: "999 called",
    StepKind.NALOXONE: "Naloxone given",
    StepKind.CPR: "CPR begun",
    StepKind.FIRST_AID: "First aid given",
    StepKind.AMBULANCE_HERE: "Ambulance here",
    StepKind.AMBULANCE_LEFT: "Ambulance left",
    StepKind.POLICE_CALLED: "Police called",
    StepKind.POLICE_HERE: "Police here",
    StepKind.POLICE_LEFT: "Police left",
    StepKind.TOLD_MANAGER: "On-call manager told",
    StepKind.TOLD_KIN: "Next of kin told, through the manager",
    StepKind.TOLD_PRACTITIONER: "Her practitioner told",
    StepKind.WENT_WITH: "One of us went with her",
    StepKind.TO_HOSPITAL: "She went to hospital",
    StepKind.ACTION: "An action taken on",
    StepKind.OTHER: "Something else",
}

#: Steps that the shared handover sheet may tell of: services that came and went, nothing of her health.
ON_THE_SHEET = (
    StepKind.CALLED_999,
    StepKind.AMBULANCE_HERE,
    StepKind.AMBULANCE_LEFT,
    StepKind.POLICE_CALLED,
    StepKind.POLICE_HERE,
    StepKind.POLICE_LEFT,
    StepKind.TOLD_MANAGER,
)


class FollowUp(StrEnum):
    """What an emergency leaves to be done (DOMAIN.md 7): stock, repairs, people to tell, support."""

    NALOXONE = "naloxone"
    REPAIR = "repair"
    PRACTITIONER = "practitioner"
    KIN = "kin"
    SUPPORT_STAFF = "support_staff"
    SUPPORT_RESIDENTS = "support_residents"
    INCIDENT_FORM = "incident_form"
    CAMERAS = "cameras"

    @property
    def label(self) -> str:
        """What is to be done."""
        return _FOLLOW_UPS[self][0]

    @property
    def within(self) -> timedelta:
        """When it is due, from the end of the emergency: a suggestion that can be changed."""
        return timedelta(hours=_FOLLOW_UPS[self][1])

    @property
    def about_her(self) -> bool:
        """Whether it belongs to the woman's own record."""
        return self in (FollowUp.PRACTITIONER, FollowUp.KIN)


_FOLLOW_UPS = {
    FollowUp.NALOXONE: ("Restock the naloxone kit", 12),
    FollowUp.REPAIR: ("Repair or make safe what was damaged", 24),
    FollowUp.PRACTITIONER: ("Tell her practitioner", 12),
    FollowUp.KIN: ("Ask the manager whether next of kin are told", 4),
    FollowUp.SUPPORT_STAFF: ("Support for the staff who were there", 24),
    FollowUp.SUPPORT_RESIDENTS: ("Support for the residents who saw or heard it", 12),
    FollowUp.INCIDENT_FORM: ("Fill in the incident form", 24),
    FollowUp.CAMERAS: ("Keep the body-worn and camera recordings", 12),
}


@dataclass(frozen=True, slots=True)
class EmergencyRef:
    """The emergency that is open, as the board says it. `who` is the woman's name as far as the reader may know it."""

    id: UUID
    started: datetime
    who: str | None
    kind: str | None

    def explains(self, deadline: datetime) -> bool:
        """Whether a check with this deadline runs late by it: its one reason will do, so nobody is asked while it is on."""
        return self.started <= deadline


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. Typed words are None where the reader may not open the woman's record."""

    entry: UUID
    kind: StepKind
    at: datetime
    precision: Precision
    typed_at: datetime
    typed_by: str
    who: str | None
    amount: str | None
    result: str | None
    reference: str | None
    action: UUID | None

    @property
    def words(self) -> str:
        """Whom, how much, what came of it, in one line."""
        parts = (self.who, self.amount, self.result, self.reference and f"reference {self.reference}")
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency with its steps in the order of their moments. `ended` is exclusive: it was on in [started, ended)."""

    id: UUID
    version: int
    kind: EmergencyKind | None
    who: ResidentRef | None
    place: str | None
    started: datetime
    started_by: str
    ended: datetime | None
    ended_by: str | None
    late_reason: str | None
    summary: str | None
    mistake: bool
    steps: tuple[Step, ...]

    def of(self, kind: StepKind) -> tuple[Step, ...]:
        """The steps of one kind, the earliest first."""
        return tuple(step for step in self.steps if step.kind is kind)

    @property
    def last_dose(self) -> Step | None:
        """The last dose of naloxone."""
        doses = self.of(StepKind.NALOXONE)
        return doses[-1] if doses else None

    def accepted(self, what: FollowUp) -> bool:
        """Whether somebody has taken this on already."""
        return any(step.reference == what.value for step in self.of(StepKind.ACTION))


@dataclass(frozen=True, slots=True)
class Cause:
    """Why checks ran late in [start, end): the reason that was given once for all of them."""

    start: datetime
    end: datetime | None
    why: str

    def covers(self, deadline: datetime) -> bool:
        """Whether it was on when this deadline passed."""
        return self.start <= deadline and (self.end is None or deadline < self.end)


def why_late(own: str | None, deadline: datetime, causes: Iterable[Cause]) -> str | None:
    """Why a check was late or missed: what was written with it, else what was said once for the emergency that was on
    when its deadline passed; None where nobody wrote why."""
    return own or next((cause.why for cause in causes if cause.covers(deadline)), None)


def next_dose(last: datetime) -> tuple[datetime, datetime]:
    """From when to when another dose may be due, as information (the kit's leaflet says more)."""
    return last + NEXT_DOSE[0], last + NEXT_DOSE[1]
