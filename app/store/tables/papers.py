"""Numbered papers: round sheets, rolls, absence packs and grab packs as they were printed, and what became of each."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Text

from app.store.tables.base import entry, words
from app.store.types import Id, Sequence

#: `content` is what was printed, frozen as JSON; `head_seq` and `head` are the chain's head then. Numbers run by kind.
paper = entry(
    "paper",
    Column("kind", String(20), nullable=False),
    Column("number", Integer(), nullable=False),
    Column("title", Text(), nullable=False),
    Column("subject_id", Id(), index=True),
    Column("content", Text(), nullable=False),
    Column("head_seq", Sequence, nullable=False),
    Column("head", LargeBinary(32), nullable=False),
)
Index("ix_paper_kind_number", paper.c.kind, paper.c.number, unique=True)

#: A copy that was printed (numbered, named), one that came back, a sheet that was typed back.
paper_mark = entry(
    "paper_mark",
    Column("paper_id", Id(), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("copy", Integer()),
    words("text"),
)
