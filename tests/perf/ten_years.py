"""A house with ten years behind it: 26 women at a time for twelve weeks each, fifteen sightings a day and two trips out.

The rows are those that the services write, in the same unit of work; there are too many to go through every act. It is
built once for each schema and kept in the temporary folder.
"""

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from app.domain.regimes import Purpose
from app.domain.time import SetClock, SystemClock
from app.services.entrance import desk_of
from app.services.regimes import StartRule
from app.store.engine import STORE_FILE
from app.store.keys import unlock
from app.store.migrations import latest
from app.store.store import Store
from app.store.tables.checks import check
from app.store.tables.movements import movement
from app.store.tables.notes import note
from app.store.tables.residents import placement, resident
from app.store.tables.rooms import allocation
from app.store.work import Work
from tests.support.houses import NAMES, NIGHT, House, small_house

YEARS = 10
WOMEN = 26
STAY = timedelta(days=84)
A_DAY = 15
WORDS = (
    "tea kitchen garden quiet phoned sister visit worried slept letter solicitor appointment money shoes music rain "
    "breakfast door medicine nurse bus college painting walk knitting laundry post television"
).split()


@dataclass(frozen=True)
class Kept:
    """A house folder that stays, and what opens it again."""

    folder: Path
    key: bytes
    women: dict[str, UUID]
    entries: int

    def open(self) -> House:
        clock = SetClock(NIGHT + timedelta(hours=1))
        desk = desk_of(Store.open(self.folder, self.key), "hannah", clock)
        return House(desk, clock, dict(self.women))

    @property
    def size(self) -> int:
        """What the store takes on the disk, in bytes."""
        return (self.folder / STORE_FILE).stat().st_size


def ten_years(years: int = YEARS) -> Kept:
    """The house with its years behind it: built where there is none of this schema yet, which takes some minutes."""
    base = Path(tempfile.gettempdir()) / f"daybook-perf-{latest()}-{years}"
    told = base / "kept.json"
    if not told.is_file():
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir()
        house = house_of(base / "house")
        entries = before(house, years)
        key = unlock(base / "house", "hannah", "training", SystemClock()).house_key
        house.desk.store.close()
        women = {name: str(id_) for name, id_ in house.women.items()}
        told.write_text(json.dumps({"key": key.hex(), "women": women, "entries": entries}), encoding="utf-8")
    kept = json.loads(told.read_text(encoding="utf-8"))
    women = {name: UUID(id_) for name, id_ in kept["women"].items()}
    return Kept(base / "house", bytes.fromhex(kept["key"]), women, kept["entries"])


def house_of(folder: Path, women: int = WOMEN) -> House:
    """A house of so many women; four of them have a rule of their own."""
    names = [*NAMES, "Rosa Quaye", "Tegan Howe", "Ines Marchetti", "Orla Byrne"][:women]
    house = small_house(folder, names, now=NIGHT, user="hannah", spare_rooms=2)
    for number, name in enumerate(names[:4]):
        house.do(
            StartRule(
                resident=house.women[name], purpose=Purpose.WELFARE, minimum=30, maximum=60 + 15 * number
            )
        )
    return house


def before(house: House, years: int) -> int:
    """Put the years before the house's first arrival into its record, as they would be after it. Returns the entries."""
    desk = house.desk
    chance = Random(11)
    end = NIGHT - timedelta(days=20)
    start = end - timedelta(days=365 * years)
    with desk.store.write(desk.actor, SetClock(NIGHT), "demo") as work:
        lives = [_Life(work, room, chance) for room in house.rooms[:WOMEN]]
        day = start
        while day < end:
            work.as_of(desk.actor, day, "demo")
            for life in lives:
                life.day(day)
            work.flush()
            day += timedelta(days=1)
        return work.head.seq


class _Life:
    """One room, and the women who live in it one after another."""

    def __init__(self, work: Work, room: UUID, chance: Random) -> None:
        self.work, self.room, self.chance = work, room, chance
        self.her: UUID | None = None
        self.until: datetime | None = None

    def day(self, day: datetime) -> None:
        if self.until is None or day >= self.until:
            self.moves_in(day)
        her, chance = self.her, self.chance
        for minute in sorted(chance.sample(range(10, 1430), A_DAY)):
            at = day + timedelta(minutes=minute)
            self.work.as_of(self.work.actor, at, "check")
            told = f"{chance.choice(WORDS)} {chance.choice(WORDS)}" if chance.random() < 0.1 else None
            self.work.enter(check, resident_id=her, how="spoke", occasion="round", concern=False, note=told)
        for minute, kind in ((1431, "out"), (1433, "in")):
            at = day + timedelta(minutes=minute)
            self.work.as_of(self.work.actor, at, kind)
            self.work.enter(movement, resident_id=her, kind=kind, how="awake")
        text = " ".join(chance.choices(WORDS, k=12))
        self.work.enter(note, resident_id=her, kind="log", text=text, hand_over=False)

    def moves_in(self, day: datetime) -> None:
        ends = day + STAY - timedelta(hours=1)
        self.until = day + STAY
        name = f"{self.chance.choice(WORDS).title()} {self.chance.choice(WORDS).title()}"
        self.her = self.work.create(resident, name=name, restricted=False).id
        self.work.create(placement, resident_id=self.her, legal_basis="licence", arrived=day, departed=ends)
        self.work.create(allocation, resident_id=self.her, room_id=self.room, starts=day, ends=ends)
        self.work.enter(movement, resident_id=self.her, kind="arrive", how="spoke")
