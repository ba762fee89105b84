"""Rooms: made, given, changed and taken out of service (DOMAIN.md 1.15)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.services.acts import Context, Ref, Refuse, act, words
from app.services.seen import placed_resident
from app.store.queries.rooms import allocation_row, closed_rooms, read_rooms, rooms_of
from app.store.tables.rooms import allocation, room, room_closure


@dataclass(frozen=True, kw_only=True)
class MakeRoom:
    """A room. `position` is its place on the walk."""

    number: str
    name: str
    floor: int
    position: int
    step_free: bool = False
    note: str | None = None


@act("room")
def make_room(context: Context, do: MakeRoom) -> Ref:
    """Add a room to the house."""
    number = words(do.number, "The number", 10, needed=True, field="number")
    if number in {there.number for there in read_rooms(context.connection).values()}:
        raise Refuse(f"There is a room {number} already.", fields=("number",))
    written = context.work.create(
        room,
        number=number,
        name=words(do.name, "The name", 60, needed=True, field="name"),
        floor=do.floor,
        position=do.position,
        step_free=do.step_free,
        note=words(do.note, "The note", 1000),
    )
    return Ref(written.id, "Made")


@dataclass(frozen=True, kw_only=True)
class MoveRoom:
    """She moves to another room, now."""

    resident: UUID
    room: UUID
    reason: str | None = None


@act("move_room")
def move_room(context: Context, do: MoveRoom) -> Ref:
    """Write that she has another room from now on."""
    placed_resident(context, do.resident)
    give_room(context, do.resident, do.room, context.now, words(do.reason, "The reason", 1000))
    return Ref(do.resident, "Moved")


@dataclass(frozen=True, kw_only=True)
class CloseRoom:
    """A room is out of service from now, or from `starts`, until `ends` (None: until it is said)."""

    room: UUID
    reason: str
    starts: datetime | None = None
    ends: datetime | None = None
    note: str | None = None


@act("close_room")
def close_room(context: Context, do: CloseRoom) -> Ref:
    """Take a room out of service; not while somebody has it."""
    starts = do.starts or context.now
    if do.room in rooms_of(context.connection, starts).values():
        raise Refuse("Somebody has that room then. Move her first.", fields=("room",))
    written = context.work.create(
        room_closure,
        room_id=do.room,
        starts=starts,
        ends=do.ends,
        reason=words(do.reason, "The reason", 40, needed=True, field="reason"),
        note=words(do.note, "The note", 4000),
    )
    return Ref(written.id, "Out of service")


def give_room(context: Context, resident: UUID, to: UUID | None, at: datetime, why: str | None) -> None:
    """End her allocation at `at` and begin the next (None: none). Refuses a room that is taken or out of service."""
    connection = context.connection
    if to is not None:
        label = read_rooms(connection).get(to)
        if label is None:
            raise Refuse("There is no such room.", fields=("room",))
        if to in {room_id for who, room_id in rooms_of(connection, at).items() if who != resident}:
            raise Refuse(f"{label.label} is taken.", fields=("room",))
        if to in closed_rooms(connection, at):
            raise Refuse(f"{label.label} is out of service.", fields=("room",))
    row = allocation_row(connection, resident, at)
    if row is not None:
        if row["room_id"] == to:
            raise Refuse("She has that room already.", fields=("room",))
        context.work.change(allocation, row["id"], row["version"], ends=at)
    if to is not None:
        context.work.create(allocation, resident_id=resident, room_id=to, starts=at, reason=why)
