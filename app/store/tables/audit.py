"""The one spine: a line for every row that was ever written, each hashed over the one before."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from app.store.tables.base import SPINE, metadata
from app.store.types import Id, Instant, Sequence

audit = Table(
    "audit",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("house_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("who", Id(), nullable=False),
    Column("workstation", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("table", String(40), nullable=False),
    Column("row", Id(), nullable=False),
    Column("resident_id", Id()),
    Column("version", Integer(), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_audit_row", "row"),
    Index("ix_audit_resident_id_seq", "resident_id", "seq"),
    info={"kind": SPINE},
)
