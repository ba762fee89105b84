"""Absence cases and their steps (DOMAIN.md 1.6, 7)."""

from sqlalchemy import Column, String, Text

from app.store.tables.base import entry, record, words
from app.store.types import Id, Instant

#: `outcome` is set when the case is closed; `decision` may be open when she is back ("recall asked for, then she came").
absence_case = record(
    "absence_case",
    Column("resident_id", Id(), nullable=False, index=True),
    Column("legal_basis", String(20), nullable=False),
    Column("due_back", Instant(), nullable=False),
    Column("first_noticed", Instant(), nullable=False),
    Column("opened", Instant(), nullable=False),
    Column("returned", Instant()),
    Column("decision", String(20)),
    Column("decided_by", Text()),
    Column("decided", Instant()),
    Column("closed", Instant()),
    Column("closed_by", Id()),
    Column("outcome", Text()),
)

absence_step = entry(
    "absence_step",
    Column("case_id", Id(), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    words("who"),
    Column("phone", Text()),
    words("result"),
    Column("reference", Text()),
)
