"""Checks: she was seen, how, by whom, and when it was written. One act a woman; there is no act for all of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.sightings import How
from app.services.acts import NOTE_LIMIT, Context, Ref, Refuse, act, words
from app.services.corrections import Amend, Strike, standing_entry
from app.services.seen import Seen, member, placed_resident, seen_facts
from app.store.queries.entries import confirmation_of
from app.store.tables.checks import check, confirmation

__all__ = ["NOTE_LIMIT", "Amend", "CheckLogged", "Confirm", "LogCheck", "Occasion", "Strike"]


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
    said = words(do.note, "The note", NOTE_LIMIT, field="note")
    if do.concern and said is None:
        raise Refuse("A concern needs words: someone will act on it.", fields=("note",))
    if do.second is not None and member(context, do.second, "second") == facts["seen_by"]:
        raise Refuse("The second person of a pair is somebody else.", fields=("second",))
    written = context.work.enter(
        check,
        **facts,
        resident_id=do.resident,
        how=do.how.value,
        occasion=do.occasion.value,
        place=words(do.place, "The place", 200, field="place"),
        concern=do.concern,
        note=said,
        late_reason=words(do.late_reason, "The reason", 4000, field="late_reason"),
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
    row = standing_entry(context, do.entry).row
    if row["seen_by"] != context.actor.staff_id:
        raise Refuse("Only the person who saw it can confirm it.")
    if row["typed_by"] == context.actor.staff_id:
        raise Refuse("You wrote it yourself: there is nothing to confirm.")
    there = confirmation_of(context.connection, do.entry)
    if there is not None:
        return Ref(there, "Confirmed already")
    written = context.work.enter(confirmation, resident_id=row["resident_id"], confirms_id=do.entry)
    return Ref(written.id, "Confirmed")
