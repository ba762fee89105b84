"""Movements: out, in, to hospital, on leave, into custody. Presence comes from these alone (DOMAIN.md 1.4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.presence import Presence
from app.domain.sightings import How
from app.domain.wording import PRESENCE
from app.services.acts import Context, Refuse, act, words
from app.services.seen import Seen, moment_facts, placed_resident
from app.store.queries.absences import open_case
from app.store.queries.history import presence_now
from app.store.tables.absences import absence_case
from app.store.tables.movements import movement


@dataclass(frozen=True, slots=True)
class Moved:
    """What the board shows after the commit. `before` is where the record had her."""

    entry: UUID
    resident: UUID
    kind: str
    seen_at: datetime
    before: Presence | None


@dataclass(frozen=True, kw_only=True)
class GoOut(Seen):
    """She goes out. `how` is kept when she was seen at the door."""

    resident: UUID
    how: How | None = How.AWAKE
    place: str | None = None
    purpose: str | None = None
    expected_back: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ComeIn(Seen):
    """She is back. An open absence case is told of her return; what was decided about it stays open."""

    resident: UUID
    how: How | None = How.AWAKE
    condition: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Away(Seen):
    resident: UUID
    how: How | None = None
    place: str | None = None
    purpose: str | None = None
    expected_back: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GoToHospital(_Away):
    """She is taken, or goes, to hospital."""


@dataclass(frozen=True, kw_only=True)
class GoOnLeave(_Away):
    """She is away with leave to be."""


@dataclass(frozen=True, kw_only=True)
class TakenIntoCustody(_Away):
    """She is arrested or taken back into custody."""


@act("out")
def go_out(context: Context, do: GoOut) -> Moved:
    """Write that she went out."""
    return _away(context, do, "out", Presence.OUT)


@act("hospital")
def go_to_hospital(context: Context, do: GoToHospital) -> Moved:
    """Write that she is at hospital."""
    return _away(context, do, "hospital", Presence.HOSPITAL)


@act("leave")
def go_on_leave(context: Context, do: GoOnLeave) -> Moved:
    """Write that she is on leave."""
    return _away(context, do, "leave", Presence.LEAVE)


@act("custody")
def taken_into_custody(context: Context, do: TakenIntoCustody) -> Moved:
    """Write that she is in custody."""
    return _away(context, do, "custody", Presence.CUSTODY)


@act("in")
def come_in(context: Context, do: ComeIn) -> Moved:
    """Write that she is back in, and seen at the door where `how` says so."""
    moved = _move(context, do, "in", Presence.IN, condition=words(do.condition, "Her condition", 4000))
    case = open_case(context.connection, do.resident)
    if case is not None and case.returned is None:
        context.work.change(absence_case, case.id, case.version, returned=moved.seen_at)
    return moved


def _away(context: Context, do: GoOut | _Away, kind: str, becomes: Presence) -> Moved:
    return _move(
        context,
        do,
        kind,
        becomes,
        place=words(do.place, "Where", 200, field="place"),
        purpose=words(do.purpose, "What for", 200, field="purpose"),
        expected_back=do.expected_back,
    )


def _move(context: Context, do: Any, kind: str, becomes: Presence, **columns: Any) -> Moved:
    facts = moment_facts(context, do)
    if do.how is How.NOT_SEEN:
        do = replace(do, how=None)
    ref = placed_resident(context, do.resident, facts["seen_at"])
    before = presence_now(context.connection, do.resident, facts["seen_at"])
    if before is becomes:
        raise Refuse(
            f"{ref.name} is {PRESENCE[becomes]} already, as the record has it.", fields=("resident",)
        )
    written = context.work.enter(
        movement, **facts, resident_id=do.resident, kind=kind, how=do.how.value if do.how else None, **columns
    )
    return Moved(written.id, do.resident, kind, facts["seen_at"], before)
