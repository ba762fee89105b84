"""The pack of an absence, printed for the police or the on-call manager: kept as it was printed, with whom it went to."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.domain.absences import AbsenceCase
from app.domain.board import LastSeen, last_sighting
from app.domain.case_pack import CasePack, make_pack
from app.domain.curfew import curfew
from app.domain.handovers import Copy
from app.domain.history import History
from app.domain.papers import Paper, PaperKind
from app.domain.time import Span, day_label, local_date
from app.reports.case_pack import render
from app.services.absence_steps import plan_steps
from app.services.acts import Context, Refuse, act
from app.services.desk import Desk
from app.services.papers import keep_paper, paper_view
from app.services.seen import readable_resident
from app.store.queries.absences import last_case
from app.store.queries.entries import hands
from app.store.queries.history import read_histories
from app.store.queries.plans import read_plan
from app.store.queries.residents import read_residents
from app.store.queries.staff import read_staff

#: How far back her last sighting is looked for.
_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class PrintCase:
    """Her pack, with a numbered copy for each name: to whom it goes."""

    resident: UUID
    names: tuple[str, ...]


@act("print_case")
def print_case(context: Context, do: PrintCase) -> Paper:
    """Keep the pack as it stands now, under the next number, about her: only those who may read her may read it."""
    readable_resident(context, do.resident)
    if not do.names:
        raise Refuse(
            "Say who gets it: the police by name and number, or the on-call manager.", fields=("names",)
        )
    case = last_case(context.connection, do.resident)
    if case is None:
        raise Refuse("She has had no absence case.", fields=("resident",))
    pack = _pack(context, case)
    day = day_label(local_date(case.opened, context.house.zone))
    return keep_paper(
        context,
        PaperKind.CASE,
        f"Absence of {day}",
        pack,
        subject=case.id,
        resident=do.resident,
        names=do.names,
    )


def case_pdf(desk: Desk, paper: Paper, copy: Copy) -> bytes:
    """One copy on paper. The same paper and copy are the same bytes."""
    return render(paper_view(desk, paper, CasePack), paper, copy)


def _pack(context: Context, case: AbsenceCase) -> CasePack:
    now, zone, connection = context.now, context.house.zone, context.connection
    her = read_residents(connection, context.actor, now, only=case.resident)[case.resident]
    since = min(now, case.opened) - _LOOK_BACK
    history = read_histories(connection, [case.resident], since, zone, context.setting_history, concealed=())[
        case.resident
    ]
    return make_pack(
        context.house,
        context.settings,
        her,
        case,
        plan_steps(context, case),
        read_plan(connection, context.actor, now, case.resident),
        (_curfew(history, case), _last_seen(context, history)),
        (now, context.actor.name),
    )


def _curfew(history: History, case: AbsenceCase) -> Span | None:
    """The curfew that she was due for."""
    return curfew(history.rules, case.due_back, history.zone)


def _last_seen(context: Context, history: History) -> LastSeen | None:
    last = last_sighting(history.seen, context.now)
    if last is None:
        return None
    hand = hands(context.connection, [last])[last.entry_id]
    names = {id_: member.name for id_, member in read_staff(context.connection).items()}
    seen_by = names.get(hand.seen_by) if hand.seen_by else None
    return LastSeen(last.entry_id, last.seen_to, last.how, seen_by, hand.typed_at, names.get(hand.typed_by))
