"""Rules by which she is checked, and excusals from them. A rule is ended and replaced, never edited in place."""

from sqlalchemy import Column, Integer, String, Text

from app.store.tables.base import entry, record
from app.store.types import Id, Instant

#: `kind` is at or every. Local times are "HH:MM"; lists are words with spaces between; minutes are whole.
#: `ends` is the end in force; `planned_end` the one given when it was set, `ended_at` when another was typed.
rule = record(
    "rule",
    Column("resident_id", Id(), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("title", Text(), nullable=False),
    Column("opens", String(5)),
    Column("closes", String(5)),
    Column("until", String(5)),
    Column("minimum", Integer()),
    Column("maximum", Integer()),
    Column("hours_from", String(5)),
    Column("hours_to", String(5)),
    Column("days", String(20)),
    Column("counts", Text(), nullable=False),
    Column("asks", Text()),
    Column("starts", Instant(), nullable=False),
    Column("ends", Instant()),
    Column("planned_end", Instant()),
    Column("set_at", Instant(), nullable=False),
    Column("set_by", Id(), nullable=False),
    Column("ended_at", Instant()),
    Column("ended_by", Id()),
    Column("end_reason", Text()),
    Column("replaces_id", Id()),
    Column("why", Text()),
    Column("review", Instant()),
)

excusal = entry(
    "excusal",
    Column("rule_id", Id()),
    Column("starts", Instant(), nullable=False),
    Column("ends", Instant(), nullable=False),
)
