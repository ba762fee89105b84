"""Walks as they were typed. They name no woman, so everyone who may read the record may read them."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.time import Span
from app.domain.walks import Step, Walk, WalkStep
from app.store.queries.known import standing
from app.store.queries.staff import read_staff
from app.store.tables.walks import walk


def read_walks(connection: Connection, since: datetime, until: datetime | None = None) -> tuple[Walk, ...]:
    """The walks that were begun in [since, until), the earliest first, each with all its steps."""
    w = walk.c
    begun = [w.kind == Step.STARTED.value, w.seen_at >= since, standing(walk)]
    if until is not None:
        begun.append(w.seen_at < until)
    firsts = connection.execute(select(walk).where(*begun).order_by(w.seq)).all()
    if not firsts:
        return ()
    later = select(walk).where(w.walk_id.in_([row.id for row in firsts]), standing(walk)).order_by(w.seq)
    following = defaultdict(list)
    for row in connection.execute(later):
        following[row.walk_id].append(row)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    return tuple(
        Walk(
            id=first.id,
            title=first.title,
            span=Span(first.opens, first.closes) if first.opens else None,
            steps=tuple(
                WalkStep(
                    walk=first.id,
                    entry=row.id,
                    seq=row.seq,
                    at=row.seen_at,
                    kind=Step(row.kind),
                    by=row.typed_by,
                    name=names[row.typed_by],
                    second=names.get(row.second_id) if row.second_id else None,
                    note=row.note,
                )
                for row in (first, *following[first.id])
            ),
        )
        for first in firsts
    )
