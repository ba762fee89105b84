"""The grab pack: kept as a numbered paper in the act that makes it, with a round sheet bound in that can be typed back."""

from collections import defaultdict
from dataclasses import dataclass, replace
from uuid import UUID

from app.domain.grab import AHEAD, GrabPack, GrabWoman, Stores, make_pack, open_slots
from app.domain.handovers import Copy
from app.domain.papers import Paper, PaperKind
from app.domain.residents import RESTRICTED_NAME
from app.domain.round_sheet import RoundSheet
from app.domain.slots import Resolved
from app.reports.grab import render
from app.services.acts import Context, act
from app.services.board import read_board, read_dues
from app.services.concealing import concealer
from app.services.desk import Desk
from app.services.papers import keep_paper, paper, paper_view
from app.services.rolls import roll_within
from app.services.round_sheet import PrintRound, print_round
from app.services.sheets import shared_within
from app.store.queries.access import hidden
from app.store.queries.handovers import read_restricted_names
from app.store.queries.plans import read_plans
from app.store.queries.residents import read_residents
from app.store.queries.sheets import read_readers
from app.store.queries.staff import read_staff

#: How many passes the round sheet in the pack has: a night without power is walked more than once.
PASSES = 4


@dataclass(frozen=True, kw_only=True)
class MakeGrabPack:
    """A grab pack of the house as it stands, with a numbered copy for each name (default: mine)."""

    names: tuple[str, ...] = ()


@act("grab_pack")
def grab_pack(context: Context, do: MakeGrabPack) -> Paper:
    """Keep the pack, and the round sheet that is bound into it, as they are printed."""
    stores = _stores(context)
    walked: Paper = print_round(context, PrintRound(passes=PASSES, names=do.names))
    pack = make_pack(stores, walked.number)
    return keep_paper(context, PaperKind.GRAB, "Grab pack", pack, names=do.names)


def grab_pdf(desk: Desk, number: int | None = None, copy: Copy | None = None) -> tuple[Paper, bytes] | None:
    """A grab pack by its number (default: the last) as one PDF, its last copy or the one given; None where there is none.

    The same pack and copy are the same bytes. Women who were hidden from this person since are hidden in it too.
    """
    kept = paper(desk, PaperKind.GRAB, number)
    if kept is None:
        return None
    with desk.read() as connection:
        concealed = hidden(connection, desk.actor, desk.clock.now())
    pack = as_now_readable(paper_view(desk, kept, GrabPack), concealed)
    walked = paper(desk, PaperKind.ROUND, pack.round_number) if pack.round_number else None
    sheet = paper_view(desk, walked, RoundSheet) if walked else None
    return kept, render(kept, copy or kept.copies[-1], pack, (walked, sheet) if walked and sheet else None)


def as_now_readable(pack: GrabPack, concealed: frozenset[UUID]) -> GrabPack:
    """The pack for a reader from whom women were hidden only after it was made."""
    roll = tuple(
        replace(one, name=RESTRICTED_NAME, hidden=True, place=None) if one.id in concealed else one
        for one in pack.roll.women
    )
    return replace(
        pack,
        women=tuple(_hidden(one) if one.resident in concealed else one for one in pack.women),
        roll=replace(pack.roll, women=roll),
    )


def _hidden(woman: GrabWoman) -> GrabWoman:
    return replace(
        woman,
        name=RESTRICTED_NAME,
        restricted=True,
        name_alert="",
        rules=(),
        plan=(),
        contacts=(),
        ask=woman.ask if woman.restricted else "Her record is restricted now: ask a manager.",
    )


def _stores(context: Context) -> Stores:
    shared = shared_within(context)
    now = context.now
    board = read_board(shared, now)
    dues: dict[UUID, list[Resolved]] = defaultdict(list)
    for line in read_dues(shared, now, now + AHEAD):
        dues[line.who.id].append(line.resolved)
    here = [line.id for line in board.lines]
    with shared.read() as connection:
        people = read_residents(connection, shared.actor, now, only=here)
        plans = read_plans(connection, shared.actor, now, here)
        staff = read_staff(connection)
        readers = {
            woman: tuple(staff[id_].name for id_ in ids)
            for woman, ids in read_readers(connection, now).items()
        }
        conceal = concealer(read_restricted_names(connection))
    return Stores(
        house=context.house,
        board=board,
        people=people,
        dues={id_: open_slots(hers) for id_, hers in dues.items()},
        plans=plans,
        readers=readers,
        staff=[one for one in staff.values() if one.active],
        roll=roll_within(context),
        made_by=context.actor.name,
        conceal=conceal,
    )
