"""Find anything: women, rooms and entries by a few typed letters, as the reader may read them, in one snapshot."""

from app.domain.find import Found, FoundResident, FoundRoom, begins, enough
from app.domain.names import folded
from app.domain.residents import ResidentRef
from app.services.desk import Desk
from app.store.queries.find import find_entries, find_residents
from app.store.queries.residents import placed, read_refs
from app.store.queries.rooms import closed_rooms, read_rooms, rooms_of
from app.store.work import Reading


def find(desk: Desk, text: str, limit: int = 8) -> Found:
    """What `text` finds: at most `limit` women, rooms and entries each. Accents and case don't matter. A woman is found
    by the beginning of any part of her name, by what she likes to be called and by her room, also when she has left;
    an entry by its words, the newest first (from three letters on: app.domain.find.enough)."""
    wanted = folded(text).split()
    if not wanted:
        return Found(text)
    now = desk.clock.now()
    with desk.read() as connection:
        residents = find_residents(connection, desk.actor, now, wanted, limit)
        rooms = _rooms(desk, connection, wanted, limit)
        entries, more = (
            find_entries(connection, desk.actor, now, text, limit) if enough(text) else ((), False)
        )
    return Found(text, residents, rooms, entries, more)


def people(desk: Desk, text: str = "", left: int = 60) -> tuple[FoundResident, ...]:
    """Everyone whom the reader may name and `text` finds ("": everyone): here, expected, then at most `left` of those
    who have left, the last first."""
    now, wanted = desk.clock.now(), folded(text).split()
    with desk.read() as connection:
        return find_residents(connection, desk.actor, now, wanted, left=left)


def _rooms(desk: Desk, connection: Reading, wanted: list[str], limit: int) -> tuple[FoundRoom, ...]:
    now = desk.clock.now()
    rooms = [
        room
        for room in read_rooms(connection).values()
        if begins(wanted, ("room", *folded(room.label).split()))
    ]
    if not rooms:
        return ()
    rooms = sorted(rooms, key=lambda room: (folded(room.number) not in wanted, room.position))[:limit]
    closed, here = closed_rooms(connection, now), placed(connection, now)
    held: dict[object, list[ResidentRef]] = {}
    shown = {room.id for room in rooms}
    in_them = {id_: room for id_, room in rooms_of(connection, now).items() if room in shown and id_ in here}
    for id_, ref in read_refs(connection, desk.actor, now, only=list(in_them)).items():
        held.setdefault(in_them[id_], []).append(ref)
    return tuple(FoundRoom(room, tuple(held.get(room.id, ())), closed.get(room.id)) for room in rooms)
