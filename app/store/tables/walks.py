"""Walks: when a round was begun, paused, taken up again and ended, and by whom (DOMAIN.md 1.5, "building round")."""

from sqlalchemy import Column, String, Text

from app.store.tables.base import entry, words
from app.store.types import Id, Instant

#: The first entry of a walk (*started*) names its title and window; the later ones name it by `walk_id`.
walk = entry(
    "walk",
    Column("kind", String(10), nullable=False),
    Column("walk_id", Id(), index=True),
    Column("title", Text()),
    Column("opens", Instant()),
    Column("closes", Instant()),
    Column("second_id", Id()),
    words("note"),
)
