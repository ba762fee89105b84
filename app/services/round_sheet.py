"""The paper round sheet: printed with a number, written on by hand, typed back box by box (DOMAIN.md 7).

A night without power is walked on paper. Each box that was written on becomes one check with its own time, seen by
whoever walked and typed by whoever types; a box that was left empty becomes nothing at all.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.papers import Paper, PaperKind
from app.domain.presence import Presence
from app.domain.round_sheet import LETTERS, PASSES, Box, RoundSheet, Typed, make_sheet
from app.domain.sightings import How, Precision, Source
from app.domain.staff import StaffView
from app.domain.time import MINUTE, stamp_day
from app.domain.walks import TONIGHT
from app.domain.wording import PRESENCE
from app.reports.round_sheet import render
from app.services.acts import Context, Ref, Refuse, act
from app.services.checks import LogCheck, Occasion, log_check
from app.services.desk import Desk
from app.services.movements import GoOut, go_out
from app.services.notes import WriteNote, write_note
from app.services.papers import keep_paper, mark_typed_back, paper, paper_view, thawed, wanted
from app.services.rounds import read_round
from app.services.seen import known_resident
from app.services.sheets import shared_desk, shared_within
from app.store.queries.history import presence_now
from app.store.queries.papers import read_content
from app.store.queries.residents import read_refs
from app.store.queries.round_sheet import BOX, last_moved, read_typed
from app.store.queries.staff import read_staff
from app.store.queries.walks import read_walks
from app.store.tables.papers import paper_mark


@dataclass(frozen=True, kw_only=True)
class PrintRound:
    """A new round sheet of the round as it stands, with so many passes, and a copy for each name (default: mine)."""

    passes: int = 4
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TypeBack:
    """One box of a sheet, as it was written: `line` from 1, `column` from 0, `code` its letter (S U B R 1 2 O)."""

    number: int
    line: int
    code: str
    seen_at: datetime
    column: int = 0
    seen_until: datetime | None = None
    precision: Precision = Precision.EXACT
    seen_by: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class TypedBack:
    """All that was written on this sheet is typed in; boxes that are left were left empty."""

    number: int


@act("print_round")
def print_round(context: Context, do: PrintRound) -> Paper:
    """Number a sheet and keep it as it is printed. It is read as someone who is listed for nobody: paper goes about."""
    if do.passes not in PASSES:
        raise Refuse(f"A sheet has {PASSES[0]} to {PASSES[-1]} passes.", fields=("passes",))
    found = read_round(shared_within(context))
    sheet = make_sheet(found, context.house, context.actor.name, do.passes)
    return keep_paper(
        context,
        PaperKind.ROUND,
        f"{sheet.title}, {sheet.night}",
        sheet,
        subject=found.walk.id if found.walk else None,
        names=do.names,
    )


@act("type_back")
def type_back(context: Context, do: TypeBack) -> Ref:
    """Type one box back: a check, or for O that she was out."""
    kept, sheet = _sheet(context, do.number)
    if kept.typed_back is not None:
        at = stamp_day(kept.typed_back.at, context.house.zone)
        raise Refuse(f"{kept.named} was typed back by {kept.typed_back.name}, {at}.", fields=("number",))
    line = sheet.line(do.line)
    if line is None or not 0 <= do.column < sheet.passes:
        raise Refuse(f"{kept.named} has no such box.", fields=("line",))
    box = Box(do.line, do.column)
    there = read_typed(context.connection, kept.id).get(box)
    if there is not None:
        said = there.said(context.house.zone)
        raise Refuse(f"Box {box.name} is typed back already: {said}, by {there.typed_by}.", fields=("line",))
    code = do.code.strip().upper()
    if code not in LETTERS:
        raise Refuse(f"The letters are {', '.join(LETTERS)}.", fields=("code",))
    _refuse_time(context, kept, do)
    how = LETTERS[code]
    entry = _out(context, line.resident, do) if how is None else _look(context, line.resident, how, do)
    context.work.enter(
        paper_mark,
        resident_id=line.resident,
        paper_id=kept.id,
        kind=BOX,
        copy=box.number,
        text=str(entry),
    )
    return Ref(entry, f"Box {box.name} typed back")


@act("typed_back")
def typed_back(context: Context, do: TypedBack) -> Ref:
    """Say that the sheet is typed in. What is empty on it stays empty: nothing was written there."""
    kept = mark_typed_back(context, PaperKind.ROUND, do.number)
    return Ref(kept.id, f"{kept.named} is typed back")


def _sheet(context: Context, number: int) -> tuple[Paper, RoundSheet]:
    kept = wanted(context, PaperKind.ROUND, number)
    content = read_content(context.connection, context.actor, context.now, kept.id)
    assert content is not None
    return kept, thawed(content, RoundSheet)


def _refuse_time(context: Context, kept: Paper, do: TypeBack) -> None:
    """Nothing was written on a sheet before it was printed; what is in the future is refused with every sighting."""
    if do.seen_at < kept.made_at.replace(second=0, microsecond=0):
        made = stamp_day(kept.made_at, context.house.zone)
        raise Refuse(f"{kept.named} was printed at {made}: that time is before it.", fields=("seen_at",))
    for name in ("seen_at", "seen_until"):
        given = getattr(do, name)
        if given is not None and given > context.now + MINUTE:
            now = stamp_day(context.now, context.house.zone)
            raise Refuse(f"That has not been yet: the clock says {now}.", fields=(name,))


def _facts(do: TypeBack) -> dict[str, Any]:
    """When it was so and who saw it, as it was written on the paper."""
    return {
        "seen_at": do.seen_at,
        "seen_until": do.seen_until,
        "precision": do.precision,
        "source": Source.PAPER,
        "seen_by": do.seen_by,
    }


def _look(context: Context, resident: UUID, how: How, do: TypeBack) -> UUID:
    if how.counts_by_default:
        _refuse_absent(context, resident, do.seen_at)
    written = log_check(
        context,
        LogCheck(
            resident=resident,
            how=how,
            occasion=Occasion.ROUND,
            note=do.note,
            **_facts(do),
        ),
    )
    entry: UUID = written.entry
    return entry


def _refuse_absent(context: Context, resident: UUID, at: datetime) -> None:
    presence = presence_now(context.connection, resident, at)
    if presence in (None, Presence.IN):
        return
    name, since = known_resident(context, resident).name, last_moved(context.connection, resident, at)
    zone = context.house.zone
    said = f" since {stamp_day(since, zone)}" if since else ""
    raise Refuse(
        f"{name} was {PRESENCE[presence]} then{said}, as the record has it. If she was seen here, write first when she "
        "came in (her page, I).",
        fields=("seen_at",),
    )


def _out(context: Context, resident: UUID, do: TypeBack) -> UUID:
    moved = go_out(
        context,
        GoOut(
            resident=resident,
            how=None,
            **_facts(do),
        ),
    )
    if do.note and do.note.strip():
        write_note(context, WriteNote(resident=resident, text=do.note))
    entry: UUID = moved.entry
    return entry


# Reads


@dataclass(frozen=True, slots=True)
class OnTheDesk:
    """A printed sheet and what has been typed back of it. `names` are her names as far as this person may read them;
    `walked` is who most likely wrote on it."""

    paper: Paper
    sheet: RoundSheet
    typed: dict[Box, Typed]
    names: dict[UUID, str] = field(default_factory=dict)
    walked: UUID | None = None


def sheet_now(desk: Desk, passes: int = 4) -> RoundSheet:
    """The sheet as it would be printed now."""
    shared = shared_desk(desk.house, desk.clock, desk.actor.house_id, desk.read)
    return make_sheet(read_round(shared), desk.house, desk.actor.name, passes)


def printed_sheet(desk: Desk, number: int | None = None) -> OnTheDesk | None:
    """A sheet by its number, or the last; None where there is none."""
    kept = paper(desk, PaperKind.ROUND, number)
    if kept is None:
        return None
    sheet = paper_view(desk, kept, RoundSheet)
    with desk.read() as connection:
        now = desk.clock.now()
        typed = read_typed(connection, kept.id)
        refs = read_refs(connection, desk.actor, now, only=[line.resident for line in sheet.lines])
        staff = {member.name: id_ for id_, member in read_staff(connection).items() if member.active}
        walks = read_walks(connection, kept.made_at - TONIGHT)
    # One copy was carried by whom it is for; of several nobody knows which, and the walk's own walker comes first.
    named = [staff.get(copy.name) for copy in kept.copies]
    walkers = [walk.steps[0].by for walk in walks if walk.id == kept.subject]
    likely = [*(named if len(named) == 1 else []), *walkers, *named, staff.get(kept.made_by.name)]
    walked = next((id_ for id_ in likely if id_ is not None), None)
    return OnTheDesk(kept, sheet, typed, {id_: ref.name for id_, ref in refs.items()}, walked)


def who_may_have_walked(desk: Desk) -> tuple[StaffView, ...]:
    """The other staff, by name."""
    with desk.read() as connection:
        staff = read_staff(connection)
    mine = desk.actor.staff_id
    return tuple(member for id_, member in staff.items() if member.active and id_ != mine)


def round_sheet_pdf(sheet: RoundSheet, kept: Paper | None = None, copy: int | None = None) -> bytes:
    """The sheet on paper: as it would be printed, or a numbered copy (default: the last). The same input, the same
    bytes."""
    if kept is None:
        return render(sheet)
    wanted_copy = next((one for one in kept.copies if one.number == copy), kept.copies[-1])
    return render(sheet, kept, wanted_copy)
