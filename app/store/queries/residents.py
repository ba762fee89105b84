"""Residents as the reader may know them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from app.domain.residents import (
    AGREEMENT,
    RESTRICTED_NAME,
    LegalBasis,
    NightAgreement,
    OpenedRecord,
    Placement,
    Resident,
    ResidentRef,
    RoomRef,
)
from app.domain.staff import Actor
from app.store.queries.access import hidden
from app.store.queries.known import records
from app.store.queries.rooms import read_rooms, rooms_of
from app.store.queries.staff import read_staff
from app.store.tables.house import event
from app.store.tables.residents import night_agreement, placement, resident


def placed(connection: Connection, at: datetime, known_at: datetime | None = None) -> frozenset[UUID]:
    """Ids of the women placed here at `at`: arrived, and not departed (half open)."""
    p = records(placement, known_at)
    rows = connection.execute(
        select(p.c.resident_id).where(p.c.arrived <= at, or_(p.c.departed.is_(None), p.c.departed > at))
    )
    return frozenset(row.resident_id for row in rows)


def placed_within(
    connection: Connection, start: datetime, end: datetime, known_at: datetime | None = None
) -> frozenset[UUID]:
    """Ids of the women placed here at any instant of [start, end)."""
    p = records(placement, known_at)
    rows = connection.execute(
        select(p.c.resident_id).where(p.c.arrived < end, or_(p.c.departed.is_(None), p.c.departed > start))
    )
    return frozenset(row.resident_id for row in rows)


def read_opened(
    connection: Connection, actor: Actor, now: datetime, since: datetime
) -> tuple[OpenedRecord, ...]:
    """Who opened a restricted record with a reason since then, newest first. The reason is for who may read the record."""
    e = event
    rows = connection.execute(
        select(e.c.typed_at, e.c.typed_by, e.c.resident_id, e.c.text)
        .where(e.c.kind == "break_glass", e.c.seen_at >= since)
        .order_by(e.c.seq.desc())
    ).all()
    refs = read_refs(connection, actor, now, only={row.resident_id for row in rows})
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    return tuple(
        OpenedRecord(
            row.typed_at,
            names[row.typed_by],
            refs[row.resident_id],
            None if refs[row.resident_id].hidden else row.text,
        )
        for row in rows
    )


def last_arrival(connection: Connection, resident_id: UUID) -> datetime | None:
    """When she last arrived, None if she never did."""
    arrivals = select(func.max(placement.c.arrived)).where(placement.c.resident_id == resident_id)
    return connection.execute(arrivals).scalar()


def placement_row(connection: Connection, resident_id: UUID) -> dict[str, Any] | None:
    """Her latest placement's own row, for the service that is about to change it."""
    p = placement
    rows = select(p).where(p.c.resident_id == resident_id).order_by(p.c.id.desc()).limit(1)
    row = connection.execute(rows).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


def agreement_row(connection: Connection, resident_id: UUID) -> dict[str, Any] | None:
    """Her night agreement's own row, likewise."""
    rows = select(night_agreement).where(night_agreement.c.resident_id == resident_id)
    row = connection.execute(rows).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


def read_refs(
    connection: Connection,
    actor: Actor,
    at: datetime,
    known_at: datetime | None = None,
    only: UUID | Collection[UUID] | None = None,
    asked: datetime | None = None,
) -> dict[UUID, ResidentRef]:
    """Everyone ever known to the house (or only these), by id, named only as far as the actor may read when she asks
    (default: at `at`); with her room at `at`. Who looks back at an earlier time may read no more for it."""
    concealed = hidden(connection, actor, asked or at)
    rooms, room_of = read_rooms(connection, known_at), rooms_of(connection, at, known_at)
    r = records(resident, known_at)
    rows = connection.execute(
        select(r.c.id, r.c.name, r.c.preferred_name, r.c.restricted).where(_one_of(r.c.id, only))
    )
    return {row.id: _ref(row, rooms.get(room_of.get(row.id, row.id)), row.id in concealed) for row in rows}


def _one_of(column: ColumnElement[Any], only: UUID | Collection[UUID] | None) -> ColumnElement[bool]:
    if only is None:
        return true()
    return column == only if isinstance(only, UUID) else column.in_(list(only))


def read_residents(
    connection: Connection,
    actor: Actor,
    at: datetime,
    known_at: datetime | None = None,
    only: UUID | Collection[UUID] | None = None,
    asked: datetime | None = None,
) -> dict[UUID, Resident]:
    """Everyone (or only these) in full, as the actor may read them when she asks (default: at `at`)."""
    refs = read_refs(connection, actor, at, known_at, only, asked)
    people = {id_: member.name for id_, member in read_staff(connection, known_at).items()}
    r, p, n = records(resident, known_at), records(placement, known_at), records(night_agreement, known_at)
    # Ids run in the order in which rows were made: the last placement stands.
    placements = {
        row["resident_id"]: _placement(row, people)
        for row in connection.execute(
            select(p).where(_one_of(p.c.resident_id, only)).order_by(p.c.id)
        ).mappings()
    }
    agreements = {
        row["resident_id"]: NightAgreement(
            row["id"], row["version"], {f.name: row[f.name] for f in AGREEMENT}, row["agreed_on"]
        )
        for row in connection.execute(select(n).where(_one_of(n.c.resident_id, only))).mappings()
    }
    rows = connection.execute(select(r).where(_one_of(r.c.id, only))).mappings()
    return {
        row["id"]: _resident(row, refs[row["id"]], placements.get(row["id"]), agreements.get(row["id"]))
        for row in rows
    }


def _ref(row: Any, room: RoomRef | None, conceal: bool) -> ResidentRef:
    if conceal:
        return ResidentRef(row.id, RESTRICTED_NAME, None, room, restricted=True, hidden=True)
    return ResidentRef(row.id, row.name, row.preferred_name, room, restricted=row.restricted)


def _placement(row: Mapping[Any, Any], people: Mapping[UUID, str]) -> Placement:
    return Placement(
        row["id"],
        row["version"],
        LegalBasis(row["legal_basis"]),
        row["expected_arrival"],
        row["expected_departure"],
        row["arrived"],
        row["departed"],
        people.get(row["key_worker_id"]),
        row["practitioner"],
        row["practitioner_phone"],
    )


def _resident(
    row: Mapping[Any, Any], ref: ResidentRef, placement_: Placement | None, agreement: NightAgreement | None
) -> Resident:
    """In a hidden record only what keeps her safe is left: allergies, evacuation, her agreement on being checked."""
    told = {} if ref.hidden else row
    return Resident(
        ref,
        row["version"],
        told.get("preferred_name"),
        told.get("pronouns"),
        told.get("born"),
        told.get("crn"),
        row["allergies"],
        row["evacuation"],
        told.get("alerts"),
        row["watch_from"],
        None if ref.hidden else placement_,
        agreement,
    )
