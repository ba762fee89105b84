"""Roll calls: begun, ended, and the staff and visitors who were accounted for. A woman's mark is a check like any other."""

from sqlalchemy import Boolean, Column, String, Text

from app.store.tables.base import entry, words
from app.store.types import Id

#: The first entry of a roll call (*started*) says why it was called; the last names it by `roll_id`.
roll = entry(
    "roll",
    Column("kind", String(10), nullable=False),
    Column("roll_id", Id(), index=True),
    Column("occasion", String(20)),
    Column("place", Text()),
    words("note"),
)

#: Staff by `staff_id`; a visitor, or anybody else, by name.
roll_mark = entry(
    "roll_mark",
    Column("roll_id", Id(), nullable=False, index=True),
    Column("staff_id", Id()),
    words("name"),
    Column("found", Boolean(), nullable=False),
)
