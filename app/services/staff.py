"""Staff in the building: at least two at all times (SI 2014/1198, DOMAIN.md 3)."""

from dataclasses import dataclass
from uuid import UUID

from app.services.acts import Context, Ref, Refuse, act
from app.services.seen import Seen, moment_facts
from app.store.queries.staff import read_staff, staff_in
from app.store.tables.staff import staff_movement


@dataclass(frozen=True, kw_only=True)
class ComeOnDuty(Seen):
    """Someone of the staff is in the building (default: me)."""

    staff: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class GoOffDuty(Seen):
    """Someone of the staff has left the building (default: me)."""

    staff: UUID | None = None


@act("on_duty")
def come_on_duty(context: Context, do: ComeOnDuty) -> Ref:
    """Write that she is in the building; saying so twice is no error."""
    return _move(context, do, "in")


@act("off_duty")
def go_off_duty(context: Context, do: GoOffDuty) -> Ref:
    """Write that she has left the building."""
    return _move(context, do, "out")


def _move(context: Context, do: ComeOnDuty | GoOffDuty, kind: str) -> Ref:
    who = do.staff or context.actor.staff_id
    member = read_staff(context.connection).get(who)
    if member is None or not member.active:
        raise Refuse("There is nobody on the staff by that name.", fields=("staff",))
    facts = moment_facts(context, do)
    name = member.name
    there = who in {id_ for id_, _ in staff_in(context.connection, facts["seen_at"])}
    if there == (kind == "in"):
        return Ref(who, f"{name} is {'in' if there else 'out'} already")
    written = context.work.enter(staff_movement, **facts, staff_id=who, kind=kind)
    return Ref(written.id, f"{name} is {kind}")
