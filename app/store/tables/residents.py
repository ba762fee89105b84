"""Residents, who may read a restricted one, her placement, and her night agreement."""

from sqlalchemy import Boolean, Column, Date, String, Text

from app.domain.residents import AGREEMENT
from app.store.tables.base import record, text_columns
from app.store.types import Id, Instant

resident = record(
    "resident",
    Column("name", Text(), nullable=False),
    Column("preferred_name", Text()),
    Column("pronouns", Text()),
    Column("born", Date()),
    Column("crn", String(20)),
    Column("restricted", Boolean(), nullable=False),
    Column("allergies", Text()),
    Column("evacuation", Text()),
    Column("alerts", Text()),
    Column("watch_from", Instant()),
)

resident_access = record(
    "resident_access",
    Column("resident_id", Id(), nullable=False, index=True),
    Column("staff_id", Id(), nullable=False, index=True),
    Column("ends", Instant()),
    Column("reason", Text()),
)

placement = record(
    "placement",
    Column("resident_id", Id(), nullable=False, index=True),
    Column("legal_basis", String(20), nullable=False),
    Column("expected_arrival", Instant()),
    Column("expected_departure", Instant()),
    Column("arrived", Instant()),
    Column("departed", Instant()),
    Column("key_worker_id", Id()),
    Column("practitioner", Text()),
    Column("practitioner_phone", Text()),
)

night_agreement = record(
    "night_agreement",
    Column("resident_id", Id(), nullable=False, index=True),
    *text_columns(AGREEMENT),
    Column("agreed_on", Date()),
)
