"""Handover sheets as they were offered, and what became of them: read, taken over, asked, printed (DOMAIN.md 1.10)."""

from sqlalchemy import Column, Integer, LargeBinary, String, Text

from app.store.tables.base import entry, words
from app.store.types import Id, Instant, Sequence

#: `content` is the sheet itself, frozen as JSON when it was offered; `head_seq` and `head` are the chain's head then.
handover = entry(
    "handover",
    Column("number", Integer(), nullable=False, unique=True, index=True),
    Column("shift", String(20), nullable=False),
    Column("starts", Instant(), nullable=False),
    Column("ends", Instant(), nullable=False),
    Column("content", Text(), nullable=False),
    Column("head_seq", Sequence, nullable=False),
    Column("head", LargeBinary(32), nullable=False),
)

handover_mark = entry(
    "handover_mark",
    Column("handover_id", Id(), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("staff_id", Id()),
    Column("copy", Integer()),
    words("text"),
)

#: What a named reader of a restricted record may have of the sheet, one entry a woman: frozen with the sheet itself.
handover_appendix = entry(
    "handover_appendix",
    Column("handover_id", Id(), nullable=False, index=True),
    Column("content", Text(), nullable=False),
)
