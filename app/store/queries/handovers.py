"""What a handover sheet is made from, and the sheets that were offered with what was done with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Table, func, or_, select

from app.domain.handovers import Copy, Event, Expected, OpenAction, Question, Signed, Written
from app.domain.regimes import Purpose
from app.domain.residents import RESTRICTED_NAME
from app.domain.sightings import How
from app.domain.staff import Actor
from app.domain.wording import HOW, PURPOSE
from app.store.queries.access import hidden
from app.store.queries.entries import CORRECTED
from app.store.queries.known import standing
from app.store.queries.papers import copies_of
from app.store.queries.staff import read_staff
from app.store.tables.absences import absence_case, absence_step
from app.store.tables.audit import audit
from app.store.tables.checks import check
from app.store.tables.emergencies import emergency
from app.store.tables.handovers import handover, handover_mark
from app.store.tables.movements import movement
from app.store.tables.notes import action, note
from app.store.tables.regimes import excusal, rule
from app.store.tables.residents import placement, resident
from app.store.tables.rolls import roll_mark

#: What a mark on a sheet says. A question and its answer share a number, and copies have theirs, in `copy`.
READ, QUESTION, ANSWER, TAKEN = "read", "question", "answer", "taken"
COPY, RETURNED = "copy", "returned"

_WENT = {
    "arrive": "arrived",
    "in": "in",
    "out": "out",
    "leave": "on leave",
    "hospital": "to hospital",
    "absent": "absent: case opened",
    "custody": "into custody",
    "depart": "left",
}


class Offered(NamedTuple):
    """An offered sheet as it is kept: its content is frozen JSON."""

    id: UUID
    number: int
    shift: str
    starts: datetime
    ends: datetime
    offered_at: datetime
    offered_by: UUID
    content: str
    head_seq: int


class Marks(NamedTuple):
    """What was done with one sheet."""

    read: tuple[Signed, ...]
    questions: tuple[Question, ...]
    taken: Signed | None
    copies: tuple[Copy, ...]


# What was written


def read_written(
    connection: Connection,
    actor: Actor,
    now: datetime,
    since: datetime,
    after: int = 0,
    later_than: timedelta = timedelta(minutes=5),
) -> tuple[Written, ...]:
    """What a sheet tells of, typed in [since, now] and after the entry `after`: concerns, notes marked for hand-over,
    movements, rules started and ended, excusals, and corrections. Typed words are None where the actor may not read her.

    An entry typed more than `later_than` after it was so is marked as entered later.
    """
    concealed = hidden(connection, actor, now)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    reader = _Reader(
        connection, concealed, names, since, now, max(after, _seq_before(connection, since)), later_than
    )
    return tuple(
        sorted(
            (
                *reader.concerns(),
                *reader.notes(),
                *reader.movements(),
                *reader.excusals(),
                *reader.corrections(),
                *reader.rules(),
                *reader.emergencies(),
                *reader.not_accounted_for(),
            ),
            key=lambda it: (it.at, it.seq),
        )
    )


def _seq_before(connection: Connection, since: datetime) -> int:
    """An entry of the spine that was surely written before `since`: found from the end, so that ten years cost nothing.

    A clock may be up to a minute behind the last entry, so it is looked for a little earlier.
    """
    a = audit
    before = select(a.c.seq).where(a.c.at < since - timedelta(minutes=5)).order_by(a.c.seq.desc()).limit(1)
    return connection.execute(before).scalar() or 0


@dataclass(frozen=True)
class _Reader:
    connection: Connection
    concealed: frozenset[UUID]
    names: Mapping[UUID, str]
    since: datetime
    now: datetime
    after: int
    later_than: timedelta

    def concerns(self) -> Iterable[Written]:
        for row in self._rows(check, check.c.concern):
            yield self._written(Event.CONCERN, row, "concern", row.note)

    def notes(self) -> Iterable[Written]:
        for row in self._rows(note, note.c.hand_over):
            yield self._written(Event.NOTE, row, "" if row.kind == "note" else row.kind, row.text)

    def movements(self) -> Iterable[Written]:
        for row in self._rows(movement):
            said = ", ".join(part for part in (row.place, row.purpose, row.condition) if part)
            yield self._written(Event.MOVEMENT, row, _WENT.get(row.kind, row.kind), said or None)

    def excusals(self) -> Iterable[Written]:
        for row in self._rows(excusal):
            yield self._written(Event.EXCUSAL, row, "checks excused", row.reason)

    def corrections(self) -> Iterable[Written]:
        """Struck and corrected entries, as what stood before and why; the sheet tells of the slip as of anything else."""
        for table in (check, movement, note, excusal):
            earlier = table.alias()
            query = self._typed(
                select(table, *(earlier.c[name].label(f"was_{name}") for name in _told_of(table)))
                .join(earlier, earlier.c.id == table.c.amends_id)
                .order_by(table.c.seq),
                table,
            )
            for row in self.connection.execute(query):
                what = f"{_was(table, row)} {'struck' if row.struck else 'corrected'}"
                if row.struck or _differs(table, row):
                    yield self._written(Event.CORRECTION, row, what, row.reason, at=row.typed_at)
                if row.resident_id != row.was_resident_id:
                    told = self._written(Event.CORRECTION, row, what, row.reason, at=row.typed_at)
                    hers = row.was_resident_id not in self.concealed
                    yield replace(told, resident=row.was_resident_id, words=row.reason if hers else None)

    def rules(self) -> Iterable[Written]:
        r = rule
        started = select(r).where(r.c.set_at >= self.since, r.c.set_at <= self.now)
        for row in self.connection.execute(started):
            yield self._rule(
                row, row.set_at, row.set_by, "checks changed" if row.replaces_id else "checks started"
            )
        ended = select(r).where(
            r.c.ended_at >= self.since, r.c.ended_at <= self.now, r.c.end_reason != "replaced"
        )
        for row in self.connection.execute(ended):
            yield self._rule(row, row.ended_at, row.ended_by, "checks ended")

    def emergencies(self) -> Iterable[Written]:
        """That there was one, in her line or the house's, and not what it was; a mistaken one as what it is."""
        e = emergency
        touched = select(e).where(e.c.changed_at > self.since, e.c.changed_at <= self.now)
        for row in self.connection.execute(touched.where(or_(e.c.ended.is_(None), e.c.ended > self.since))):
            if row.mistake:
                what, kind = "emergency key pressed by mistake", Event.CORRECTION
            else:
                what, kind = ("emergency, over" if row.ended else "emergency, still on"), Event.EMERGENCY
            by = self.names[row.started_by]
            yield Written(kind, row.id, 0, row.resident_id, row.started, row.started, by, what, None)

    def not_accounted_for(self) -> Iterable[Written]:
        """Who was not accounted for when a roll call ended; she is seen, or asked after, by whoever comes on."""
        m = roll_mark.c
        for row in self._rows(roll_mark, ~m.found, or_(m.resident_id.is_not(None), m.staff_id.is_not(None))):
            who = f"{self.names[row.staff_id]}: " if row.staff_id else ""
            yield self._written(Event.ROLL, row, f"{who}not accounted for at a roll call", None)

    def _rule(self, row: Row[Any], at: datetime, by: UUID, what: str) -> Written:
        words = PURPOSE[Purpose(row.purpose)] if row.resident_id in self.concealed else row.title
        return Written(Event.RULE, row.id, 0, row.resident_id, at, at, self.names[by], what, words)

    def _rows(self, table: Table, *where: Any) -> Iterable[Row[Any]]:
        query = select(table).where(standing(table), *where).order_by(table.c.seq)
        yield from self.connection.execute(self._typed(query, table))

    def _typed(self, query: Select[Any], table: Table) -> Select[Any]:
        return query.where(
            table.c.seq > self.after, table.c.typed_at >= self.since, table.c.typed_at <= self.now
        )

    def _written(
        self, kind: Event, row: Row[Any], what: str, words: str | None, at: datetime | None = None
    ) -> Written:
        return Written(
            kind=kind,
            entry=row.id,
            seq=row.seq,
            resident=row.resident_id,
            at=at or row.seen_at,
            typed_at=row.typed_at,
            by=self.names[row.typed_by],
            what=what,
            words=None if row.resident_id in self.concealed else words,
            entered_later=at is None and row.typed_at - row.seen_at > self.later_than,
        )


def _told_of(table: Table) -> tuple[str, ...]:
    return tuple(name for name in CORRECTED if name in table.c)


def _differs(table: Table, row: Row[Any]) -> bool:
    """Whether a correction says something else; only adding why a check was late is told with the check itself."""
    return any(row._mapping[name] != row._mapping[f"was_{name}"] for name in _told_of(table))


def _was(table: Table, row: Row[Any]) -> str:
    if table is check:
        return f"check “{HOW[How(row.was_how)]}”"
    if table is movement:
        return f"movement “{_WENT.get(row.was_kind, row.was_kind)}”"
    return "note" if table is note else "excusal"


def read_late_reasons(
    connection: Connection, actor: Actor, now: datetime, since: datetime, known_at: datetime | None = None
) -> dict[UUID, str]:
    """Why a check was late, by the entry that met it (the first of a corrected one), where somebody wrote it."""
    concealed = hidden(connection, actor, now)
    c = check
    rows = connection.execute(
        select(c.c.id, c.c.amends_id, c.c.late_reason, c.c.resident_id)
        .where(c.c.seen_at >= since, standing(c, known_at), c.c.late_reason.is_not(None))
        .order_by(c.c.seq)
    ).all()
    parents = {row.id: row.amends_id for row in rows if row.amends_id}
    while missing := set(parents.values()) - set(parents) - {None}:
        found = connection.execute(select(c.c.id, c.c.amends_id).where(c.c.id.in_(missing)))
        parents |= {row.id: row.amends_id for row in found}
    return {_root(row.id, parents): row.late_reason for row in rows if row.resident_id not in concealed}


def _root(entry: UUID, parents: Mapping[UUID, UUID | None]) -> UUID:
    while (earlier := parents.get(entry)) is not None:
        entry = earlier
    return entry


def read_case_facts(
    connection: Connection,
) -> dict[UUID, tuple[datetime, int, datetime | None, datetime | None]]:
    """Every open absence case: resident to when it was opened, how many steps, when decided, when she was back.

    Not filtered by access: that she is absent, and since when, is for everyone on shift (DOMAIN.md 7).
    """
    a, s = absence_case, absence_step
    steps = select(func.count()).select_from(s).where(s.c.case_id == a.c.id, standing(s)).scalar_subquery()
    rows = connection.execute(select(a, steps.label("steps")).where(a.c.closed.is_(None)))
    return {row.resident_id: (row.opened, row.steps, row.decided, row.returned) for row in rows}


def read_open_actions(connection: Connection, actor: Actor, now: datetime) -> tuple[OpenAction, ...]:
    """Every action that is not done, with the sheet it was first on and how many it has been on."""
    concealed = hidden(connection, actor, now)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    offers = connection.execute(
        select(handover.c.number, handover.c.typed_at).order_by(handover.c.number)
    ).all()
    found = []
    for row in connection.execute(select(action).where(action.c.done.is_(None)).order_by(action.c.opened)):
        sheets = [number for number, at in offers if at >= row.opened]
        text = "an action in her own record" if row.resident_id in concealed else row.text
        found.append(
            OpenAction(
                row.id,
                text,
                row.resident_id,
                names.get(row.owner_id),
                row.due,
                row.opened,
                sheets[0] if sheets else None,
                len(sheets),
            )
        )
    return tuple(found)


def read_expected(
    connection: Connection, actor: Actor, now: datetime, start: datetime, end: datetime
) -> tuple[Expected, ...]:
    """Arrivals and departures that are planned in [start, end) and have not happened."""
    concealed = hidden(connection, actor, now)
    p = placement
    here = select(p, resident.c.name).join(resident, resident.c.id == p.c.resident_id)
    arriving = here.where(
        p.c.arrived.is_(None), p.c.departed.is_(None), _within(p.c.expected_arrival, start, end)
    )
    leaving = here.where(
        p.c.arrived.is_not(None), p.c.departed.is_(None), _within(p.c.expected_departure, start, end)
    )
    found = [
        Expected(row.resident_id, RESTRICTED_NAME if row.resident_id in concealed else row.name, arrives, at)
        for query, arrives in ((arriving, True), (leaving, False))
        for row in connection.execute(query)
        for at in (row.expected_arrival if arrives else row.expected_departure,)
    ]
    return tuple(sorted(found, key=lambda it: (it.at, it.name)))


def _within(column: Any, start: datetime, end: datetime) -> Any:
    return (column >= start) & (column < end)


def read_restricted_names(connection: Connection, of: Collection[UUID] | None = None) -> tuple[str, ...]:
    """Every name by which typed words may call a restricted woman (one of these; None: any): whole, preferred, and each
    part that is nobody else's.

    For taking them out of words that others read; never for showing.
    """
    r = resident
    rows = connection.execute(select(r.c.id, r.c.name, r.c.preferred_name, r.c.restricted)).all()
    others = {part for row in rows if not row.restricted for part in (row.name or "").split()}
    others |= {part for member in read_staff(connection).values() for part in member.name.split()}
    found: set[str] = set()
    for row in rows:
        if row.restricted and (of is None or row.id in of):
            found |= {name for name in (row.name, row.preferred_name) if name}
            found |= {part for part in (row.name or "").split() if len(part) > 2 and part not in others}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


# Sheets


def read_offered(connection: Connection, which: int | UUID | None = None) -> Offered | None:
    """One sheet by number or id, or the last one offered."""
    h = handover
    query = select(h).order_by(h.c.number.desc()).limit(1)
    if which is not None:
        query = query.where(h.c.id == which if isinstance(which, UUID) else h.c.number == which)
    row = connection.execute(query).first()
    return _offered(row) if row else None


def read_last_before(connection: Connection, starts: datetime) -> Offered | None:
    """The last sheet offered for a period that began before `starts`."""
    h = handover
    query = select(h).where(h.c.starts < starts).order_by(h.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return _offered(row) if row else None


def read_all_offered(connection: Connection, limit: int) -> tuple[Offered, ...]:
    """The newest sheets first."""
    rows = connection.execute(select(handover).order_by(handover.c.number.desc()).limit(limit))
    return tuple(_offered(row) for row in rows)


def read_marks(connection: Connection, sheets: Iterable[UUID]) -> dict[UUID, Marks]:
    """What was done with each of these sheets, in the order it was done."""
    wanted = list(sheets)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    m = handover_mark
    rows: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(m).where(m.c.handover_id.in_(wanted), standing(m)).order_by(m.c.seq)
    ):
        rows[row.handover_id].append(row)
    return {id_: _marks(rows[id_], names) for id_ in wanted}


def _offered(row: Row[Any]) -> Offered:
    return Offered(
        row.id,
        row.number,
        row.shift,
        row.starts,
        row.ends,
        row.typed_at,
        row.typed_by,
        row.content,
        row.head_seq,
    )


def _marks(rows: list[Row[Any]], names: Mapping[UUID, str]) -> Marks:
    def signed(row: Row[Any]) -> Signed:
        return Signed(names[row.typed_by], row.typed_at, row.typed_by)

    of_kind: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        of_kind[row.kind].append(row)
    answers = {row.copy: row for row in of_kind[ANSWER]}
    questions = tuple(
        Question(
            asked.copy,
            signed(asked),
            asked.text,
            signed(answer) if answer else None,
            answer.text if answer else None,
        )
        for asked in of_kind[QUESTION]
        for answer in (answers.get(asked.copy),)
    )
    taken = next((signed(row) for row in of_kind[TAKEN]), None)
    copies = copies_of(of_kind[COPY], of_kind[RETURNED], names)
    return Marks(tuple(signed(row) for row in of_kind[READ]), questions, taken, copies)
