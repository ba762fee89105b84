"""How a handover sheet is made from the store: which shift it is of, and what it is made from.

It is read as someone who is listed for no restricted woman, whoever asks, so that her name can't be on it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.domain.handovers import AppendixPart, Person, Sheet, Signed
from app.domain.house import House, Settings, Shift
from app.domain.nights import shift_span
from app.domain.residents import RESTRICTED_NAME
from app.domain.sheet import (
    IN_HER_RECORD,
    SAFE_TO_SHOW,
    Case,
    Due,
    Material,
    appendix_part,
    make_sheet,
)
from app.domain.staff import Actor, Role, StaffView
from app.domain.time import DAY, Clock, Span, local_date, opening
from app.services.acts import Context, Refuse
from app.services.board import read_board, read_dues
from app.services.concealing import Conceal, concealer, everywhere
from app.services.desk import Desk
from app.store.audit import short_head
from app.store.memory import Recall
from app.store.queries.access import hidden
from app.store.queries.handovers import (
    read_case_facts,
    read_expected,
    read_last_before,
    read_offered,
    read_open_actions,
    read_restricted_names,
    read_written,
)
from app.store.queries.house import read_settings
from app.store.queries.residents import placed, read_residents
from app.store.queries.sheets import read_copies_out, read_house_events, read_readers, read_walked
from app.store.queries.staff import read_staff, staff_in
from app.store.work import Reading, read_head

#: A sheet may be offered this long after its shift ended; after that the draft is of the shift that is on.
OFFER_LATE = timedelta(hours=2)
#: Who is in from this long before the shift's end is taken to be of the next one.
COMING_ON = timedelta(minutes=90)
#: How far back "since" may reach when nobody offered a sheet for a while.
SINCE_AT_MOST = timedelta(hours=24)
#: How far before the shift a check may have been due that was settled in it.
_CARRIED = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which shift a sheet is of."""

    shift: Shift
    following: Shift
    period: Span


class _Shared(Desk):
    """A desk at which nobody sits: it reads as someone who is listed for no restricted woman."""

    def __init__(
        self, house: House, actor: Actor, clock: Clock, reading: Callable[[], AbstractContextManager[Reading]]
    ) -> None:
        self.house, self.actor, self.clock = house, actor, clock
        self._open = reading

    @contextmanager
    def read(self) -> Iterator[Reading]:
        with self._open() as connection:
            yield connection

    def recall(self, connection: Reading) -> Recall:
        """Nothing: it may read an act's own snapshot, which nobody else has."""
        return Recall(self.clock.now(), read_head(connection))


def nobody(house_id: UUID) -> Actor:
    """The reader of the shared sheet, who is listed for no restricted woman."""
    return Actor(UUID(int=0), "", "the shared sheet", Role.QUALITY, house_id)


def shared_desk(
    house: House, clock: Clock, house_id: UUID, reading: Callable[[], AbstractContextManager[Reading]]
) -> Desk:
    """A desk for `nobody`, which reads through `reading`: a snapshot of its own, or the act that offers the sheet."""
    return _Shared(house, nobody(house_id), clock, reading)


def shared_within(context: Context) -> Desk:
    """A desk for `nobody` that reads what an act has before it."""
    return shared_desk(context.house, context.work.clock, context.actor.house_id, lambda: _within(context))


@contextmanager
def _within(context: Context) -> Iterator[Reading]:
    yield context.connection


def make_parts(context: Context, wanted: Wanted) -> tuple[AppendixPart, ...]:
    """The restricted appendix, a part for each restricted woman who lives here and for whom somebody is listed.

    Each is made as one of hers reads the sheet; of any other restricted woman nothing is in it.
    """
    with shared_within(context).read() as connection:
        readers = read_readers(connection, context.now)
        here = placed(connection, context.now)
        restricted = hidden(connection, nobody(context.actor.house_id), context.now)
    made = []
    for woman in sorted(here & set(readers)):
        eyes = Actor(readers[woman][0], "", "the restricted appendix", Role.QUALITY, context.actor.house_id)
        desk = _Shared(context.house, eyes, context.work.clock, lambda: _within(context))
        part = appendix_part(make_draft(desk, wanted, restricted - {woman}), woman)
        if part is not None:
            made.append(part)
    return tuple(made)


def wanted_shift(
    connection: Reading, settings: Settings, name: str | None, now: datetime, house: House
) -> Wanted:
    """The shift whose sheet is wanted. One that has just ended and has no sheet yet comes before the one that is on."""
    spans = [shift_span(now, house.zone, [shift.starts for shift in settings.shifts])]
    for _ in settings.shifts:
        spans.append(
            shift_span(
                spans[-1].start - timedelta(microseconds=1), house.zone, [s.starts for s in settings.shifts]
            )
        )
    found = [Wanted(*_named(settings.shifts, span, house), span) for span in spans]
    if name is not None:
        chosen = next((one for one in found if one.shift.name.casefold() == name.strip().casefold()), None)
        if chosen is None:
            known = ", ".join(shift.name for shift in settings.shifts)
            raise Refuse(f"There is no shift called {name} here. The shifts are: {known}.", fields=("shift",))
        return chosen
    on, before = found[0], found[1]
    last = read_offered(connection)
    if now - on.period.start < OFFER_LATE and (last is None or last.starts < before.period.start):
        return before
    return on


def _named(shifts: tuple[Shift, ...], span: Span, house: House) -> tuple[Shift, Shift]:
    """The shift of this span, and the one that follows it."""
    ordered = sorted(shifts, key=lambda shift: shift.starts)
    day = local_date(span.start, house.zone)
    index = next(n for n, shift in enumerate(ordered) if opening(day, shift.starts, house.zone) == span.start)
    return ordered[index], ordered[(index + 1) % len(ordered)]


def make_draft(shared: Desk, wanted: Wanted, unnamed: frozenset[UUID] | None = None) -> Sheet:
    """The sheet of this shift as the record stands now. `shared` is the desk at which nobody sits.

    `unnamed` are the women whose names are taken out of typed words (None: every restricted one).
    """
    now, period, zone = shared.clock.now(), wanted.period, shared.house.zone
    assert period.end is not None
    board = read_board(shared, now)
    with shared.read() as connection:
        before = read_last_before(connection, period.start)
        recent = before is not None and before.offered_at >= period.start - SINCE_AT_MOST
        since = min(period.start, before.offered_at) if before and recent else period.start
        entered_later = read_settings(connection).at(now).entered_later
        written = read_written(
            connection,
            shared.actor,
            now,
            since,
            before.head_seq + 1 if before and recent else 0,
            entered_later,
        )
        people = read_residents(connection, shared.actor, now)
        today = opening(local_date(now, zone), datetime.min.time(), zone)
        expected = read_expected(connection, shared.actor, now, today, today + DAY * 2)
        off, on = _staff(connection, now, min(now, period.end - COMING_ON))
        conceal = concealer(read_restricted_names(connection, unnamed))
        cases = {id_: Case(*facts) for id_, facts in read_case_facts(connection).items()}
        actions = read_open_actions(connection, shared.actor, now)
        rounds = read_walked(connection, now, since, zone)
        events = read_house_events(connection, shared.actor, now, since, zone)
        copies_out = read_copies_out(connection, shared.actor, now)
    dues = tuple(
        Due(line.who, line.resolved, line.why) for line in read_dues(shared, since - _CARRIED, period.end)
    )
    return make_sheet(
        Material(
            house=shared.house,
            shift=wanted.shift.name,
            to_shift=wanted.following.name,
            period=period,
            since=since,
            board=board,
            people=people,
            dues=dues,
            written=written,
            cases=cases,
            actions=actions,
            expected=expected,
            off=off,
            on=on,
            head=short_head(board.head),
            conceal=conceal,
            rounds=rounds,
            events=events,
            copies_out=copies_out,
        )
    )


def _staff(
    connection: Reading, now: datetime, turn: datetime
) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Those who were in before the shifts began to turn, and those who came in since."""
    staff = read_staff(connection)
    going = [id_ for id_, _ in staff_in(connection, turn)]
    coming = [id_ for id_, _ in staff_in(connection, now) if id_ not in going]
    return _people(staff, going), _people(staff, coming)


def not_read(
    connection: Reading, shown: Sheet, read: Iterable[Signed], until: datetime
) -> tuple[Person, ...]:
    """Who is of the incoming shift and has not marked the sheet read: those on it, and whoever has come in by `until`.

    Not those who were on the shift before, nor whoever offered it: they know what it says.
    """
    assert shown.offered is not None
    staff = read_staff(connection)
    done = {signed.staff for signed in read} | {shown.offered.staff}
    before = {person.staff for person in shown.off} | {None}
    named = {person.name for person in shown.off}
    coming = [person.staff for person in shown.on] + [id_ for id_, _ in staff_in(connection, until)]
    wanted = [
        id_
        for id_ in dict.fromkeys(coming)
        if id_ is not None and id_ not in done and id_ not in before and staff[id_].name not in named
    ]
    return _people(staff, wanted)


def _people(staff: Mapping[UUID, StaffView], ids: Iterable[UUID]) -> tuple[Person, ...]:
    """Leads first, then whoever came first."""
    people = [_person(staff[id_]) for id_ in ids]
    return tuple(sorted(people, key=lambda person: not person.lead))


def _person(member: StaffView) -> Person:
    return Person(member.name, member.role is Role.SHIFT_LEAD, member.id)


def as_now_readable(shown: Sheet, concealed: frozenset[UUID], conceal: Conceal) -> Sheet:
    """An offered sheet for a reader from whom women were hidden only after it was offered: their names and what was
    written about them go, here as everywhere. To everyone else it is as it was offered."""
    if not any(line.resident in concealed and not line.restricted for line in shown.lines):
        return shown
    lines = tuple(
        replace(
            line,
            name=RESTRICTED_NAME,
            restricted=True,
            marks=(),
            told=(IN_HER_RECORD,) if line.told else (),
            do=tuple(do for do in line.do if do.startswith(SAFE_TO_SHOW)),
            today=(),
        )
        if line.resident in concealed
        else line
        for line in shown.lines
    )
    first = tuple(
        replace(first, name=RESTRICTED_NAME, text=IN_HER_RECORD) if first.resident in concealed else first
        for first in shown.first
    )
    concealed_lines = replace(shown, lines=lines, first=first)
    return msgspec.convert(everywhere(msgspec.to_builtins(concealed_lines), conceal), type=Sheet)


def said(who: str, what: str, typed: str | None, conceal: Conceal) -> str:
    """One thing that was written, in one line: about whom, what, and the words that were typed."""
    what = " ".join(part for part in (who, what) if part)
    return f"{what}: {conceal(typed)}" if typed else what
