"""Rooms as the board and the bed state show them."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.residents import RoomRef


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room with nobody in it: free, or out of service, why, and until when (None: until it is said; DOMAIN.md 1.15)."""

    room: RoomRef
    out_of_service: str | None
    until: datetime | None = None
