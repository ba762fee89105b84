"""When it was so, and who saw it: the facts that every entry about a woman shares, and what makes them impossible."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.residents import ResidentRef
from app.domain.sightings import Precision, Source
from app.domain.time import stamp_day
from app.services.acts import Context, Refuse
from app.store.queries.residents import last_arrival, placed, read_refs
from app.store.queries.staff import read_staff

#: A watch may be this far ahead of the computer before a time is "in the future".
_AHEAD = timedelta(seconds=30)
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
    at, until, now = do.seen_at or context.now, do.seen_until, context.now
    zone = context.house.zone
    if (until or at) > now + _AHEAD:
        raise Refuse(
            f"{stamp_day(until or at, zone)}, is in the future: the clock says "
            f"{stamp_day(now, zone)}. Give the time when it was so.",
            fields=("seen_at",),
        )
    if at < now - BACK_DATING and not context.actor.manages:
        raise Refuse("That is more than seven days ago. A manager can write it down.", fields=("seen_at",))
    if until is not None and until < at:
        raise Refuse("“Between” needs the earlier time first.", fields=("seen_until",))
    seen_by = do.seen_by or context.actor.staff_id
    if seen_by not in read_staff(context.connection):
        raise Refuse("There is nobody on the staff by that name.", fields=("seen_by",))
    return {
        "seen_at": at,
        "seen_until": until,
        "precision": (Precision.BETWEEN if until is not None else do.precision).value,
        "source": do.source.value,
        "seen_by": seen_by,
    }


def placed_resident(context: Context, resident: UUID, at: datetime | None = None) -> ResidentRef:
    """The resident, if she is placed here at `at` (default now); refused in words if not."""
    at = at or context.now
    ref = read_refs(context.connection, context.actor, context.now).get(resident)
    if ref is None:
        raise Refuse("There is no resident by that name here.", fields=("resident",))
    if resident in placed(context.connection, at):
        return ref
    arrived = last_arrival(context.connection, resident)
    if arrived is not None and at < arrived:
        zone = context.house.zone
        raise Refuse(
            f"{ref.name} arrived at {stamp_day(arrived, zone)}; that is before.",
            fields=("seen_at",),
        )
    raise Refuse(f"{ref.name} does not live here at that time.", fields=("resident",))
