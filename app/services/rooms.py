"""Rooms: made, given, changed and taken out of service (DOMAIN.md 1.15)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.services.acts import Context, Ref, Refuse, act, words
from app.services.seen import placed_resident
from app.store.queries.rooms import (
    allocation_at_edge,
    allocation_row,
    closed_rooms,
    closure_rows,
    read_rooms,
    rooms_wanted,
)
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
        note=words(do.note, "The note", 1000, field="note"),
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
    if do.room not in read_rooms(context.connection):
        raise Refuse("There is no such room.", fields=("room",))
    if do.ends is not None and do.ends <= starts:
        raise Refuse("It is out of service until after it begins. Give a later end.", fields=("ends",))
    if do.room in rooms_wanted(context.connection, starts, do.ends):
        raise Refuse("Somebody has that room then. Move her first.", fields=("room",))
    written = context.work.create(
        room_closure,
        room_id=do.room,
        starts=starts,
        ends=do.ends,
        reason=words(do.reason, "The reason", 40, needed=True, field="reason"),
        note=words(do.note, "The note", 4000, field="note"),
    )
    return Ref(written.id, "Out of service")


@dataclass(frozen=True, kw_only=True)
class OpenRoom:
    """A room is in service again, from now on."""

    room: UUID


@act("open_room")
def open_room(context: Context, do: OpenRoom) -> Ref:
    """End its closures, those to come too. Opening what is open is no error."""
    closures = closure_rows(context.connection, do.room, context.now)
    for row in closures:
        ends = max(row["starts"], context.now)
        context.work.change(room_closure, row["id"], row["version"], ends=ends)
    return Ref(do.room, "In service" if closures else "In service already")


def give_room(context: Context, resident: UUID, to: UUID | None, at: datetime, why: str | None) -> None:
    """End her allocation at `at` and begin the next (None: none). Refuses a room that is taken or out of service."""
    connection = context.connection
    if to is not None:
        label = read_rooms(connection).get(to)
        if label is None:
            raise Refuse("There is no such room.", fields=("room",))
        if to in rooms_wanted(connection, at, but=resident):
            raise Refuse(f"{label.label} is taken.", fields=("room",))
        if to in closed_rooms(connection, at) or to in closed_rooms(connection, context.now):
            raise Refuse(f"{label.label} is out of service.", fields=("room",))
    row = allocation_row(connection, resident, at)
    if row is not None:
        if row["room_id"] == to:
            raise Refuse("She has that room already.", fields=("room",))
        context.work.change(allocation, row["id"], row["version"], ends=at)
    if to is not None:
        context.work.create(allocation, resident_id=resident, room_id=to, starts=at, reason=why)


def move_stay(context: Context, resident: UUID, was: datetime, now: datetime | None, kind: str) -> None:
    """Her stay began (`arrive`) or ended (`depart`) at another time than was written, or not at all (None): her room
    follows. Refuses where someone else has had the room since."""
    connection = context.connection
    row = allocation_at_edge(connection, resident, "starts" if kind == "arrive" else "ends", was)
    if row is None:
        return
    starts, ends = (now, row["ends"]) if kind == "arrive" else (row["starts"], now)
    if starts is None:
        starts = ends = was
    if ends is not None and ends < starts:
        raise Refuse("She had another room by then, or had not come yet.", fields=("seen_at",))
    if ends != starts and row["room_id"] in rooms_wanted(connection, starts, ends, but=resident):
        raise Refuse("Someone else has had her room since. Move her first.", fields=("room",))
    context.work.change(allocation, row["id"], row["version"], starts=starts, ends=ends)
