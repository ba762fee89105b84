"""The contingency plan, written and changed: seven answers and the people to ring (DOMAIN.md 1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.plans import ANSWERS, CONTACT_FIELDS, ContingencyPlan
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.desk import Desk
from app.services.drafts import drop_draft
from app.services.seen import placed_resident, readable_resident
from app.store.queries.plans import read_plan, read_plan_row
from app.store.tables.plans import contingency_contact, contingency_plan


@dataclass(frozen=True, kw_only=True)
class WritePlan:
    """Her plan, whole: an answer left out stays as it is. `version` is the one that was on the screen: 0 when there was
    none, None to write over whatever stands."""

    resident: UUID
    version: int | None = None
    answers: dict[str, str]


@act("plan")
def write_plan(context: Context, do: WritePlan) -> Ref:
    """Write or change the plan. A stale save is refused; the screen shows both."""
    placed_resident(context, do.resident)
    readable_resident(context, do.resident)
    unknown = set(do.answers) - {field.name for field in ANSWERS}
    if unknown:
        raise Refuse(f"The plan has no answer called {min(unknown)}.", fields=("answers",))
    texts = {
        f.name: words(do.answers[f.name], f.label, f.limit, field=f.name)
        for f in ANSWERS
        if f.name in do.answers
    }
    row = read_plan_row(context.connection, do.resident)
    if row is None:
        id_ = context.work.create(contingency_plan, resident_id=do.resident, **texts).id
    else:
        id_ = row.id
        context.work.change(contingency_plan, id_, row.version if do.version is None else do.version, **texts)
    drop_draft(context, "plan", do.resident)
    return Ref(id_, "Saved")


@dataclass(frozen=True, kw_only=True)
class AddContact:
    """Someone to ring, after those who are there already."""

    resident: UUID
    agency: str
    name: str | None = None
    phone: str | None = None
    role: str | None = None


@act("contact")
def add_contact(context: Context, do: AddContact) -> Ref:
    """Add a contact to her plan, and begin the plan if there is none."""
    placed_resident(context, do.resident)
    readable_resident(context, do.resident)
    if read_plan_row(context.connection, do.resident) is None:
        context.work.create(contingency_plan, resident_id=do.resident)
    plan = read_plan(context.connection, context.actor, context.now, do.resident)
    position = 1 + max((contact.position for contact in plan.contacts), default=0) if plan else 1
    written = context.work.create(
        contingency_contact, resident_id=do.resident, position=position, **_texts(do)
    )
    return Ref(written.id, "Added")


@dataclass(frozen=True, kw_only=True)
class ChangeContact:
    """Another name, number or role for someone to ring; `version` is the one that was on the screen."""

    contact: UUID
    version: int
    agency: str
    name: str | None = None
    phone: str | None = None
    role: str | None = None


@act("change_contact")
def change_contact(context: Context, do: ChangeContact) -> Ref:
    """Change a contact; the number that was rung before stays readable in its versions."""
    _contact(context, do.contact)
    context.work.change(contingency_contact, do.contact, do.version, **_texts(do))
    return Ref(do.contact, "Changed")


@dataclass(frozen=True, kw_only=True)
class RemoveContact:
    """Someone is no longer to be rung."""

    contact: UUID


@act("remove_contact")
def remove_contact(context: Context, do: RemoveContact) -> Ref:
    """Take a contact off the plan; it stays in the record. Taking it off twice is no error."""
    row = _contact(context, do.contact)
    if row["ended"] is None:
        context.work.change(contingency_contact, do.contact, row["version"], ended=context.now)
    return Ref(do.contact, "Taken off")


def _texts(do: AddContact | ChangeContact) -> dict[str, str | None]:
    return {
        f.name: words(getattr(do, f.name), f.label, f.limit, needed=f.required, field=f.name)
        for f in CONTACT_FIELDS
    }


def _contact(context: Context, contact: UUID) -> Mapping[Any, Any]:
    try:
        row = context.work.row(contingency_contact, contact)
    except KeyError:
        raise Refuse("There is no such contact.", fields=("contact",)) from None
    readable_resident(context, row["resident_id"])
    return row


def plan_of(desk: Desk, resident: UUID) -> ContingencyPlan | None:
    """Her plan as it stands, None where there is none or the reader may not see her record."""
    with desk.read() as connection:
        return read_plan(connection, desk.actor, desk.clock.now(), resident)
