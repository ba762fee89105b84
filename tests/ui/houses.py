"""Small training houses for the window's tests: real stores, made through the same acts as everything else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.residents import LegalBasis
from app.domain.results import Done
from app.domain.time import SetClock
from app.services.desk import Desk
from app.services.entrance import desk_of, make_house
from app.services.residents import Arrive, ExpectResident
from app.services.rooms import MakeRoom
from app.services.staff import ComeOnDuty
from app.store.keys import NewMember

#: Sunday 22 November 2026, five past eleven at night: the curfew window is open.
NIGHT = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
ROOMS = (
    "Sage Thyme Mint Fennel Dill Basil Rue Sorrel Tansy Oak Ash Elm Rowan Birch Hazel Alder Maple Holly Wren Heron Swift"
    " Finch Robin Lark Plover Teal"
).split()
NAMES = (
    "Anne Doyle|Mary Ellis|Anne Doyles|Gita Sandhu|Hope|Laura Quill|Simone Tavares-Quintanilha|Paula Vance|Leanne Carr"
    "|Tamsin Reid|Beatrix Fox-Pemberton|Kelly-Ann Moss|Ruth Adeyemi|Ifeoma Chukwu|Sunniva Ås|Deb Turner|Carys Powell"
    "|Amara Okafor|Niamh Ní Bhriain|Jo Hale|ليلى الحسن|Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"
).split("|")
STAFF = (
    NewMember("hannah", "Hannah Marsh", "manager", "training"),
    NewMember("priya", "Priya Nair", "shift_lead", "training"),
    NewMember("dawn", "Dawn Ellery", "residential", "training"),
    NewMember("kim", "Kim Osei", "residential", "training"),
)


@dataclass
class House:
    """A house that stands still at the time of its clock. `women` is name to id, in walking order."""

    desk: Desk
    clock: SetClock
    women: dict[str, UUID] = field(default_factory=dict)
    rooms: list[UUID] = field(default_factory=list)

    def do(self, command: Any) -> Any:
        """The view of an act that must be done."""
        answer = self.desk.do(command)
        assert isinstance(answer, Done), str(answer)
        return answer.view

    def at(self, *clock: int, day: int = 22) -> datetime:
        """An instant of that night, local time being UTC in November."""
        hour, minute, second = (*clock, 0, 0)[:3]
        return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)

    def as_user(self, user: str) -> Desk:
        return desk_of(self.desk.store, user, self.clock)

    def staff(self, user: str) -> UUID:
        return self.as_user(user).actor.staff_id


def small_house(
    folder: Path,
    names: Sequence[str] = NAMES[:5],
    *,
    now: datetime = NIGHT,
    user: str = "priya",
    spare_rooms: int = 2,
    told: Iterable[tuple[str, dict[str, Any]]] = (),
) -> House:
    """A house whose women arrived ten days ago, in rooms along the walk. `told` adds facts to a woman's record."""
    more = dict(told)
    clock = SetClock(now - timedelta(days=10))
    made = make_house(
        folder,
        "Eden House",
        "Europe/London",
        True,
        STAFF,
        clock,
        {"on_call": "07700 900461", "naloxone": "office"},
    )
    house = House(Desk(made.store, made.house, made.actor, clock), clock)
    for number, room in enumerate(ROOMS[: len(names) + spare_rooms]):
        floor = min(number // 9, 2)
        made_room = house.do(
            MakeRoom(number=str(floor * 10 + number % 9 + 1), name=room, floor=floor, position=number)
        )
        house.rooms.append(made_room.id)
    for place, name in enumerate(names):
        facts = {"legal_basis": LegalBasis.LICENCE} | more.get(name, {})
        house.women[name] = house.do(ExpectResident(name=name, **facts)).id
        house.do(Arrive(resident=house.women[name], room=house.rooms[place]))
    clock.set(now - timedelta(hours=4))
    for user_name in ("priya", "dawn"):
        house.do(ComeOnDuty(staff=house.staff(user_name)))
    clock.set(now)
    house.desk = house.as_user(user)
    return house
