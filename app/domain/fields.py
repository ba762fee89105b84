"""A field is declared once: forms, tables, labels on paper, redaction, search and the audit's wording read it here."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a field is typed and shown."""

    TEXT = "text"
    MULTILINE = "multiline"
    DATE = "date"
    TIME = "time"
    INSTANT = "instant"
    CHOICE = "choice"
    CHECK = "check"
    NUMBER = "number"


class Sensitivity(StrEnum):
    """Who may read a field: everyone on shift, her own team, or named people only (DOMAIN.md 2)."""

    SHIFT = "shift"
    TEAM = "team"
    NAMED = "named"


#: The longest text that any field takes. A note of 100,000 characters is kept whole; more is refused before it is typed.
TEXT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field. `limit` counts characters; `choices` are (stored word, label) pairs."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    help: str = ""
    limit: int = 200
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    sensitivity: Sensitivity = Sensitivity.SHIFT
    searched: bool = False

    def problem(self, value: str | None) -> str | None:
        """The sentence to show beside the field when `value` can't be kept, else None."""
        text = (value or "").strip()
        if self.required and not text:
            return f"{self.label} is needed."
        if len(text) > self.limit:
            return f"{self.label} is {len(text):,} characters; {self.limit:,} is the most. Shorten it."
        if "\x00" in text:
            return f"{self.label} has a character that can't be kept (NUL). Take it out."
        if self.choices and text and text not in {word for word, _ in self.choices}:
            return f"{self.label} must be one of: {', '.join(word for word, _ in self.choices)}."
        return None
