"""Notes in the log, and actions that someone owns until they are done."""

from sqlalchemy import Boolean, Column, String, Text

from app.store.tables.base import entry, record, words
from app.store.types import Id, Instant

note = entry(
    "note",
    Column("kind", String(20), nullable=False),
    words("text"),
    Column("hand_over", Boolean(), nullable=False),
)

action = record(
    "action",
    Column("resident_id", Id(), index=True),
    Column("text", Text(), nullable=False),
    Column("owner_id", Id()),
    Column("due", Instant()),
    Column("opened", Instant(), nullable=False),
    Column("opened_by", Id(), nullable=False),
    Column("done", Instant()),
    Column("done_by", Id()),
    Column("outcome", Text()),
)
