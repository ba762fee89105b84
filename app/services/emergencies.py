"""Emergencies: one key stamps the moment; everything else is written when there is time for it (DOMAIN.md 7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.emergencies import Emergency, EmergencyKind, FollowUp, StepKind
from app.domain.residents import Resident
from app.domain.slots import Outcome
from app.domain.time import stamp_day
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.board import DueLine, read_dues
from app.services.desk import Desk
from app.services.movements import GoToHospital, go_to_hospital
from app.services.notes import OpenAction, open_action
from app.services.seen import Seen, known_resident, member, moment_facts
from app.services.staff import GoOffDuty, go_off_duty
from app.store.queries.emergencies import EmergencyRow, emergency_row, read_emergencies, read_emergency
from app.store.queries.residents import read_residents
from app.store.queries.staff import read_staff
from app.store.tables.emergencies import emergency, emergency_step

#: How long after its end an emergency is still offered for its words and what it leaves.
AFTERWARDS = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class StartEmergency(Seen):
    """Something is happening, now. Nothing is asked; everything can be said later."""


@dataclass(frozen=True, kw_only=True)
class WriteStep(Seen):
    """One thing that happened, at its own moment, exact or about. `emergency` defaults to the one that is open.

    `staff` is who went with her: she leaves the building by it. A woman who went to hospital does too.
    """

    kind: StepKind
    emergency: UUID | None = None
    staff: UUID | None = None
    who: str | None = None
    phone: str | None = None
    amount: str | None = None
    result: str | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class TellOfEmergency:
    """About whom, what and where it is, and the words. What is left out stays as it was; an empty text takes it out."""

    emergency: UUID | None = None
    resident: UUID | None = None
    nobody: bool = False
    kind: EmergencyKind | None = None
    place: str | None = None
    summary: str | None = None
    late_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class EndEmergency:
    """It is over, with the one reason for every check that it made late; the words may come now or later."""

    emergency: UUID | None = None
    ended: datetime | None = None
    late_reason: str | None = None
    summary: str | None = None


@dataclass(frozen=True, kw_only=True)
class MistakenEmergency:
    """The key was pressed by mistake. It stays in the record as that."""

    emergency: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TakeOn:
    """An action that the emergency leaves, with who owns it (default: me) and by when."""

    which: FollowUp
    emergency: UUID | None = None
    owner: UUID | None = None
    due: datetime | None = None
    text: str | None = None


@act("emergency")
def start_emergency(context: Context, do: StartEmergency) -> Ref:
    """Stamp the moment. While one is open there is no second: pressing again is no error and changes nothing."""
    row = emergency_row(context.connection)
    if row is not None:
        return Ref(row["id"], "Open already")
    facts = moment_facts(context, do)
    written = context.work.create(emergency, started=facts["seen_at"], started_by=context.actor.staff_id)
    return Ref(written.id, "Emergency")


@act("emergency_step")
def write_step(context: Context, do: WriteStep) -> Ref:
    """Write one thing that happened. Anyone may; what it was for is in the words, which may come later."""
    row = _emergency(context, do.emergency)
    if row["mistake"]:
        raise Refuse("That emergency was closed as a mistake. Press the emergency key for a new one.")
    facts = moment_facts(context, do)
    who = words(do.who, "Who", 200, field="who")
    if do.kind is StepKind.ACTION:
        raise Refuse("An action is taken on by its own key.", fields=("kind",))
    if do.kind is StepKind.WENT_WITH:
        who = _went_with(context, do, facts["seen_at"])
    if do.kind is StepKind.TO_HOSPITAL:
        _to_hospital(context, row, do, facts["seen_at"])
    written = context.work.enter(
        emergency_step,
        **facts,
        resident_id=row["resident_id"],
        emergency_id=row["id"],
        kind=do.kind.value,
        who=who,
        phone=words(do.phone, "The number", 40, field="phone"),
        amount=words(do.amount, "How much", 200, field="amount"),
        result=words(do.result, "What came of it", 4000, field="result"),
        reference=words(do.reference, "The reference", 60, field="reference"),
    )
    return Ref(written.id, do.kind.label)


@act("emergency_about")
def tell_of_emergency(context: Context, do: TellOfEmergency) -> Ref:
    """Say about whom it is, what and where, and write the words. The last to say so is right; every version is kept."""
    row = _emergency(context, do.emergency, lately=True)
    told: dict[str, Any] = {}
    if do.resident is not None:
        told["resident_id"] = known_resident(context, do.resident).id
    elif do.nobody:
        told["resident_id"] = None
    if do.kind is not None:
        told["kind"] = do.kind.value
    for name, what, limit in _WORDS:
        given = getattr(do, name)
        if given is not None:
            told[name] = words(given, what, limit, field=name)
    if all(row[name] == value for name, value in told.items()):
        return Ref(row["id"], "As it was")
    context.work.change(emergency, row["id"], row["version"], **told)
    return Ref(row["id"], "Written")


@act("end_emergency")
def end_emergency(context: Context, do: EndEmergency) -> Ref:
    """End it. Ending what is ended is no error."""
    row = _emergency(context, do.emergency)
    if row["ended"] is not None:
        return Ref(row["id"], "Ended already")
    ended = do.ended or context.now
    if not row["started"] <= ended <= context.now:
        zone = context.house.zone
        raise Refuse(
            f"It began at {stamp_day(row['started'], zone)}, and now it is {stamp_day(context.now, zone)}: it ended "
            "between the two.",
            fields=("ended",),
        )
    told = {
        name: words(given, what, limit, field=name)
        for name, what, limit in _WORDS[1:]
        if (given := getattr(do, name)) is not None
    }
    context.work.change(
        emergency, row["id"], row["version"], ended=ended, ended_by=context.actor.staff_id, **told
    )
    return Ref(row["id"], "Ended")


@act("emergency_mistake")
def mistaken_emergency(context: Context, do: MistakenEmergency) -> Ref:
    """Close it as a mistake. One in which 999 was called, or naloxone given, was none."""
    row = _emergency(context, do.emergency)
    if row["mistake"]:
        return Ref(row["id"], "Closed already")
    if row["ended"] is not None:
        raise Refuse("It was ended already. Write in its words that it was a mistake.")
    found = read_emergency(context.connection, context.actor, context.now, row["id"])
    grave = [step.kind.label for step in found.steps if step.kind in _GRAVE] if found else []
    if grave:
        raise Refuse(f"“{grave[0]}” is written in it. End it instead, or strike that first.")
    context.work.change(
        emergency,
        row["id"],
        row["version"],
        ended=context.now,
        ended_by=context.actor.staff_id,
        mistake=True,
    )
    return Ref(row["id"], "Closed as a mistake")


@act("emergency_action")
def take_on(context: Context, do: TakeOn) -> Ref:
    """Open the action and write it down with the emergency. Taking on the same thing twice is no error."""
    row = _emergency(context, do.emergency, lately=True)
    found = read_emergency(context.connection, context.actor, context.now, row["id"])
    if found is not None and found.accepted(do.which):
        return Ref(row["id"], "Taken on already")
    opened = open_action(
        context,
        OpenAction(
            text=(do.text or "").strip() or do.which.label,
            resident=row["resident_id"] if do.which.about_her else None,
            owner=do.owner or context.actor.staff_id,
            due=do.due or (row["ended"] or context.now) + do.which.within,
        ),
    )
    written = context.work.enter(
        emergency_step,
        resident_id=row["resident_id"],
        emergency_id=row["id"],
        kind=StepKind.ACTION.value,
        who=do.which.label,
        reference=do.which.value,
        action_id=opened.id,
    )
    return Ref(written.id, do.which.label)


_WORDS = (
    ("place", "The place", 200),
    ("summary", "What happened", 200_000),
    ("late_reason", "The reason", 4000),
)
#: With one of these it was no mistake.
_GRAVE = (StepKind.CALLED_999, StepKind.NALOXONE, StepKind.CPR, StepKind.AMBULANCE_HERE, StepKind.TO_HOSPITAL)


def _emergency(context: Context, id_: UUID | None, *, lately: bool = False) -> EmergencyRow:
    """The one that is meant: by id, else the one that is open, else (`lately`) the last that ended within a day."""
    row = emergency_row(context.connection, id_)
    if row is None and id_ is None and lately:
        past = read_emergencies(context.connection, context.actor, context.now, context.now - AFTERWARDS)
        row = emergency_row(context.connection, past[0].id) if past else None
    if row is None:
        raise Refuse(
            "No emergency is open." if id_ is None else "There is no such emergency.", fields=("emergency",)
        )
    return row


def _went_with(context: Context, do: WriteStep, at: datetime) -> str:
    """She who goes with the ambulance is out of the building: the count of staff says so everywhere."""
    if do.staff is None:
        raise Refuse("Say who went with her.", fields=("staff",))
    id_ = member(context, do.staff, "staff")
    go_off_duty(context, GoOffDuty(staff=id_, seen_at=at, precision=do.precision))
    return read_staff(context.connection)[id_].name


def _to_hospital(context: Context, row: EmergencyRow, do: WriteStep, at: datetime) -> None:
    if row["resident_id"] is None:
        raise Refuse(
            "Choose the woman first: then one key writes that she went to hospital.", fields=("resident",)
        )
    go_to_hospital(
        context,
        GoToHospital(
            resident=row["resident_id"],
            seen_at=at,
            precision=do.precision,
            place=do.result,
            purpose="by ambulance, in an emergency",
        ),
    )


# Reads


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """What the page shows: the emergency, the woman it is about as the reader may know her, and what it made late."""

    emergency: Emergency
    her: Resident | None
    late: tuple[DueLine, ...]


def emergency_view(desk: Desk, id_: UUID | None = None) -> EmergencyView | None:
    """One emergency, by default the one that is open, else the last that ended within a day. None when there is none."""
    now = desk.clock.now()
    with desk.read() as connection:
        found = read_emergency(connection, desk.actor, now, id_)
        if found is None and id_ is None:
            lately = read_emergencies(connection, desk.actor, now, now - AFTERWARDS)
            found = lately[0] if lately else None
        if found is None:
            return None
        her = None
        if found.who is not None:
            her = read_residents(connection, desk.actor, now, only=found.who.id).get(found.who.id)
    return EmergencyView(found, her, made_late(desk, found))


def made_late(desk: Desk, found: Emergency) -> tuple[DueLine, ...]:
    """The checks whose deadline passed while it was on, and that were late, missed, or are overdue."""
    now = desk.clock.now()
    end = found.ended or now
    if found.mistake or end <= found.started:
        return ()
    return tuple(
        line
        for line in read_dues(desk, found.started, end)
        if found.started <= line.resolved.slot.closes < end
        and (line.resolved.overdue or line.resolved.outcome in {Outcome.LATE, Outcome.MISSED})
    )
