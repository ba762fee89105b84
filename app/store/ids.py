"""Ids made by the client: UUID version 7 (RFC 9562), so that new rows sort by when they were made."""

import secrets
from uuid import UUID

from app.domain.time import Clock
from app.store.types import to_micros


def new_id(clock: Clock) -> UUID:
    """A fresh id stamped with the clock's millisecond; 74 bits are random."""
    millis = max(to_micros(clock.now()) // 1000, 0) & (1 << 48) - 1
    rand = secrets.randbits(74)
    return UUID(int=millis << 80 | 7 << 76 | rand >> 62 << 64 | 2 << 62 | rand & (1 << 62) - 1)
