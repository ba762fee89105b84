"""Contingency plans."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from app.domain.plans import ANSWERS, Contact, ContingencyPlan
from app.domain.staff import Actor
from app.store.queries.access import hidden
from app.store.queries.staff import read_staff
from app.store.tables.plans import contingency_contact, contingency_plan


def read_plan_row(connection: Connection, resident: UUID) -> Any:
    """The plan's own row, for the service that is about to change it."""
    return connection.execute(
        select(contingency_plan).where(contingency_plan.c.resident_id == resident)
    ).first()


def read_plan(connection: Connection, actor: Actor, now: datetime, resident: UUID) -> ContingencyPlan | None:
    """Her plan with its contacts in order; None where there is none, or where the actor may not read her record."""
    if resident in hidden(connection, actor, now):
        return None
    row = read_plan_row(connection, resident)
    c = contingency_contact
    rung = select(c).where(c.c.resident_id == resident, c.c.ended.is_(None)).order_by(c.c.position)
    people = connection.execute(rung)
    contacts = tuple(Contact(p.id, p.version, p.agency, p.name, p.phone, p.role, p.position) for p in people)
    if row is None:
        return None
    answers = {field.name: row._mapping[field.name] for field in ANSWERS}
    staff = read_staff(connection)
    return ContingencyPlan(row.id, row.version, answers, contacts, row.changed_at, staff[row.changed_by].name)
