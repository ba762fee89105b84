"""Rooms as the board and the bed state show them."""

from dataclasses import dataclass

from app.domain.residents import RoomRef


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room with nobody in it: free, or out of service and why (DOMAIN.md 1.15)."""

    room: RoomRef
    out_of_service: str | None
