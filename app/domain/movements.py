"""Where she is, as the board says it."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.presence import Presence


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Her presence, since when, and what was said when she left."""

    presence: Presence
    since: datetime | None
    place: str | None
    expected_back: datetime | None
