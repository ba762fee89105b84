"""Residents: her record, her arrival and departure, her night agreement, and who may read a restricted one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.residents import AGREEMENT, LegalBasis, OpenedRecord, Resident
from app.domain.sightings import How
from app.domain.time import local_date
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.desk import Desk
from app.services.drafts import drop_draft
from app.services.house import record_event
from app.services.rooms import give_room
from app.services.seen import (
    Seen,
    known_resident,
    member,
    moment_facts,
    placed_resident,
    readable_resident,
)
from app.store.queries.access import listings
from app.store.queries.residents import agreement_row, placed, placement_row, read_opened, read_residents
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
        **_texts(do),
        born=_birth(context, do.born),
        restricted=do.restricted,
        watch_from=do.watch_from,
    )
    _expect(context, written.id, do)
    return Ref(written.id, "Expected")


@dataclass(frozen=True, kw_only=True)
class ExpectAgain:
    """A woman who has lived here is expected again: a new stay beside the old one, with the same record."""

    resident: UUID
    legal_basis: LegalBasis
    expected_arrival: datetime | None = None
    expected_departure: datetime | None = None
    staff: UUID | None = None
    practitioner: str | None = None
    practitioner_phone: str | None = None


@act("expect_again")
def expect_again(context: Context, do: ExpectAgain) -> Ref:
    """Make another placement for her."""
    readable_resident(context, do.resident)
    row = placement_row(context.connection, do.resident)
    if row is not None and row["departed"] is None:
        raise Refuse("She is here or expected already, as the record has it.", fields=("resident",))
    _expect(context, do.resident, do)
    return Ref(do.resident, "Expected")


def _expect(context: Context, her: UUID, do: ExpectResident | ExpectAgain) -> None:
    context.work.create(
        placement,
        resident_id=her,
        legal_basis=do.legal_basis.value,
        expected_arrival=do.expected_arrival,
        expected_departure=do.expected_departure,
        key_worker_id=None if do.staff is None else member(context, do.staff, "staff"),
        practitioner=words(do.practitioner, "Her practitioner", 200, field="practitioner"),
        practitioner_phone=words(
            do.practitioner_phone, "The practitioner's phone", 40, field="practitioner_phone"
        ),
    )


#: The texts of her record: field, what it is called, its limit, and whether it keeps her safe and so is everyone's.
_TEXTS = (
    ("name", "Her name", 200, False),
    ("preferred_name", "The name she likes", 200, False),
    ("pronouns", "Her pronouns", 40, False),
    ("crn", "The CRN", 20, False),
    ("allergies", "Allergies", 1000, True),
    ("evacuation", "Evacuation needs", 1000, True),
    ("alerts", "What everyone on shift must know", 1000, False),
)


def _texts(do: "ExpectResident | ChangeResident") -> dict[str, str | None]:
    """Those that were given, as they are kept; an empty one takes out what was there."""
    return {
        name: words(getattr(do, name), what, limit, needed=name == "name", field=name)
        for name, what, limit, _ in _TEXTS
        if getattr(do, name) is not None
    }


def _birth(context: Context, born: date | None) -> date | None:
    if born is not None and born > local_date(context.now, context.house.zone):
        raise Refuse("Her date of birth is in the future.", fields=("born",))
    return born


@dataclass(frozen=True, kw_only=True)
class ChangeResident:
    """Her record, changed: what is left out stays as it is. `version` is the one that was on the screen."""

    resident: UUID
    version: int | None = None
    name: str | None = None
    preferred_name: str | None = None
    pronouns: str | None = None
    born: date | None = None
    crn: str | None = None
    allergies: str | None = None
    evacuation: str | None = None
    alerts: str | None = None
    watch_from: datetime | None = None


@act("change_resident")
def change_resident(context: Context, do: ChangeResident) -> Ref:
    """Change her record. What keeps her safe anyone on shift may write down; the rest only who may read it."""
    changes: dict[str, Any] = dict(_texts(do))
    if do.born is not None:
        changes["born"] = _birth(context, do.born)
    if do.watch_from is not None:
        changes["watch_from"] = do.watch_from
    if not changes:
        raise Refuse("Nothing is different. Say what is to be changed.")
    known_resident(context, do.resident)
    if not set(changes) <= {name for name, _, _, for_all in _TEXTS if for_all}:
        readable_resident(context, do.resident)
    current = context.work.row(resident, do.resident)["version"]
    context.work.change(resident, do.resident, do.version or current, **changes)
    return Ref(do.resident, "Saved")


@dataclass(frozen=True, kw_only=True)
class Arrive(Seen):
    """She is here, and has her room."""

    resident: UUID
    room: UUID
    how: How | None = How.SPOKE


@act("arrive")
def arrive(context: Context, do: Arrive) -> Ref:
    """Write her arrival: placement, room, and the movement from which she is *in*."""
    facts = moment_facts(context, do)
    row = placement_row(context.connection, do.resident)
    if row is None:
        raise Refuse("Nobody by that name is expected here.", fields=("resident",))
    if row["departed"] is not None:
        raise Refuse("Her last stay is over. Write that she is expected again first.", fields=("resident",))
    if row["arrived"] is not None:
        raise Refuse("She is here already, as the record has it.", fields=("resident",))
    if do.resident in placed(context.connection, facts["seen_at"]):
        raise Refuse("She lived here at that time, as the record has it.", fields=("seen_at",))
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
    facts = moment_facts(context, do)
    placed_resident(context, do.resident, facts["seen_at"])
    row = placement_row(context.connection, do.resident)
    if row is None or row["departed"] is not None or row["arrived"] is None:
        raise Refuse("She has left already, as the record has it.", fields=("resident",))
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
    known_resident(context, do.resident)
    member(context, do.staff, "staff")
    if do.ends is not None and do.ends <= context.now:
        raise Refuse("That is over already. Give a later end, or none.", fields=("ends",))
    why = words(do.reason, "The reason", 1000, field="reason")
    written = context.work.create(
        resident_access, resident_id=do.resident, staff_id=do.staff, ends=do.ends, reason=why
    )
    return Ref(written.id, "Listed")


@dataclass(frozen=True, kw_only=True)
class UnlistReader:
    """Take a member of staff off the list of a restricted record, from now on."""

    resident: UUID
    staff: UUID


@act("unlist_reader")
def unlist_reader(context: Context, do: UnlistReader) -> Ref:
    """End every listing of hers, broken glass too. Taking off who is not on is no error."""
    rows = listings(context.connection, do.resident, do.staff, context.now)
    for id_, version in rows:
        context.work.change(resident_access, id_, version, ends=context.now)
    return Ref(do.resident, "Taken off" if rows else "Not on the list")


@dataclass(frozen=True, kw_only=True)
class Restrict:
    """Restrict a woman's record to those who are listed, or lift that."""

    resident: UUID
    restricted: bool = True
    reason: str | None = None


@act("restrict")
def restrict(context: Context, do: Restrict) -> Ref:
    """Restrict her record. Who restricts it goes on the list, or nobody could put anyone on it knowing whom."""
    if not do.restricted:
        readable_resident(context, do.resident)
    known_resident(context, do.resident)
    row = context.work.row(resident, do.resident)
    if row["restricted"] == do.restricted:
        return Ref(do.resident, "So it is already")
    why = words(do.reason, "The reason", 1000, field="reason")
    context.work.change(resident, do.resident, row["version"], restricted=do.restricted)
    if do.restricted and not listings(context.connection, do.resident, context.actor.staff_id, context.now):
        context.work.create(
            resident_access, resident_id=do.resident, staff_id=context.actor.staff_id, ends=None, reason=why
        )
    said = "restricted" if do.restricted else "no longer restricted"
    record_event(context, "restrict", f"Record {said}: {why or 'no reason given'}", do.resident, do.resident)
    return Ref(do.resident, said.capitalize())


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """Open a restricted record now, because a woman's safety needs it. The manager is told; the reason stays."""

    resident: UUID
    reason: str


@act("break_glass")
def break_glass(context: Context, do: BreakGlass) -> Ref:
    """List the actor for the rest of this shift, and write the event that every manager sees."""
    ref = known_resident(context, do.resident)
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
        found = read_residents(connection, desk.actor, now, only=here).values()
    return tuple(sorted(found, key=lambda person: person.ref.room.position if person.ref.room else 0))


def opened_records(desk: Desk, since: datetime) -> tuple[OpenedRecord, ...]:
    """For managers: who opened a restricted record with a reason since then, newest first. Nobody else is told."""
    if not desk.actor.manages:
        return ()
    with desk.read() as connection:
        return read_opened(connection, desk.actor, desk.clock.now(), since)
