"""Movements: presence is derived from these alone (DOMAIN.md 1.4)."""

from sqlalchemy import Column, String

from app.store.tables.base import entry, words
from app.store.types import Instant

movement = entry(
    "movement",
    Column("kind", String(10), nullable=False),
    Column("how", String(20)),
    words("place"),
    words("purpose"),
    Column("expected_back", Instant()),
    words("condition"),
)
