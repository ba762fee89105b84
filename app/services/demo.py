"""The demo: a training house whose ninety days of history end now, so that tonight is alive.

The same seed, number of days and `now` give the same record to the byte: ids, salts and hashes come from the seed. Only
the keys differ, which no seed may give. The store is written in one transaction.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

from app.domain.staff import Actor, Role
from app.domain.time import DAY, SetClock, SystemClock, local_date, opening
from app.services.demo_days import Days
from app.services.demo_lives import Lives
from app.services.demo_pen import Pen
from app.services.demo_people import Cast, cast
from app.services.demo_stories import Stories
from app.services.entrance import MadeHouse, make_house
from app.services.rooms import MakeRoom
from app.store.engine import STORE_FILE
from app.store.keys import HouseExists, NewMember
from app.store.keys_file import KEYS_FILE
from app.store.queries.staff import read_staff

#: A house setting of before, and how many days ago it was changed to what resources/house.toml has.
FORMER, FORMER_UNTIL = {"curfew_sighting_to": "23:15"}, 40
#: Where the record of a demo says that it was written.
WORKSTATION = "training"


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """A training house as it was built. Its passwords are printed: it holds nobody's secrets."""

    folder: Path
    residents: int
    staff: tuple[NewMember, ...]
    now: datetime
    recovery_code: str


def make_demo(
    folder: Path,
    seed: int = 1,
    days: int = 90,
    now: datetime | None = None,
    *,
    all_well: bool = False,
    tell: Callable[[str], None] = lambda said: None,
) -> DemoHouse:
    """Build a training house in `folder` with `days` of history that end at `now` (default: the computer's clock).

    `all_well` makes the house of the 23:05 rehearsal: all 22 in and well, nobody restricted or away, nothing overdue, and
    no curfew but the house's; when `now` is in the curfew round, nobody has been sighted in it yet. `tell` is told how far it is. Raises StoreTrouble when the folder won't do, and ValueError in words for days that make no history.
    """
    if not 1 <= days <= 3660:
        raise ValueError("The history can be 1 to 3660 days long.")
    end = (now or SystemClock().now()).replace(microsecond=0)
    people = cast()
    start = opening(local_date(end, people.zone) - days * DAY, time(6), people.zone)
    random = Random(f"daybook {seed}")
    _refuse_house(folder)
    making = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    made = make_house(
        making,
        people.name,
        people.zone.key,
        True,
        people.members,
        SetClock(start),
        rules={
            "on_call": people.on_call[0],
            "naloxone": people.naloxone,
            "address": people.address,
            "assembly": people.assembly,
            **(FORMER if days > FORMER_UNTIL else {}),
        },
        phones=people.phones,
        chance=Random(f"daybook ids {seed}").randbytes,
        workstation=WORKSTATION,
    )
    try:
        count = _write(made, people, start, end, random, all_well, tell)
    finally:
        made.store.close()
    _put_in_place(making, folder)
    tell(f"{people.name} is ready: {count} residents, {days} days.")
    return DemoHouse(folder, count, people.members, end, made.recovery_code)


def _refuse_house(folder: Path) -> None:
    if (folder / KEYS_FILE).exists() or (folder / STORE_FILE).exists():
        raise HouseExists


def _put_in_place(making: Path, folder: Path) -> None:
    """The house appears whole or not at all: a demo that was interrupted leaves none."""
    if not folder.exists():
        making.rename(folder)
        return
    for file in sorted(making.iterdir(), key=lambda one: one.name == KEYS_FILE):
        file.replace(folder / file.name)
    making.rmdir()


def _write(
    made: MadeHouse,
    people: Cast,
    start: datetime,
    end: datetime,
    random: Random,
    all_well: bool,
    tell: Callable[[str], None],
) -> int:
    with made.store.read() as connection:
        staff = read_staff(connection).values()
    actors = {one.user: Actor(one.id, one.user, one.name, Role(one.role), made.house.id) for one in staff}
    with made.store.write(made.actor, SetClock(start), "demo") as work:
        pen = Pen(work, made.house, actors)
        life = Days(pen, people, end, random, all_well)
        rooms = _rooms(pen, people)
        lives = Lives(life, rooms)
        stories = Stories(life, lives)
        pen.now = start + timedelta(minutes=1)
        today = local_date(start, people.zone)
        for user, until in (
            ("hannah", time(17, 20)),
            *((one, time(7, 12)) for one in life.rota.night(today - DAY)),
        ):
            life.comes(user)
            life.at(opening(today, until, people.zone), partial(life.goes, user))
        lives.people()
        stories.happened()
        life.day(today)
        life.run(tell)
        pen.now = end
        stories.typing()
        return sum(woman.presence is not None for woman in life.women)


def _rooms(pen: Pen, people: Cast) -> dict[str, UUID]:
    made: dict[str, UUID] = {}
    for position, (number, name, floor) in enumerate(people.rooms, 1):
        room = MakeRoom(number=number, name=name, floor=floor, position=position, step_free=floor == 0)
        made[number] = pen.do("hannah", room).id
    return made
