"""Her timeline: everything that was written about her, newest first, with what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One entry. `kind` is the table's word (check, movement, note, …); `title` says what happened in the words of the
    form it was typed in; `amended_by` and `struck` say that another entry stands in for it; both stay visible.
    """

    entry: UUID
    seq: int
    kind: str
    title: str
    detail: str
    seen_at: datetime
    seen_until: datetime | None
    precision: str
    source: str
    seen_by: str | None
    typed_at: datetime
    typed_by: str
    entered_later: bool
    counts: bool
    amends: UUID | None
    amended_by: UUID | None
    struck: bool
    unconfirmed: bool
