"""Who she is, where she is placed, and how she has agreed to be checked (DOMAIN.md 1.1, 7)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.domain.fields import Field, Kind


class LegalBasis(StrEnum):
    """Why she lives here; the steps of an absence depend on it (DOMAIN.md 7)."""

    LICENCE = "licence"
    ORDER = "order"
    BAIL = "bail"
    PSS = "pss"

    @property
    def label(self) -> str:
        """As it is said; pss is post-sentence supervision."""
        return "post-sentence supervision" if self is LegalBasis.PSS else self.value


#: Her night agreement: how she is checked asleep, when she is woken, how, and by whom (DOMAIN.md 7).
AGREEMENT = (
    Field(
        "asleep",
        "When she is asleep",
        Kind.MULTILINE,
        "What to look for: breathing, colour, a change of position.",
        1000,
    ),
    Field("wake_when", "When she is woken", Kind.MULTILINE, "", 1000),
    Field("wake_how", "How she is woken", Kind.MULTILINE, "Voice, her name, light.", 1000),
    Field("by_whom", "By whom", help="For example: a woman, please.", limit=200),
)

#: The first fortnight after release or lost tolerance, when most overdoses happen (DOMAIN.md 4, 7).
WATCH_DAYS = 14


@dataclass(frozen=True, slots=True)
class NightAgreement:
    """Her own words on how she is checked. `answers` maps each field of AGREEMENT to its text."""

    id: UUID
    version: int
    answers: dict[str, str | None]
    agreed_on: date | None

    @property
    def summary(self) -> str:
        """The whole agreement in one line, for the round."""
        parts = [(self.answers.get(f.name) or "").strip().rstrip(".") for f in AGREEMENT[:3]]
        return ". ".join(part for part in parts if part) + ("." if any(parts) else "")


@dataclass(frozen=True, slots=True)
class Placement:
    """One stay. Departure is exclusive: she is placed in [arrived, departed)."""

    id: UUID
    version: int
    legal_basis: LegalBasis
    expected_arrival: datetime | None
    expected_departure: datetime | None
    arrived: datetime | None
    departed: datetime | None
    key_worker: str | None
    practitioner: str | None
    practitioner_phone: str | None


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A room as it is said: "11 Oak"."""

    id: UUID
    number: str
    name: str
    floor: int
    position: int

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}"


@dataclass(frozen=True, slots=True)
class ResidentRef:
    """Whom a line is about. To staff who are not listed, a restricted woman has no name: `hidden` is True and
    `name` reads "One woman, restricted"; room, presence, checks, evacuation needs and allergies are still hers.
    """

    id: UUID
    name: str
    preferred: str | None
    room: RoomRef | None
    restricted: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """Someone opened a restricted record with a reason, which is told to who may read the record."""

    at: datetime
    by: str
    who: ResidentRef
    reason: str | None


RESTRICTED_NAME = "One woman, restricted"


@dataclass(frozen=True, slots=True)
class Resident:
    """Who she is, as the reader may know her. In a hidden record all but the needs that keep her safe is None."""

    ref: ResidentRef
    version: int
    preferred_name: str | None
    pronouns: str | None
    born: date | None
    crn: str | None
    allergies: str | None
    evacuation: str | None
    alerts: str | None
    watch_from: datetime | None
    placement: Placement | None
    agreement: NightAgreement | None

    def age(self, today: date) -> int | None:
        """Whole years on that local date."""
        if self.born is None:
            return None
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))

    def watch_day(self, now: datetime) -> int | None:
        """The day of her first fortnight, from 1, or None outside it. It runs from release or lost tolerance, not from
        arrival (DOMAIN.md 7); a day is 24 hours elapsed."""
        if self.watch_from is None or now < self.watch_from:
            return None
        day = (now - self.watch_from).days + 1
        return day if day <= WATCH_DAYS else None
