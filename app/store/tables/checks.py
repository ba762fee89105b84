"""Checks: who was seen, how, by whom and when it was written (DOMAIN.md 1.5)."""

from sqlalchemy import Boolean, Column, Index, String, Text

from app.store.tables.base import entry, words
from app.store.types import Id

check = entry(
    "check_entry",
    Column("how", String(20), nullable=False),
    Column("occasion", String(20), nullable=False),
    Column("place", Text()),
    Column("concern", Boolean(), nullable=False),
    words("note"),
    words("late_reason"),
    Column("second_id", Id()),
)
Index("ix_check_entry_resident_id_how_seen_at", check.c.resident_id, check.c.how, check.c.seen_at)
Index("ix_check_entry_typed_at", check.c.typed_at)

#: The colleague who saw her says so herself; until then a sighting typed for her is unconfirmed.
confirmation = entry("confirmation", Column("confirms_id", Id(), nullable=False, index=True))
