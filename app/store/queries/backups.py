"""What the record says of backups: its own events."""

from datetime import datetime

from sqlalchemy import Connection, select

from app.store.tables.audit import audit
from app.store.tables.house import event


def last_event(connection: Connection, kind: str) -> datetime | None:
    """When an event of this kind was last written."""
    newest = select(event.c.typed_at).where(event.c.kind == kind).order_by(event.c.seq.desc()).limit(1)
    at: datetime | None = connection.execute(newest).scalar()
    return at


def hash_at(connection: Connection, seq: int) -> bytes | None:
    """The chain's hash at an entry; None where the record has no such entry."""
    found: bytes | None = connection.execute(select(audit.c.hash).where(audit.c.seq == seq)).scalar()
    return found
