"""A house for handover tests: a real encrypted store, a clock that is moved, six women and four members of staff."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.house import House
from app.domain.residents import LegalBasis
from app.domain.results import Done, Refused
from app.domain.sightings import How
from app.domain.staff import Actor, Role
from app.domain.time import SetClock
from app.services.checks import LogCheck
from app.services.desk import Desk
from app.services.entrance import default_rules
from app.services.residents import Arrive, ExpectResident
from app.services.rooms import MakeRoom
from app.services.staff import ComeOnDuty
from app.store.ids import new_id
from app.store.queries.house import read_house
from app.store.store import Store
from app.store.tables.house import house as house_table
from app.store.tables.house import setting
from app.store.tables.staff import staff as staff_table

KEY = bytes(range(32))
#: Sunday 22 November 2026, 18:30; nights begin at 19:00 and local time is UTC.
EVENING = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
ROOMS = ("1 Sage", "2 Thyme", "3 Mint", "4 Fennel", "5 Dill", "6 Basil", "7 Rue", "8 Sorrel")
STAFF = {
    "priya": ("Priya Nair", Role.SHIFT_LEAD),
    "dawn": ("Dawn Ellery", Role.RESIDENTIAL),
    "hannah": ("Hannah Marsh", Role.SHIFT_LEAD),
    "morag": ("Morag Reid", Role.MANAGER),
    "ann": ("Ann Quality", Role.QUALITY),
}
#: Name, and what else is known of her. The third is restricted.
WOMEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Anne Doyle", {}),
    ("Anne Doyles", {"allergies": "penicillin"}),
    (
        "Wilhelmina Secretly",
        {
            "preferred_name": "Billie",
            "restricted": True,
            "evacuation": "vibrating pillow",
            "alerts": "Hides from her brother",
        },
    ),
    ("نور الهدى", {"watch_from": EVENING - timedelta(days=5, hours=1)}),
    ("Hope 🌟", {}),
    ("Simone Tavares-Quintanilha", {"evacuation": "two staff on stairs"}),
)


@dataclass
class Night:
    """The house, its clock, and everyone's desk. `women` are ids by room number."""

    store: Store
    house: House
    clock: SetClock
    staff: dict[str, UUID]
    women: dict[str, UUID] = field(default_factory=dict)

    def desk(self, user: str = "priya") -> Desk:
        name, role = STAFF[user]
        return Desk(
            self.store, self.house, Actor(self.staff[user], user, name, role, self.house.id), self.clock
        )

    def do(self, command: Any, user: str = "priya") -> Any:
        """The view of an act that must be done."""
        answer = self.desk(user).do(command)
        assert isinstance(answer, Done), str(answer)
        return answer.view

    def refused(self, command: Any, user: str = "priya") -> str:
        """Why an act is refused, which it must be, with nothing stored."""
        head = self.store.head().seq
        answer = self.desk(user).do(command)
        assert isinstance(answer, Refused)
        assert self.store.head().seq == head
        return str(answer)

    def at(self, hour: int, minute: int = 0, day: int = 22) -> "Night":
        """Move the clock."""
        self.clock.set(datetime(2026, 11, day, hour, minute, tzinfo=UTC))
        return self

    def see(self, number: str, how: How = How.SPOKE, user: str = "dawn", **more: Any) -> Any:
        """Log a check of the woman in this room."""
        return self.do(LogCheck(resident=self.women[number], how=how, **more), user)

    def round(self, *but: str) -> None:
        """See everyone but these."""
        for number in self.women:
            if number not in but:
                self.see(number)


def make_night(
    folder: Path, women: tuple[tuple[str, dict[str, Any]], ...] = WOMEN, rooms: tuple[str, ...] = ROOMS
) -> Night:
    """An open house at 18:30: everyone arrived yesterday and is in, two staff are on duty, 23:00 curfew."""
    clock = SetClock(EVENING - timedelta(days=1))
    house_id = new_id(clock)
    ids = {user: new_id(clock) for user in STAFF}
    store = Store.open(folder, KEY)
    manager = Actor(ids["morag"], "morag", "Morag Reid", Role.MANAGER, house_id)
    with store.write(manager, clock, "house") as work:
        work.create(
            house_table,
            id=house_id,
            name="Eden House",
            zone="Europe/London",
            training=True,
            marking="OFFICIAL – SENSITIVE",
        )
        for user, (name, role) in STAFF.items():
            work.create(staff_table, id=ids[user], user=user, name=name, role=role.value, active=True)
        for key, value in default_rules().items():
            work.create(setting, key=key, value=json.dumps(value), starts=clock.now())
    with store.read() as connection:
        night = Night(store, read_house(connection), clock, ids)
    made = []
    for position, room in enumerate(rooms):
        number, name = room.split(" ", 1)
        made.append(night.do(MakeRoom(number=number, name=name, floor=0, position=position), "morag").id)
    for place, (name, more) in enumerate(women):
        her = night.do(ExpectResident(name=name, **{"legal_basis": LegalBasis.LICENCE} | more), "morag").id
        night.do(Arrive(resident=her, room=made[place]), "morag")
        night.women[rooms[place].split(" ")[0]] = her
    clock.set(EVENING)
    night.do(ComeOnDuty(), "priya")
    night.do(ComeOnDuty(), "dawn")
    return night
