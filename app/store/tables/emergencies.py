"""Emergencies: the moment first, the words later (DOMAIN.md 1.13, 7)."""

from sqlalchemy import Boolean, Column, String, Text

from app.store.tables.base import entry, record, words
from app.store.types import Id, Instant

#: `late_reason` is the one reason for every check whose deadline passed while it lasted.
emergency = record(
    "emergency",
    Column("resident_id", Id(), index=True),
    Column("kind", String(20)),
    Column("place", Text()),
    Column("started", Instant(), nullable=False),
    Column("started_by", Id(), nullable=False),
    Column("ended", Instant()),
    Column("ended_by", Id()),
    Column("late_reason", Text()),
    Column("summary", Text()),
    Column("mistake", Boolean()),
)

emergency_step = entry(
    "emergency_step",
    Column("emergency_id", Id(), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    words("who"),
    Column("phone", Text()),
    words("amount"),
    words("result"),
    Column("reference", Text()),
    Column("action_id", Id()),
)
