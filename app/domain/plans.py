"""What to do if she is not back: the contingency plan's seven answers and its contacts (DOMAIN.md 1.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.fields import Field, Kind

#: The seven answers, in the order in which the plan is read at the desk.
ANSWERS = (
    Field(
        "no_return",
        "If she is not back at curfew",
        Kind.MULTILINE,
        "Who to ring, in order, and what to say.",
        4000,
    ),
    Field(
        "out_of_hours",
        "Withdrawing the bed out of hours",
        Kind.MULTILINE,
        "Who decides, and where she would go.",
        4000,
    ),
    Field(
        "victims",
        "Victim considerations",
        Kind.MULTILINE,
        "Through the liaison officer, by way of her practitioner.",
        4000,
    ),
    Field(
        "unsuitable",
        "Addresses that are not suitable",
        Kind.MULTILINE,
        "Where she must not be sent or looked for.",
        4000,
    ),
    Field("suitable", "Addresses that are suitable", Kind.MULTILINE, "Where she may be, or could go.", 4000),
    Field(
        "breach",
        "For the out-of-hours decision",
        Kind.MULTILINE,
        "What the manager needs to know to decide.",
        4000,
    ),
    Field("anything_else", "Anything else", Kind.MULTILINE, "", 4000),
)

CONTACT_FIELDS = (
    Field("agency", "Agency", help="Police, practitioner, family, partner agency.", required=True),
    Field("name", "Name"),
    Field("phone", "Phone", limit=40),
    Field("role", "What they are for"),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone the plan says to ring, in the plan's order."""

    id: UUID
    version: int
    agency: str
    name: str | None
    phone: str | None
    role: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ContingencyPlan:
    """Her plan as it stands. `answers` maps each field of ANSWERS to its text, None where nobody answered."""

    id: UUID
    version: int
    answers: dict[str, str | None]
    contacts: tuple[Contact, ...]
    changed_at: datetime
    changed_by: str

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Labels of the answers that nobody has given."""
        return tuple(field.label for field in ANSWERS if not (self.answers.get(field.name) or "").strip())
