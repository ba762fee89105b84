"""What someone is still typing: private to her, unaudited, gone when the thing is saved."""

from sqlalchemy import Column, LargeBinary, String, Table, Text, UniqueConstraint

from app.store.tables.base import DRAFT, metadata
from app.store.types import Id, Instant

draft = Table(
    "draft",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("house_id", Id(), nullable=False),
    Column("author_id", Id(), nullable=False),
    Column("form", String(40), nullable=False),
    Column("subject_id", Id(), nullable=False),
    Column("content", Text(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    UniqueConstraint("author_id", "form", "subject_id"),
    info={"kind": DRAFT},
)
