"""What waits for the person at the screen, beside what is due for the women: sightings that she is to confirm, a handover
that nobody has taken over, questions on it, actions of hers, arrivals and departures that are planned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.handovers import Expected, OpenAction
from app.domain.residents import ResidentRef

#: How far back a sighting is still asked to be confirmed. An older one stays unconfirmed, and is marked so on her page.
CONFIRMED_WITHIN = timedelta(days=14)
#: How far ahead an action that is due, or a planned arrival, is put before her: until her shift is over.
AHEAD = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A colleague typed that the reader saw her; only the reader can say that it was so (DOMAIN.md 7)."""

    entry: UUID
    who: ResidentRef
    seen_at: datetime
    typed_by: str


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """The last handover: whether the reader is to take it over, or to mark that she has read it, and how many questions on
    it have no answer. It is `overdue` once the shift that it is of has ended with nobody having taken over."""

    number: int
    offered: datetime
    offered_by: str
    to_take: bool
    to_read: bool
    unanswered: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the reader. `names` is whom her actions are about."""

    confirm: tuple[ToConfirm, ...] = ()
    sheet: OpenSheet | None = None
    actions: tuple[OpenAction, ...] = ()
    expected: tuple[Expected, ...] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)
