"""The fire roll, and the roll call over it. A woman's mark is a sighting like any other: it counts for whatever is due.

From the locked screen nobody knows who marks: such entries say whose screen it was, and that nobody is known to have seen.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.board import Board
from app.domain.papers import Paper, PaperKind
from app.domain.residents import RESTRICTED_NAME
from app.domain.rolls import FireRoll, Mark, Occasion, RollCall, RollOther, RollWoman
from app.domain.sightings import How
from app.domain.time import stamp_day
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.board import read_board
from app.services.checks import Occasion as On
from app.services.concealing import concealer
from app.services.desk import Desk
from app.services.house import record_event
from app.services.papers import keep_paper
from app.services.seen import Seen, member, placed_resident, seen_facts
from app.services.sheets import shared_desk, shared_within
from app.store.audit import short_head
from app.store.queries.handovers import read_restricted_names
from app.store.queries.rolls import ENDED, STARTED, read_called, read_needs, read_others, read_roll
from app.store.queries.staff import staff_in
from app.store.tables.checks import check
from app.store.tables.rolls import roll, roll_mark

#: What a mark of a roll call may say of a woman: she was seen, face to face, or she was not found.
ROLL_HOWS = (How.SPOKE, How.AWAKE, How.NOT_SEEN)


@dataclass(frozen=True, kw_only=True)
class StartRoll(Seen):
    """A roll is called. `locked`: from a locked screen, by nobody knows whom."""

    occasion: Occasion
    place: str | None = None
    note: str | None = None
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class MarkWoman(Seen):
    """She was seen at the roll call, or looked for and not found. `roll` defaults to the one that is open."""

    resident: UUID
    how: How = How.SPOKE
    roll: UUID | None = None
    note: str | None = None
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class MarkOther(Seen):
    """One of the staff, or a visitor by name, is accounted for, or not."""

    found: bool = True
    staff: UUID | None = None
    name: str | None = None
    roll: UUID | None = None
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class EndRoll(Seen):
    """The roll call is over. Who is not accounted for is written down with it, and stays on the handover."""

    roll: UUID | None = None
    note: str | None = None
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class PrintRoll:
    """The roll on paper, as it stands now; every printing is a new roll with its own number."""

    names: tuple[str, ...] = ()
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class RollShown:
    """The roll was opened from a locked screen."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What goes to the printer: the paper with its copies, and the roll that it is drawn from."""

    id: UUID
    paper: Paper
    view: FireRoll


@act("start_roll")
def start_roll(context: Context, do: StartRoll) -> Ref:
    """Begin a roll call; one of the staff who begins it, and is in, is there. While one is open there is no second: that is
    no error."""
    there = read_roll(context.connection)
    if there is not None and there.ended is None:
        return Ref(there.id, "Open already")
    written = context.work.enter(
        roll,
        **_facts(context, do, do.locked),
        kind=STARTED,
        occasion=do.occasion.value,
        place=words(do.place, "The place", 200, field="place"),
        note=_note(context, do.note, do.locked),
    )
    here = {id_ for id_, _ in staff_in(context.connection, context.now)}
    if not do.locked and context.actor.staff_id in here:
        context.work.enter(roll_mark, roll_id=written.id, staff_id=context.actor.staff_id, found=True)
    return Ref(written.id, f"{do.occasion.label}: roll call")


@act("roll_seen")
def mark_woman(context: Context, do: MarkWoman) -> Ref:
    """Write what the roll call found of her: a check, with its occasion."""
    _open(context, do.roll)
    if do.how not in ROLL_HOWS:
        raise Refuse("At a roll call she is seen, or not found.", fields=("how",))
    facts = _facts(context, do, do.locked)
    ref = placed_resident(context, do.resident, facts["seen_at"])
    written = context.work.enter(
        check,
        **facts,
        resident_id=do.resident,
        how=do.how.value,
        occasion=On.ROLL_CALL.value,
        concern=False,
        note=_note(context, do.note, do.locked),
    )
    return Ref(written.id, ref.name)


@act("roll_mark")
def mark_other(context: Context, do: MarkOther) -> Ref:
    """Tick one of the staff, or a visitor."""
    call = _open(context, do.roll)
    name = words(do.name, "The name", 200, field="name")
    if (do.staff is None) == (name is None):
        raise Refuse("Say who it is: one of the staff, or a visitor by name.", fields=("name",))
    who = member(context, do.staff, "staff") if do.staff is not None else None
    written = context.work.enter(
        roll_mark, **_facts(context, do, do.locked), roll_id=call.id, staff_id=who, name=name, found=do.found
    )
    return Ref(written.id, name or "Marked")


@act("end_roll")
def end_roll(context: Context, do: EndRoll) -> Ref:
    """End it. Ending what is ended is no error."""
    there = read_roll(context.connection, do.roll)
    if there is None:
        raise Refuse("No roll call was begun.", fields=("roll",))
    if there.ended is not None:
        return Ref(there.id, "Ended already")
    facts = _facts(context, do, do.locked)
    if facts["seen_at"] < there.started:
        raise Refuse("It ended after it began.", fields=("seen_at",))
    as_it_stands = roll_within(context)
    for woman in as_it_stands.missing:
        context.work.enter(roll_mark, **facts, resident_id=woman.id, roll_id=there.id, found=False)
    for other in as_it_stands.others_missing:
        if other.mark is Mark.OPEN:
            context.work.enter(
                roll_mark, **facts, roll_id=there.id, staff_id=other.staff, name=other.name, found=False
            )
    written = context.work.enter(
        roll,
        **facts,
        kind=ENDED,
        roll_id=there.id,
        note=_note(context, do.note, do.locked),
    )
    return Ref(written.id, as_it_stands.counted)


@act("print_roll")
def print_roll(context: Context, do: PrintRoll) -> Printed:
    """Keep the roll as it is printed. On paper no restricted woman has a name, whoever prints it."""
    view = roll_within(context)
    names = do.names or ((f"whoever is at {context.actor.name}'s locked screen",) if do.locked else ())
    at = stamp_day(context.now, context.house.zone)
    subject = view.call.id if view.call else None
    paper = keep_paper(context, PaperKind.ROLL, f"Fire roll, {at}", view, subject=subject, names=names)
    return Printed(paper.id, paper, view)


@act("roll_shown")
def roll_shown(context: Context, do: RollShown) -> Ref:
    """Write that the roll was opened over a locked screen: whose screen is known, who looked is not."""
    return record_event(context, "fire_roll", f"Fire roll opened {_from_the_lock(context)}")


def _open(context: Context, id_: UUID | None) -> RollCall:
    there = read_roll(context.connection, id_)
    if there is None or there.ended is not None:
        raise Refuse("No roll call is open. Begin one first.", fields=("roll",))
    return there


def _facts(context: Context, do: Seen, locked: bool) -> dict[str, Any]:
    return seen_facts(context, do) | ({"seen_by": None} if locked else {})


def _from_the_lock(context: Context) -> str:
    return f"from the locked screen of {context.actor.name}"


def _note(context: Context, note: str | None, locked: bool) -> str | None:
    said = words(note, "The note", 4000, field="note")
    if not locked:
        return said
    return " · ".join(
        part for part in (said, f"Marked {_from_the_lock(context)}; who did is not known.") if part
    )


# Reads


def fire_roll(desk: Desk, *, shared: bool = False) -> FireRoll:
    """The roll as it stands now. `shared`: for paper and for a locked screen, read as someone who is listed for no
    restricted woman."""
    reader = shared_desk(desk.house, desk.clock, desk.actor.house_id, desk.read) if shared else desk
    return _roll(reader, read_board(reader), desk.actor.name)


def open_roll(desk: Desk) -> RollCall | None:
    """The roll call that nobody has ended, if there is one."""
    with desk.read() as connection:
        there = read_roll(connection)
    return there if there is not None and there.ended is None else None


def roll_within(context: Context) -> FireRoll:
    """The roll as an act sees it, read as someone who is listed for no restricted woman."""
    reader = shared_within(context)
    return _roll(reader, read_board(reader), context.actor.name)


def _roll(desk: Desk, board: Board, made_by: str) -> FireRoll:
    now, house = board.at, desk.house
    with desk.read() as connection:
        needs = read_needs(connection, [line.id for line in board.lines])
        call = read_roll(connection)
        if call is not None and call.ended is not None:
            call = None
        called = read_called(connection, call.started, now) if call else {}
        marks, visitors = read_others(connection, call.id) if call else ({}, ())
        since = dict(staff_in(connection, now))
        unnamed = frozenset(line.id for line in board.lines if line.who.hidden)
        conceal = concealer(read_restricted_names(connection, unnamed) if unnamed else ())
    women = tuple(
        RollWoman(
            id=line.id,
            room=line.who.room.label if line.who.room else "no room",
            floor=line.who.room.floor if line.who.room else 0,
            position=line.who.room.position if line.who.room else 0,
            name=RESTRICTED_NAME if line.who.hidden else line.who.name,
            hidden=line.who.hidden,
            presence=line.presence,
            since=line.presence_since,
            place=conceal(line.where) if line.where else None,
            unseen_since_return=line.unseen_since_return,
            last_seen=line.last_seen.seen_at if line.last_seen else None,
            last_how=line.last_seen.how if line.last_seen else None,
            evacuation=_text(conceal(needs[line.id][0] or "")),
            allergies=_text(conceal(needs[line.id][1] or "")),
            called=called.get(line.id),
        )
        for line in board.lines
    )
    staff = tuple(
        RollOther(one.name, one.id, since.get(one.id), marks.get(one.id, Mark.OPEN)) for one in board.staff_in
    )
    return FireRoll(
        house=house.name,
        marking=house.marking,
        training=house.training,
        zone=str(house.zone),
        made_at=now,
        made_by=made_by,
        assembly=board.assembly,
        address=board.address,
        women=women,
        others=(*staff, *visitors),
        head_seq=board.head_seq,
        head=short_head(board.head),
        call=call,
    )


def _text(text: str) -> str | None:
    return text.strip() or None
