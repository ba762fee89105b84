"""Corrections: an entry is struck, or amended by another that stands in for it. Both stay visible (DESIGN.md).

What followed from an entry follows its correction: a stay from an arrival, a case from a return.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.sightings import How, Precision
from app.services.acts import NOTE_LIMIT, Context, Ref, Refuse, act, words
from app.services.rooms import move_stay
from app.services.seen import Seen, member, placed_resident, when
from app.store.queries.absences import case_back_at, open_case
from app.store.queries.entries import Found, anything_since, find_entry
from app.store.queries.residents import placement_row
from app.store.tables.absences import absence_case
from app.store.tables.checks import check
from app.store.tables.emergencies import emergency_step
from app.store.tables.movements import movement
from app.store.tables.notes import note
from app.store.tables.regimes import excusal
from app.store.tables.residents import placement

#: The tables whose entries can be corrected.
CORRECTABLE = (check, movement, note, excusal, emergency_step)


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
    _follow(context, found, None, why or "")
    written = context.work.enter(
        found.table, **_copied(found.row), amends_id=do.entry, struck=True, reason=why
    )
    return Ref(written.id, "Struck")


@dataclass(frozen=True, kw_only=True)
class Amend:
    """Correct an entry: what is left out stays as it was, an empty text takes it out. Both entries stay visible."""

    entry: UUID
    reason: str
    resident: UUID | None = None
    how: How | None = None
    seen_at: datetime | None = None
    seen_until: datetime | None = None
    precision: Precision | None = None
    seen_by: UUID | None = None
    concern: bool | None = None
    note: str | None = None
    late_reason: str | None = None
    place: str | None = None
    expected_back: datetime | None = None
    text: str | None = None
    who: str | None = None
    amount: str | None = None
    result: str | None = None
    reference: str | None = None


@act("amend")
def amend(context: Context, do: Amend) -> Ref:
    """The amendment stands in for the entry from now on; what was known before is not touched."""
    why = words(do.reason, "The reason", 4000, needed=True, field="reason")
    found = _own(context, do.entry)
    row = {**found.row, **_changes(context, do, found)}
    if row == found.row:
        raise Refuse("Nothing is different. Say what is to be corrected.")
    if row.get("concern") and not row["note"]:
        raise Refuse("A concern needs words: someone will act on it.", fields=("note",))
    _follow(context, found, row, why or "")
    written = context.work.enter(found.table, **_copied(row), amends_id=do.entry, struck=False, reason=why)
    return Ref(written.id, "Corrected")


def revert(context: Context, entry: UUID, why: str) -> Ref:
    """Undo an entry: strike it; or, where it is itself a correction, let what it corrected stand again."""
    found = _own(context, entry)
    before = found.row["amends_id"] and find_entry(context.connection, found.row["amends_id"], [found.table])
    if not before:
        undone: Ref = strike(context, Strike(entry=entry, reason=why))
        return undone
    _follow(context, found, before.row, why)
    written = context.work.enter(
        found.table, **_copied(before.row), amends_id=entry, struck=False, reason=why
    )
    return Ref(written.id, "As it was before")


def _changes(context: Context, do: Amend, found: Found) -> dict[str, Any]:
    row = found.row
    changes: dict[str, Any] = {}
    if do.seen_at or do.seen_until or do.precision:
        if do.seen_until and found.table is movement:
            raise Refuse("Give one time: “about” will do.", fields=("seen_until",))
        precision = do.precision or Precision.EXACT
        until = do.seen_until or (None if do.seen_at or do.precision else row["seen_until"])
        seen = Seen(seen_at=do.seen_at or row["seen_at"], seen_until=until, precision=precision)
        changes |= when(context, seen)
    if do.seen_by:
        changes["seen_by"] = member(context, do.seen_by)
    if do.how and "how" in row:
        changes["how"] = do.how.value
    if do.concern is not None and "concern" in row:
        changes["concern"] = do.concern
    if do.expected_back and "expected_back" in row:
        changes["expected_back"] = do.expected_back
    for name, what, limit, needed in _TEXTS:
        given = getattr(do, name)
        if given is not None and name in row:
            changes[name] = words(given, what, limit, needed, name)
    if do.resident or "seen_at" in changes:
        her = do.resident or row["resident_id"]
        if her is not None and row.get("kind") not in _STAY:
            placed_resident(context, her, changes.get("seen_at", row["seen_at"]))
        changes["resident_id"] = her
    return changes


#: The texts of an entry that can be corrected: field, what it is called, its limit, whether it can be taken out.
_TEXTS = (
    ("note", "The note", NOTE_LIMIT, False),
    ("late_reason", "The reason", 4000, True),
    ("place", "The place", 200, False),
    ("text", "The note", NOTE_LIMIT, True),
    ("who", "Who", 200, False),
    ("amount", "How much", 200, False),
    ("result", "What came of it", 4000, False),
    ("reference", "The reference", 60, False),
)
_STAY = ("arrive", "depart")
#: What each entry has of its own, and an amendment does not copy.
_ITS_OWN = frozenset(
    {"seq", "id", "house_id", "typed_at", "typed_by", "amends_id", "struck", "reason", "salt", "digest"}
)


def _copied(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _ITS_OWN}


def _own(context: Context, entry: UUID) -> Found:
    found = standing_entry(context, entry)
    if found.row["typed_by"] != context.actor.staff_id and not context.actor.manages:
        raise Refuse(
            "Someone else wrote that. She, or a manager, can correct it; you can write a note beside it."
        )
    return found


def standing_entry(context: Context, entry: UUID) -> Found:
    """The entry, in whichever table, if it still stands: neither struck nor amended."""
    found = find_entry(context.connection, entry, CORRECTABLE)
    if found is None:
        raise Refuse("There is no such entry.")
    if found.struck:
        raise Refuse("It is struck already.")
    if found.amended:
        raise Refuse("It was corrected already: correct the later entry.")
    if found.row["struck"]:
        raise Refuse("That is a strike; it can't be struck. Write a new entry.")
    return found


# What follows from a movement


def _follow(context: Context, found: Found, becomes: Mapping[str, Any] | None, why: str) -> None:
    """Let what followed from an entry follow its correction; `becomes` None strikes it."""
    if found.table is not movement:
        return
    row = found.row
    moved = becomes is not None and becomes["resident_id"] != row["resident_id"]
    if row["kind"] in _STAY:
        if moved:
            raise Refuse("Strike this, and write it for the other woman.", fields=("resident",))
        _follow_stay(context, row, becomes)
    elif row["kind"] == "absent":
        case = open_case(context.connection, row["resident_id"])
        if becomes is not None:
            raise Refuse("When the case was opened can't be changed. Write a step instead.")
        if case is not None:
            closing = {"closed": context.now, "closed_by": context.actor.staff_id}
            context.work.change(
                absence_case, case.id, case.version, **closing, outcome=f"Opened by mistake: {why}"
            )
    elif row["kind"] == "in":
        _follow_return(context, row, becomes)


def _follow_stay(context: Context, row: Mapping[str, Any], becomes: Mapping[str, Any] | None) -> None:
    her, was = row["resident_id"], row["seen_at"]
    field = "arrived" if row["kind"] == "arrive" else "departed"
    stay = placement_row(context.connection, her)
    if stay is None or stay[field] != was:
        raise Refuse("Her stay has gone on since. A manager can write what was so in a note.")
    if field == "arrived" and anything_since(context.connection, her, row["seq"]) and becomes is None:
        raise Refuse("Other entries about her came after it. Strike those first, or write her departure.")
    now = None if becomes is None else becomes["seen_at"]
    if now == was:
        return
    move_stay(context, her, was, now, row["kind"])
    context.work.change(placement, stay["id"], stay["version"], **{field: now})


def _follow_return(context: Context, row: Mapping[str, Any], becomes: Mapping[str, Any] | None) -> None:
    """The return that a case was told of is hers no more, or was at another time."""
    case = case_back_at(context.connection, row["resident_id"], row["seen_at"])
    stays = becomes is not None and becomes["resident_id"] == row["resident_id"]
    if case is not None and becomes is not None and stays and becomes["seen_at"] != row["seen_at"]:
        context.work.change(absence_case, case.id, case.version, returned=becomes["seen_at"])
    elif case is not None and not stays:
        context.work.change(absence_case, case.id, case.version, returned=None)
    if becomes is not None and not stays:
        hers = open_case(context.connection, becomes["resident_id"])
        if hers is not None and hers.returned is None:
            context.work.change(absence_case, hers.id, hers.version, returned=becomes["seen_at"])
