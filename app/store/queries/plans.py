"""Contingency plans."""

from collections import defaultdict
from collections.abc import Collection
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
    return read_plans(connection, actor, now, [resident]).get(resident)


def read_plans(
    connection: Connection, actor: Actor, now: datetime, residents: Collection[UUID]
) -> dict[UUID, ContingencyPlan]:
    """The plans of these women, by woman; those that are not written, or that the actor may not read, are not there."""
    wanted = set(residents) - hidden(connection, actor, now)
    plan, c = contingency_plan, contingency_contact
    rows = connection.execute(select(plan).where(plan.c.resident_id.in_(wanted))).all()
    if not rows:
        return {}
    contacts: dict[UUID, list[Contact]] = defaultdict(list)
    rung = select(c).where(c.c.resident_id.in_(wanted), c.c.ended.is_(None)).order_by(c.c.position)
    for one in connection.execute(rung):
        contacts[one.resident_id].append(
            Contact(one.id, one.version, one.agency, one.name, one.phone, one.role, one.position)
        )
    staff = read_staff(connection)
    return {
        row.resident_id: ContingencyPlan(
            row.id,
            row.version,
            {field.name: row._mapping[field.name] for field in ANSWERS},
            tuple(contacts[row.resident_id]),
            row.changed_at,
            staff[row.changed_by].name,
        )
        for row in rows
    }
