"""Everything that was written about one woman, newest first, as the reader may see it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, select

from app.domain.absences import StepKind
from app.domain.sightings import How
from app.domain.staff import Actor
from app.domain.timeline import TimelineLine
from app.domain.wording import HOW
from app.store.queries.access import hidden
from app.store.queries.staff import read_staff
from app.store.tables.absences import absence_step
from app.store.tables.checks import check, confirmation
from app.store.tables.house import event
from app.store.tables.movements import movement
from app.store.tables.notes import note
from app.store.tables.regimes import excusal

#: What her return is called.
BACK_IN = "Back in"
_MOVED = {
    "arrive": "Arrived",
    "in": BACK_IN,
    "out": "Out",
    "leave": "On leave",
    "hospital": "To hospital",
    "absent": "Absence case opened",
    "custody": "Into custody",
    "depart": "Departed",
}


def _joined(*parts: str | None) -> str:
    return " · ".join(part.strip() for part in parts if part and part.strip())


def _check(row: Row[Any]) -> tuple[str, str]:
    how = HOW[How(row.how)]
    return how[0].upper() + how[1:], _joined(
        "concern" if row.concern else None, row.note, row.late_reason, row.place
    )


def _movement(row: Row[Any]) -> tuple[str, str]:
    seen = HOW[How(row.how)] if row.how else None
    return _MOVED[row.kind], _joined(
        row.place, row.purpose, row.condition, f"{seen} at the door" if seen else None
    )


def _step(row: Row[Any]) -> tuple[str, str]:
    kind = StepKind(row.kind)
    if kind is StepKind.NOT_NEEDED:
        return f"{kind.label}: {row.who}", row.result or ""
    return kind.label, _joined(row.who, row.phone, row.result, row.reference and f"reference {row.reference}")


#: How an entry of each table is said: (title, detail). A table that is not here is not on the timeline.
SAID: dict[Table, Callable[[Row[Any]], tuple[str, str]]] = {
    check: _check,
    movement: _movement,
    note: lambda row: ("Note", row.text),
    event: lambda row: ("Restricted record", row.text or ""),
    excusal: lambda row: ("Excused", row.reason or ""),
    absence_step: _step,
}

#: Checks and movements of a restricted woman are for everyone on shift, without their words (DESIGN.md).
_FOR_ALL = {check: "check", movement: "movement"}


def read_timeline(
    connection: Connection,
    actor: Actor,
    now: datetime,
    resident: UUID,
    since: datetime,
    until: datetime | None = None,
    entered_later: timedelta = timedelta(minutes=5),
) -> tuple[TimelineLine, ...]:
    """Her entries that were so in [since, until), newest first; struck and amended ones stay, marked."""
    conceal = resident in hidden(connection, actor, now)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    lines = []
    for table, say in SAID.items():
        if conceal and table not in _FOR_ALL:
            continue
        where = [table.c.resident_id == resident, table.c.seen_at >= since]
        if until is not None:
            where.append(table.c.seen_at < until)
        rows = connection.execute(select(table).where(*where)).all()
        later = _later(connection, table, [row.id for row in rows])
        confirmed = _confirmed(connection, [row.id for row in rows])
        for row in rows:
            title, detail = say(row)
            struck_by, amended_by = later.get(row.id, (None, None))
            stands = not row.struck and struck_by is None and amended_by is None
            lines.append(
                TimelineLine(
                    entry=row.id,
                    seq=row.seq,
                    kind=_FOR_ALL.get(table, table.name),
                    title=title,
                    detail="" if conceal else _joined(detail, None if table is excusal else _why(row)),
                    seen_at=row.seen_at,
                    seen_until=row.seen_until,
                    precision=row.precision,
                    source=row.source,
                    seen_by=names.get(row.seen_by),
                    typed_at=row.typed_at,
                    typed_by=names.get(row.typed_by, ""),
                    entered_later=row.typed_at - row.seen_at > entered_later,
                    counts=_counts(table, row),
                    amends=row.amends_id,
                    amended_by=amended_by,
                    struck=row.struck or struck_by is not None,
                    unconfirmed=stands
                    and table in _FOR_ALL
                    and row.seen_by not in (None, row.typed_by)
                    and row.id not in confirmed,
                )
            )
    return tuple(sorted(lines, key=lambda line: (line.seen_at, line.seq), reverse=True))


def _why(row: Row[Any]) -> str | None:
    if row.reason is None:
        return None
    return f"{'struck' if row.struck else 'corrected'}: {row.reason}"


def _counts(table: Table, row: Row[Any]) -> bool:
    return table in _FOR_ALL and row.how is not None and How(row.how).counts_by_default


def _later(
    connection: Connection, table: Table, ids: list[UUID]
) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Entry id to (struck by, amended by)."""
    rows = connection.execute(
        select(table.c.id, table.c.amends_id, table.c.struck).where(table.c.amends_id.in_(ids))
    )
    return {row.amends_id: (row.id, None) if row.struck else (None, row.id) for row in rows}


def _confirmed(connection: Connection, ids: list[UUID]) -> frozenset[UUID]:
    rows = connection.execute(select(confirmation.c.confirms_id).where(confirmation.c.confirms_id.in_(ids)))
    return frozenset(row.confirms_id for row in rows)
