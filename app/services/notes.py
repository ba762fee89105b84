"""Notes in the log, and actions that somebody owns until they are done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.services.acts import NOTE_LIMIT, Context, Ref, Refuse, act, words
from app.services.drafts import drop_draft
from app.services.seen import (
    Seen,
    known_resident,
    member,
    placed_resident,
    readable_resident,
    seen_facts,
)
from app.store.tables.notes import action, note


@dataclass(frozen=True, kw_only=True)
class WriteNote(Seen):
    """A note, about one woman or about the house. `hand_over` puts it on the next sheet."""

    text: str
    resident: UUID | None = None
    kind: str = "note"
    hand_over: bool = False


@act("note")
def write_note(context: Context, do: WriteNote) -> Ref:
    """Write a note; the draft it grew from is gone with it."""
    text = words(do.text, "The note", NOTE_LIMIT, needed=True, field="text")
    facts = seen_facts(context, do)
    if do.resident is not None:
        placed_resident(context, do.resident)
    kind = words(do.kind, "The kind", 20, needed=True, field="kind")
    written = context.work.enter(
        note, **facts, resident_id=do.resident, kind=kind, text=text, hand_over=do.hand_over
    )
    drop_draft(context, "note", do.resident)
    return Ref(written.id, "Noted")


@dataclass(frozen=True, kw_only=True)
class OpenAction:
    """Something to be done, by somebody, by some time. It stays on every handover until it is done."""

    text: str
    resident: UUID | None = None
    owner: UUID | None = None
    due: datetime | None = None


@act("action")
def open_action(context: Context, do: OpenAction) -> Ref:
    """Open an action."""
    if do.resident is not None:
        known_resident(context, do.resident)
    if do.owner is not None:
        member(context, do.owner, "owner")
    written = context.work.create(
        action,
        resident_id=do.resident,
        text=words(do.text, "What is to be done", 1000, needed=True, field="text"),
        owner_id=do.owner,
        due=do.due,
        opened=context.now,
        opened_by=context.actor.staff_id,
    )
    return Ref(written.id, "Opened")


@dataclass(frozen=True, kw_only=True)
class FinishAction:
    """An action is done, or no longer needed; `outcome` says which."""

    action: UUID
    outcome: str | None = None


@act("finish_action")
def finish_action(context: Context, do: FinishAction) -> Ref:
    """Close an action. Finishing what is finished is no error."""
    try:
        row = context.work.row(action, do.action)
    except KeyError:
        raise Refuse("There is no such action.", fields=("action",)) from None
    if row["resident_id"] is not None:
        readable_resident(context, row["resident_id"])
    if row["done"] is not None:
        return Ref(do.action, "Done already")
    outcome = words(do.outcome, "The outcome", 4000, field="outcome")
    context.work.change(
        action, do.action, row["version"], done=context.now, done_by=context.actor.staff_id, outcome=outcome
    )
    return Ref(do.action, "Done")
