"""Ids made by the client: UUID version 7 (RFC 9562), so that new rows sort by when they were made."""

import secrets
from collections.abc import Callable
from uuid import UUID

from app.domain.time import Clock
from app.store.types import to_micros

#: Where random bytes come from: so many of them. A training house may have a seeded source, so that a rehearsal can be
#: repeated to the byte; a live house never has.
Chance = Callable[[int], bytes]


def new_id(clock: Clock, chance: Chance = secrets.token_bytes) -> UUID:
    """A fresh id stamped with the clock's millisecond; 74 bits are random."""
    millis = max(to_micros(clock.now()) // 1000, 0) & (1 << 48) - 1
    rand = int.from_bytes(chance(10), "big") & (1 << 74) - 1
    return UUID(int=millis << 80 | 7 << 76 | rand >> 62 << 64 | 2 << 62 | rand & (1 << 62) - 1)
