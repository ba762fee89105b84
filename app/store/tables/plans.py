"""The contingency plan, seven answers and the people to ring (DOMAIN.md 1.2)."""

from sqlalchemy import Column, Integer

from app.domain.plans import ANSWERS, CONTACT_FIELDS
from app.store.tables.base import record, text_columns
from app.store.types import Id, Instant

contingency_plan = record(
    "contingency_plan",
    Column("resident_id", Id(), nullable=False, unique=True, index=True),
    *text_columns(ANSWERS),
)

contingency_contact = record(
    "contingency_contact",
    Column("resident_id", Id(), nullable=False, index=True),
    Column("position", Integer(), nullable=False),
    *text_columns(CONTACT_FIELDS),
    Column("ended", Instant()),
)
