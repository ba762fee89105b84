"""The house, its dated settings, and the events of the house itself."""

from sqlalchemy import Boolean, Column, String, Text

from app.store.tables.base import entry, record, words
from app.store.types import Id, Instant

house = record(
    "house",
    Column("name", Text(), nullable=False),
    Column("zone", String(40), nullable=False),
    Column("training", Boolean(), nullable=False),
    Column("marking", Text(), nullable=False),
)

#: One dated value of one setting (`domain.house.Settings` names them); `value` is JSON. The latest `starts` that was
#: set at or before an instant is in force then.
setting = record(
    "setting",
    Column("key", String(40), nullable=False),
    Column("value", Text(), nullable=False),
    Column("starts", Instant(), nullable=False),
)

#: What happened to the record itself: sign-in, a clock that jumped, an export, a print, a record opened by break-glass.
event = entry(
    "event",
    Column("kind", String(20), nullable=False),
    words("text"),
    Column("subject_id", Id()),
)
