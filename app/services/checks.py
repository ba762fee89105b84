"""Checks: she was seen, how, by whom, and when it was written. One act a woman; there is no act for all of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.sightings import How
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.seen import Seen, placed_resident, seen_facts
from app.store.queries.entries import Found, confirmation_of, find_entry
from app.store.tables.checks import check, confirmation
from app.store.tables.movements import movement
from app.store.tables.notes import note
from app.store.tables.regimes import excusal

NOTE_LIMIT = 200_000


class Occasion(StrEnum):
    """On what occasion she was seen; any of them counts (DOMAIN.md 7)."""

    ROUND = "round"
    TALK = "talk"
    DOOR = "door"
    MEDICINES = "medicines"
    ROLL_CALL = "roll_call"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, kw_only=True)
class LogCheck(Seen):
    """A check. `second` is the other of a pair that was declared beforehand: one entry, two people."""

    resident: UUID
    how: How
    occasion: Occasion = Occasion.ROUND
    place: str | None = None
    concern: bool = False
    note: str | None = None
    late_reason: str | None = None
    second: UUID | None = None


@dataclass(frozen=True, slots=True)
class CheckLogged:
    """What the round shows after the commit."""

    entry: UUID
    resident: UUID
    how: How
    seen_at: datetime
    typed_at: datetime
    unconfirmed: bool


@act("check")
def log_check(context: Context, do: LogCheck) -> CheckLogged:
    """Write a check. A concern needs words: someone will act on it."""
    facts = seen_facts(context, do)
    placed_resident(context, do.resident, facts["seen_at"])
    said = words(do.note, "The note", NOTE_LIMIT, needed=do.concern, field="note")
    if do.second is not None and do.second == facts["seen_by"]:
        raise Refuse("The second person of a pair is somebody else.", fields=("second",))
    written = context.work.enter(
        check,
        **facts,
        resident_id=do.resident,
        how=do.how.value,
        occasion=do.occasion.value,
        place=words(do.place, "The place", 200),
        concern=do.concern,
        note=said,
        late_reason=words(do.late_reason, "The reason", 4000),
        second_id=do.second,
    )
    unconfirmed = facts["seen_by"] != context.actor.staff_id
    return CheckLogged(written.id, do.resident, do.how, facts["seen_at"], context.now, unconfirmed)


@dataclass(frozen=True, kw_only=True)
class Confirm:
    """The colleague for whom a sighting was typed says that it was so."""

    entry: UUID


@act("confirm")
def confirm(context: Context, do: Confirm) -> Ref:
    """Only she who saw it can confirm it; confirming twice is no error."""
    row = _standing(context, do.entry).row
    if row["seen_by"] != context.actor.staff_id:
        raise Refuse("Only the person who saw it can confirm it.")
    there = confirmation_of(context.connection, do.entry)
    if there is not None:
        return Ref(there, "Confirmed already")
    written = context.work.enter(confirmation, resident_id=row["resident_id"], confirms_id=do.entry)
    return Ref(written.id, "Confirmed")


@dataclass(frozen=True, kw_only=True)
class Strike:
    """Strike an entry: it stays readable, with the reason, and nothing stands in for it."""

    entry: UUID
    reason: str


@act("strike")
def strike(context: Context, do: Strike) -> Ref:
    """The strike is an entry of its own. Another person's entry is struck only by a manager (DOMAIN.md 2)."""
    why = words(do.reason, "The reason", 4000, needed=True, field="reason")
    found = _own(context, do.entry)
    written = context.work.enter(found.table, **_copied(found), amends_id=do.entry, struck=True, reason=why)
    return Ref(written.id, "Struck")


@dataclass(frozen=True, kw_only=True)
class Amend:
    """Correct a check or a movement: what is left out stays as it was. Both entries stay visible."""

    entry: UUID
    reason: str
    resident: UUID | None = None
    how: How | None = None
    seen_at: datetime | None = None
    seen_until: datetime | None = None
    seen_by: UUID | None = None
    note: str | None = None
    late_reason: str | None = None


@act("amend")
def amend(context: Context, do: Amend) -> Ref:
    """The amendment stands in for the entry from now on; what was known before is not touched."""
    why = words(do.reason, "The reason", 4000, needed=True, field="reason")
    found = _own(context, do.entry)
    row = found.row
    changes: dict[str, Any] = {"how": do.how.value} if do.how else {}
    if do.seen_at or do.seen_until or do.seen_by:
        seen = Seen(
            seen_at=do.seen_at or row["seen_at"],
            seen_until=do.seen_until,
            seen_by=do.seen_by or row["seen_by"],
        )
        changes |= seen_facts(context, seen) | {"source": row["source"]}
    if do.resident:
        placed_resident(context, do.resident, changes.get("seen_at", row["seen_at"]))
        changes["resident_id"] = do.resident
    if do.note is not None and "note" in row:
        changes["note"] = words(do.note, "The note", NOTE_LIMIT)
    if do.late_reason is not None and "late_reason" in row:
        changes["late_reason"] = words(do.late_reason, "The reason", 4000, needed=True, field="late_reason")
    if not changes:
        raise Refuse("Nothing is different. Say what is to be corrected.")
    written = context.work.enter(found.table, **{**_copied(found), **changes}, amends_id=do.entry, reason=why)
    return Ref(written.id, "Corrected")


#: What each entry has of its own, and an amendment does not copy.
_ITS_OWN = frozenset(
    {"seq", "id", "house_id", "typed_at", "typed_by", "amends_id", "struck", "reason", "salt", "digest"}
)


def _copied(found: Found) -> dict[str, Any]:
    return {name: value for name, value in found.row.items() if name not in _ITS_OWN}


def _own(context: Context, entry: UUID) -> Found:
    found = _standing(context, entry)
    if found.row["typed_by"] != context.actor.staff_id and not context.actor.manages:
        raise Refuse(
            "Someone else wrote that. She, or a manager, can correct it; you can write a note beside it."
        )
    return found


def _standing(context: Context, entry: UUID) -> Found:
    """The entry, in whichever table, if it still stands: neither struck nor amended."""
    found = find_entry(context.connection, entry, (check, movement, note, excusal))
    if found is None:
        raise Refuse("There is no such entry.")
    if found.struck:
        raise Refuse("It is struck already.")
    if found.amended:
        raise Refuse("It was corrected already: correct the later entry.")
    if found.row["struck"]:
        raise Refuse("That is a strike; it can't be struck. Write a new entry.")
    return found
