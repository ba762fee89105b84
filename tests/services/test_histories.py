"""Bounded reads: what is read of a long stay gives exactly what the whole record gives, and costs no more with the years."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from app.domain.board import last_sighting
from app.domain.house_rules import with_house_rules
from app.domain.slots import History, due
from app.domain.time import Span
from app.services.entrance import default_rules
from app.store.queries.history import _EVER, _Reading, _tolerances, read_histories
from app.store.queries.house import read_settings
from app.store.queries.regimes import read_rules
from app.store.store import Store
from app.store.tables.checks import check
from app.store.tables.house import setting
from app.store.tables.movements import movement
from app.store.tables.regimes import excusal, rule
from app.store.tables.residents import resident
from app.store.work import Work
from tests.support.stores import KEY, KIM, clock

LONDON = ZoneInfo("Europe/London")
MADE = datetime(2026, 9, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LENGTH = 24
HOWS = ("spoke", "awake", "asleep_breathing", "roused", "door_only", "voice")


@dataclass
class Lives:
    """Random stays, typed straight into the tables: everything that the rules read, at any time, amended and struck."""

    work: Work
    dice: random.Random

    def moment(self, start: datetime, end: datetime) -> datetime:
        return start + self.dice.randint(0, int((end - start) / MINUTE)) * MINUTE

    def typed(self, at: datetime) -> dict[str, Any]:
        late = self.dice.choice([0, 0, 0, 2, 20, 300, 2000])
        return {"typed_at": at + late * MINUTE}

    def settings(self) -> None:
        for key, value in default_rules().items():
            self.work.create(setting, key=key, value=json.dumps(value), starts=MADE)
        self.work.now = MADE + 15 * DAY
        self.work.create(setting, key="tolerance", value="10", starts=MADE + 18 * DAY)
        self.work.create(setting, key="missed_after", value="240", starts=MADE + 16 * DAY)
        self.work.create(setting, key="curfew_sighting_to", value='"23:40"', starts=MADE + 17 * DAY)

    def stay(self, number: int) -> UUID:
        her, dice = UUID(int=number), self.dice
        end = MADE + LENGTH * DAY
        self.work.create(resident, id=her, name=f"Woman {number}", restricted=False)
        self.door(her, MADE, "arrive")
        here, at = True, MADE
        while (at := at + dice.choice([20, 90, 400, 1200, 3000, 20000]) * MINUTE) < end:
            here = not here
            self.door(her, at, "in" if here else dice.choice(["out", "out", "leave", "hospital", "absent"]))
        busy = dice.choice([60, 120, 400])
        at = MADE
        while (at := at + dice.randint(1, 2 * busy) * MINUTE) < end:
            if dice.random() < 0.002:
                at += dice.randint(1, 12) * DAY
            self.look(her, at)
        for _ in range(dice.randint(0, 3)):
            self.rules(her)
        for _ in range(dice.randint(0, 8)):
            start = self.moment(MADE, end)
            ends = start + dice.choice([30, 200, 3000]) * MINUTE
            self.work.enter(
                excusal,
                resident_id=her,
                seen_at=start,
                starts=start,
                ends=ends,
                reason="x",
                **self.typed(start),
            )
        return her

    def door(self, her: UUID, at: datetime, kind: str) -> None:
        how = self.dice.choice([None, "awake", "spoke"])
        values = {"resident_id": her, "kind": kind, "how": how, "seen_at": at}
        self.enter(movement, values | self.typed(at))

    def look(self, her: UUID, at: datetime) -> None:
        until = at + self.dice.choice([5, 40, 700]) * MINUTE if self.dice.random() < 0.05 else None
        values = {
            "resident_id": her,
            "how": self.dice.choice(HOWS),
            "occasion": "round",
            "concern": False,
            "seen_at": at,
            "seen_until": until,
        }
        self.enter(check, values | self.typed(until or at))

    def enter(self, table: Any, values: dict[str, Any]) -> None:
        """The entry, and now and then what a person would correct of it: struck, at another time, about another woman."""
        made = self.work.enter(table, **values)
        for _ in range(2):
            lot = self.dice.random()
            if lot > 0.06:
                return
            change: dict[str, Any] = {"amends_id": made.id, "typed_at": values["typed_at"] + 7 * MINUTE}
            if lot < 0.01:
                change["seen_at"], change["seen_until"] = (
                    values["seen_at"] - self.dice.randint(1, 3000) * MINUTE,
                    None,
                )
            elif lot < 0.02:
                change["resident_id"] = UUID(int=self.dice.randint(1, 6))
            elif lot < 0.04:
                change["struck"] = True
            else:
                change["how"] = self.dice.choice(["spoke", "door_only"])
            values = values | change
            made = self.work.enter(table, **values)
            if values.get("struck"):
                return

    def rules(self, her: UUID) -> None:
        """One rule, or a chain of rules each of which replaced the one before."""
        dice, earlier = self.dice, None
        starts = self.moment(MADE, MADE + LENGTH * DAY)
        for _ in range(dice.choice([1, 1, 2, 4])):
            ends = starts + dice.choice([60, 600, 6000, 60000]) * MINUTE if dice.random() < 0.7 else None
            every = dice.random() < 0.7
            hours = every and dice.random() < 0.4
            maximum = dice.choice([15, 60, 120, 1440])
            values: dict[str, Any] = {
                "resident_id": her,
                "kind": "every" if every else "at",
                "purpose": "welfare" if every else dice.choice(["curfew", "morning", "sign_in"]),
                "title": "a rule",
                "minimum": maximum // 2 if every else None,
                "maximum": maximum if every else None,
                "hours_from": "22:00" if hours else None,
                "hours_to": "06:00" if hours else None,
                "opens": None if every else "21:00",
                "closes": None if every else "21:20",
                "until": None if every else "06:00",
                "days": dice.choice([None, None, "4 5"]),
                "counts": dice.choice(["spoke awake asleep_breathing roused", "spoke roused", "voice"]),
                "starts": starts,
                "ends": ends,
                "ended_at": dice.choice([None, ends]),
                "set_at": starts,
                "set_by": KIM.staff_id,
                "replaces_id": earlier,
            }
            self.work.now = starts
            earlier = self.work.create(rule, **values).id
            if ends is None:
                return
            starts = ends


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lives")
    Store.create(folder, KEY).close()
    return folder


@pytest.fixture(params=range(2))
def lives(request: pytest.FixtureRequest, empty: Path, tmp_path: Path) -> Iterator[tuple[Store, int]]:
    store = Store.open(shutil.copytree(empty, tmp_path / "house"), KEY)
    with store.write(KIM, clock(), "lives") as work:
        found = Lives(work, random.Random(request.param))
        work.now = MADE
        found.settings()
        for number in range(1, 7):
            found.stay(number)
    yield store, request.param
    store.close()


WOMEN = [UUID(int=number) for number in range(1, 7)]


def whole(connection: Any, known_at: datetime | None) -> dict[UUID, History]:
    """Everything that was ever typed, and every rule."""
    settings = read_settings(connection, known_at)
    rules = read_rules(connection, known_at)
    blank = {
        her: History(
            her,
            LONDON,
            tuple(with_house_rules(her, [r for r in rules if r.resident_id == her], settings, LONDON)),
            tolerances=_tolerances(settings),
        )
        for her in WOMEN
    }
    return _Reading(connection, known_at).fill(blank, dict.fromkeys(WOMEN, _EVER))


def test_a_bounded_read_gives_what_the_whole_record_gives(lives: tuple[Store, int]) -> None:
    store, seed = lives
    dice = random.Random(seed + 1000)
    with store.read() as connection:
        for round_ in range(6):
            since = MADE + dice.randint(0, LENGTH * 24) * HOUR
            now = since + dice.choice([0, 3, 26, 50]) * HOUR
            known_at = now if round_ % 2 else None
            full = whole(connection, known_at)
            settings = read_settings(connection, known_at)
            bounded = read_histories(connection, WOMEN, since, LONDON, settings, known_at, concealed=())
            for her in WOMEN:
                window = Span(since, now + 26 * HOUR)
                expected = due(full[her], window, now, known_at)
                assert due(bounded[her], window, now, known_at) == expected
                if known_at is None:
                    assert last_sighting(bounded[her].seen, now) == last_sighting(full[her].seen, now)


def test_what_is_read_does_not_grow_with_the_stay(lives: tuple[Store, int]) -> None:
    """A bounded read of a busy woman holds a few days of hers, and reads by index."""
    store, _ = lives
    since = MADE + (LENGTH - 3) * DAY
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        asked.append((sql, values))

    with store.read() as connection:
        settings = read_settings(connection)
        event.listen(connection, "before_cursor_execute", note)
        read_histories(connection, WOMEN, since, LONDON, settings)
        event.remove(connection, "before_cursor_execute", note)
        plans = []
        for sql, values in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            plans += [(row[3], sql) for row in rows]
    scanned = [
        (plan, sql)
        for plan, sql in plans
        if plan.startswith("SCAN") and ("check_entry" in plan or "movement" in plan or "excusal" in plan)
    ]
    assert scanned == []
    assert len(asked) < 80
