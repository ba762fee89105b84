"""Undo: strike my latest entry of this sign-in, while it is young and on no accepted sheet (DESIGN.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.services.acts import Context, Ref, Refuse, act
from app.services.corrections import Strike, revert, strike
from app.services.desk import Desk
from app.store.queries.undo import UNDONE, latest_own_entry

#: How old an entry may be and still be undone with one key.
UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Undoable:
    """The entry that undo would strike now, and in words what it is."""

    entry: UUID
    said: str
    resident: UUID | None
    typed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Undo:
    """Strike this entry of mine; `since` is the head at my sign-in."""

    entry: UUID
    since: int = 0


@act("undo")
def undo(context: Context, do: Undo) -> Ref:
    """Strike it, if it is still the latest that may be undone; the correction of something
    older is undone to what stood before it."""
    since = max(do.since, context.since_seq)
    found = latest_own_entry(context.connection, context.actor, since, context.now - UNDO_WITHIN)
    if found is None or found.entry != do.entry:
        raise Refuse(
            "That can't be undone any more. On her page, Enter on the entry strikes it with a reason."
        )
    if found.grew_here:
        struck: Ref = strike(context, Strike(entry=do.entry, reason=UNDONE))
        return struck
    return revert(context, do.entry, UNDONE)


def undoable(desk: Desk) -> Undoable | None:
    """What undo would strike now, None when there is nothing."""
    with desk.read() as connection:
        found = latest_own_entry(connection, desk.actor, desk.since_seq, desk.clock.now() - UNDO_WITHIN)
    return None if found is None else Undoable(found.entry, found.said, found.resident, found.typed_at)
