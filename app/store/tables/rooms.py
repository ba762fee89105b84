"""Rooms in walking order, who has which, and rooms out of service (DOMAIN.md 1.15)."""

from sqlalchemy import Boolean, Column, Integer, String, Text

from app.store.tables.base import record
from app.store.types import Id, Instant

room = record(
    "room",
    Column("number", String(10), nullable=False),
    Column("name", Text(), nullable=False),
    Column("floor", Integer(), nullable=False),
    Column("position", Integer(), nullable=False),
    Column("step_free", Boolean(), nullable=False),
    Column("note", Text()),
)

allocation = record(
    "allocation",
    Column("resident_id", Id(), nullable=False, index=True),
    Column("room_id", Id(), nullable=False, index=True),
    Column("starts", Instant(), nullable=False),
    Column("ends", Instant()),
    Column("reason", Text()),
)

room_closure = record(
    "room_closure",
    Column("room_id", Id(), nullable=False, index=True),
    Column("starts", Instant(), nullable=False),
    Column("ends", Instant()),
    Column("reason", String(40), nullable=False),
    Column("note", Text()),
)
