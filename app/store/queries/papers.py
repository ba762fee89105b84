"""Numbered papers and what became of their copies. One that is about a woman is read only by those who may read her."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from app.domain.handovers import Copy, Signed
from app.domain.papers import Paper, PaperKind
from app.domain.staff import Actor
from app.store.audit import short_head
from app.store.queries.access import hidden
from app.store.queries.known import standing
from app.store.queries.staff import read_staff
from app.store.tables.papers import paper, paper_mark

#: What a mark on a paper says. Copies have their number in `copy` and the name they are for in `text`.
COPY, RETURNED, TYPED_BACK = "copy", "returned", "typed_back"


def read_last_number(connection: Connection, kind: PaperKind) -> int:
    """The highest number of its kind, whoever may read that paper; 0 before the first."""
    highest = select(func.max(paper.c.number)).where(paper.c.kind == kind.value)
    return connection.execute(highest).scalar() or 0


def read_papers(
    connection: Connection,
    actor: Actor,
    now: datetime,
    kind: PaperKind | None = None,
    number: int | None = None,
    limit: int = 60,
) -> tuple[Paper, ...]:
    """The papers that this actor may read, the newest first, of one kind or with one number where that is asked."""
    wanted = select(paper).order_by(paper.c.seq.desc())
    if kind is not None:
        wanted = wanted.where(paper.c.kind == kind.value)
    if number is not None:
        wanted = wanted.where(paper.c.number == number)
    concealed = hidden(connection, actor, now)
    if concealed:
        wanted = wanted.where(paper.c.resident_id.is_(None) | paper.c.resident_id.not_in(concealed))
    rows = connection.execute(wanted.limit(limit)).all()
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    marks = _marks(connection, [row.id for row in rows])
    return tuple(_paper(row, marks[row.id], names) for row in rows)


def read_content(connection: Connection, actor: Actor, now: datetime, paper_id: UUID) -> str | None:
    """What was printed, as it was frozen; None where there is none that this actor may read."""
    row = connection.execute(
        select(paper.c.content, paper.c.resident_id).where(paper.c.id == paper_id)
    ).first()
    if row is None or row.resident_id in hidden(connection, actor, now):
        return None
    return str(row.content)


def _marks(connection: Connection, papers: Iterable[UUID]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    m = paper_mark
    of_these = select(m).where(m.c.paper_id.in_(list(papers)), standing(m)).order_by(m.c.seq)
    for row in connection.execute(of_these):
        found[row.paper_id].append(row)
    return found


def _paper(row: Row[Any], marks: list[Row[Any]], names: Mapping[UUID, str]) -> Paper:
    typed = next((mark for mark in marks if mark.kind == TYPED_BACK), None)
    return Paper(
        id=row.id,
        kind=PaperKind(row.kind),
        number=row.number,
        title=row.title,
        made_at=row.typed_at,
        made_by=_signed(row, names),
        subject=row.subject_id,
        resident=row.resident_id,
        head_seq=row.head_seq,
        head=short_head(row.head),
        copies=copies_of(
            [mark for mark in marks if mark.kind == COPY],
            [mark for mark in marks if mark.kind == RETURNED],
            names,
        ),
        typed_back=_signed(typed, names) if typed is not None else None,
    )


def copies_of(
    printed: list[Row[Any]], returned: list[Row[Any]], names: Mapping[UUID, str]
) -> tuple[Copy, ...]:
    """Copies from the marks that say they were printed and those that say they came back."""
    back = {row.copy: _signed(row, names) for row in reversed(returned)}
    last: dict[datetime, int] = {}
    for row in printed:
        last[row.typed_at] = max(row.copy, last.get(row.typed_at, 0))
    return tuple(
        Copy(row.copy, last[row.typed_at], row.text, row.typed_at, back.get(row.copy)) for row in printed
    )


def _signed(row: Row[Any], names: Mapping[UUID, str]) -> Signed:
    return Signed(names[row.typed_by], row.typed_at, row.typed_by)
