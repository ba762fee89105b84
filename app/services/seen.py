"""When it was so, and who saw it: the facts that every entry about a woman shares, and what makes them impossible."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.residents import ResidentRef
from app.domain.sightings import Precision, Source
from app.domain.time import stamp_day
from app.services.acts import Context, Refuse
from app.store.queries.entries import BETWEEN_AT_MOST
from app.store.queries.residents import last_arrival, placed, read_refs
from app.store.queries.staff import read_staff

#: A watch may be this far ahead of the computer; what was so "then" was so now.
_AHEAD = timedelta(seconds=60)
#: How far back a shift's work may be typed; further back needs a manager (DOMAIN.md 1.1 copies the national 7 days).
BACK_DATING = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Seen at defaults to now and seen by to whoever types. `seen_until` makes it *between* the two."""

    seen_at: datetime | None = None
    seen_until: datetime | None = None
    precision: Precision = Precision.EXACT
    source: Source = Source.LIVE
    seen_by: UUID | None = None


def seen_facts(context: Context, do: Seen) -> dict[str, Any]:
    """The columns of an entry for these facts. Refuses a time in the future, before the week, or the wrong way round."""
    return when(context, do) | {"source": do.source.value, "seen_by": member(context, do.seen_by)}


def moment_facts(context: Context, do: Seen) -> dict[str, Any]:
    """As `seen_facts`, for what happens at one time: a woman at the door is in or out from an instant on."""
    if do.seen_until is not None:
        raise Refuse("Give one time: “about” will do.", fields=("seen_until",))
    return seen_facts(context, do)


def when(context: Context, do: Seen) -> dict[str, Any]:
    """The columns that say when it was so."""
    now, zone = context.now, context.house.zone
    at, until = do.seen_at or now, do.seen_until
    if do.precision is Precision.BETWEEN and until is None:
        raise Refuse("“Between” needs two times.", fields=("seen_until",))
    for name, given in (("seen_at", at), ("seen_until", until)):
        if given is not None and given > now + _AHEAD:
            raise Refuse(
                f"{stamp_day(given, zone)}, is in the future: the clock says {stamp_day(now, zone)}. "
                "Give the time when it was so.",
                fields=(name,),
            )
    if at < now - BACK_DATING and not context.actor.manages:
        raise Refuse("That is more than seven days ago. A manager can write it down.", fields=("seen_at",))
    if until is not None and until < at:
        raise Refuse("“Between” needs the earlier time first.", fields=("seen_until",))
    if until is not None and until - at > BETWEEN_AT_MOST:
        raise Refuse("“Between” may span a day at most. Give closer times.", fields=("seen_until",))
    return {
        "seen_at": min(at, now),
        "seen_until": until and min(until, now),
        "precision": (Precision.BETWEEN if until is not None else do.precision).value,
    }


def member(context: Context, given: UUID | None, field: str = "seen_by") -> UUID:
    """A member of staff by id, the actor by default; refused in words if there is none."""
    who = given or context.actor.staff_id
    if who not in read_staff(context.connection):
        raise Refuse("There is nobody on the staff by that name.", fields=(field,))
    return who


def known_resident(context: Context, resident: UUID) -> ResidentRef:
    """The resident, placed here or not; refused in words if there is none."""
    ref = read_refs(context.connection, context.actor, context.now, only=resident).get(resident)
    if ref is None:
        raise Refuse("There is no resident by that name here.", fields=("resident",))
    return ref


def readable_resident(context: Context, resident: UUID) -> ResidentRef:
    """The resident, if the actor may read her record: nobody writes over what she can't see."""
    ref = known_resident(context, resident)
    if ref.hidden:
        raise Refuse(
            "Her record is restricted. Someone who is listed can do this; or open it with a reason, and go on.",
            fields=("resident",),
        )
    return ref


def placed_resident(context: Context, resident: UUID, at: datetime | None = None) -> ResidentRef:
    """The resident, if she is placed here at `at` (default now); refused in words if not."""
    at = at or context.now
    ref = known_resident(context, resident)
    if resident in placed(context.connection, at):
        return ref
    arrived = last_arrival(context.connection, resident)
    if arrived is not None and at < arrived:
        zone = context.house.zone
        raise Refuse(
            f"{ref.name} arrived at {stamp_day(arrived, zone)}; that is before.", fields=("seen_at",)
        )
    raise Refuse(f"{ref.name} does not live here at that time.", fields=("resident",))
