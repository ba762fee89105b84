"""Residents: her record, her arrival and departure, her night agreement, and who may read a restricted one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.domain.residents import AGREEMENT, LegalBasis, Resident
from app.domain.sightings import How
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.desk import Desk
from app.services.drafts import drop_draft
from app.services.house import record_event
from app.services.rooms import give_room
from app.services.seen import Seen, placed_resident, seen_facts
from app.store.queries.residents import agreement_row, placed, placement_row, read_refs, read_residents
from app.store.queries.staff import read_staff
from app.store.tables.movements import movement
from app.store.tables.residents import night_agreement, placement, resident, resident_access

#: How long broken glass stays open: a shift.
BREAK_GLASS_LASTS = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class ExpectResident:
    """Someone who is expected. `watch_from` starts her first fortnight: her release, or lost tolerance (DOMAIN.md 7)."""

    name: str
    legal_basis: LegalBasis
    preferred_name: str | None = None
    pronouns: str | None = None
    born: date | None = None
    crn: str | None = None
    restricted: bool = False
    allergies: str | None = None
    evacuation: str | None = None
    alerts: str | None = None
    watch_from: datetime | None = None
    expected_arrival: datetime | None = None
    expected_departure: datetime | None = None
    staff: UUID | None = None
    practitioner: str | None = None
    practitioner_phone: str | None = None


@act("resident")
def expect_resident(context: Context, do: ExpectResident) -> Ref:
    """Make her record and her placement. `staff` is her key worker."""
    written = context.work.create(
        resident,
        name=words(do.name, "Her name", 200, needed=True, field="name"),
        preferred_name=words(do.preferred_name, "The name she likes", 200),
        pronouns=words(do.pronouns, "Her pronouns", 40),
        born=do.born,
        crn=words(do.crn, "The CRN", 20),
        restricted=do.restricted,
        allergies=words(do.allergies, "Allergies", 1000),
        evacuation=words(do.evacuation, "Evacuation needs", 1000),
        alerts=words(do.alerts, "What everyone on shift must know", 1000),
        watch_from=do.watch_from,
    )
    context.work.create(
        placement,
        resident_id=written.id,
        legal_basis=do.legal_basis.value,
        expected_arrival=do.expected_arrival,
        expected_departure=do.expected_departure,
        key_worker_id=do.staff,
        practitioner=words(do.practitioner, "Her practitioner", 200),
        practitioner_phone=words(do.practitioner_phone, "The practitioner's phone", 40),
    )
    return Ref(written.id, "Expected")


@dataclass(frozen=True, kw_only=True)
class Arrive(Seen):
    """She is here, and has her room."""

    resident: UUID
    room: UUID
    how: How | None = How.SPOKE


@act("arrive")
def arrive(context: Context, do: Arrive) -> Ref:
    """Write her arrival: placement, room, and the movement from which she is *in*."""
    facts = seen_facts(context, do)
    row = placement_row(context.connection, do.resident)
    if row is None:
        raise Refuse("Nobody by that name is expected here.", fields=("resident",))
    if row["arrived"] is not None and row["departed"] is None:
        raise Refuse("She is here already, as the record has it.", fields=("resident",))
    context.work.change(placement, row["id"], row["version"], arrived=facts["seen_at"])
    give_room(context, do.resident, do.room, facts["seen_at"], "arrival")
    how = do.how.value if do.how else None
    written = context.work.enter(movement, **facts, resident_id=do.resident, kind="arrive", how=how)
    return Ref(written.id, "Arrived")


@dataclass(frozen=True, kw_only=True)
class Depart(Seen):
    """She has left the house for good."""

    resident: UUID
    purpose: str | None = None


@act("depart")
def depart(context: Context, do: Depart) -> Ref:
    """Write her departure: nothing more falls due from then on."""
    facts = seen_facts(context, do)
    placed_resident(context, do.resident, facts["seen_at"])
    row = placement_row(context.connection, do.resident)
    assert row is not None
    context.work.change(placement, row["id"], row["version"], departed=facts["seen_at"])
    give_room(context, do.resident, None, facts["seen_at"], "departure")
    why = words(do.purpose, "The reason", 200)
    written = context.work.enter(movement, **facts, resident_id=do.resident, kind="depart", purpose=why)
    return Ref(written.id, "Departed")


@dataclass(frozen=True, kw_only=True)
class WriteAgreement:
    """How she has agreed to be checked at night, in her own terms. Answers left out stay as they are."""

    resident: UUID
    answers: dict[str, str]
    version: int | None = None
    agreed_on: date | None = None


@act("agreement")
def write_agreement(context: Context, do: WriteAgreement) -> Ref:
    """Write or change her night agreement."""
    placed_resident(context, do.resident)
    unknown = set(do.answers) - {field.name for field in AGREEMENT}
    if unknown:
        raise Refuse(f"The agreement has no answer called {min(unknown)}.", fields=("answers",))
    texts = {
        f.name: words(do.answers[f.name], f.label, f.limit, field=f.name)
        for f in AGREEMENT
        if f.name in do.answers
    }
    drop_draft(context, "agreement", do.resident)
    row = agreement_row(context.connection, do.resident)
    if row is None:
        made = context.work.create(night_agreement, resident_id=do.resident, agreed_on=do.agreed_on, **texts)
        return Ref(made.id, "Saved")
    agreed = do.agreed_on or row["agreed_on"]
    version = row["version"] if do.version is None else do.version
    context.work.change(night_agreement, row["id"], version, agreed_on=agreed, **texts)
    return Ref(row["id"], "Saved")


@dataclass(frozen=True, kw_only=True)
class ListReader:
    """Let a member of staff read a restricted woman's record, until `ends` (None: until she is taken off)."""

    resident: UUID
    staff: UUID
    ends: datetime | None = None
    reason: str | None = None


@act("list_reader")
def list_reader(context: Context, do: ListReader) -> Ref:
    """Put someone on the list of a restricted record."""
    if do.staff not in read_staff(context.connection):
        raise Refuse("There is nobody on the staff by that name.", fields=("staff",))
    why = words(do.reason, "The reason", 1000)
    written = context.work.create(
        resident_access, resident_id=do.resident, staff_id=do.staff, ends=do.ends, reason=why
    )
    return Ref(written.id, "Listed")


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """Open a restricted record now, because a woman's safety needs it. The manager is told; the reason stays."""

    resident: UUID
    reason: str


@act("break_glass")
def break_glass(context: Context, do: BreakGlass) -> Ref:
    """List the actor for the rest of this shift, and write the event that every manager sees."""
    ref = read_refs(context.connection, context.actor, context.now).get(do.resident)
    if ref is None or do.resident not in placed(context.connection, context.now):
        raise Refuse("There is no resident by that name here.", fields=("resident",))
    if not ref.hidden:
        return Ref(do.resident, "You may read it already")
    why = words(do.reason, "The reason", 1000, needed=True, field="reason")
    ends = context.now + BREAK_GLASS_LASTS
    context.work.create(
        resident_access, resident_id=do.resident, staff_id=context.actor.staff_id, ends=ends, reason=why
    )
    return record_event(
        context, "break_glass", f"Opened a restricted record: {why}", do.resident, do.resident
    )


def residents(desk: Desk) -> tuple[Resident, ...]:
    """Everyone placed here now, in walking order."""
    now = desk.clock.now()
    with desk.read() as connection:
        here = placed(connection, now)
        everyone = read_residents(connection, desk.actor, now)
    found = [person for id_, person in everyone.items() if id_ in here]
    return tuple(sorted(found, key=lambda person: person.ref.room.position if person.ref.room else 0))
