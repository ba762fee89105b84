"""Staff, and who of them is in the building."""

from sqlalchemy import Boolean, Column, String, Text

from app.store.tables.base import entry, record
from app.store.types import Id

staff = record(
    "staff",
    Column("user", String(40), nullable=False),
    Column("name", Text(), nullable=False),
    Column("role", String(20), nullable=False),
    Column("phone", Text()),
    Column("active", Boolean(), nullable=False),
)

staff_movement = entry(
    "staff_movement",
    Column("staff_id", Id(), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
)
