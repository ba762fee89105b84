"""The worked examples of SLOTS.md, each played as a script in a training house and read back with `due`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_houses import daybook, demo_house, script

#: Everyone is in, and no woman has a curfew of her own; the examples' women have no rules but the house's.
START = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
ANNE, GITA, BEATRIX, ZOFIA = "Anne Doyle", "Gita Sandhu", "Beatrix Fox-Pemberton", "Zofia Wiśniewska"

Row = tuple[str, str, str, str | None, int | None]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return demo_house(tmp_path, days=1, now=START, all_well=True)


def at(clock: str) -> str:
    """A time of that night: before noon it is the next day."""
    return f"2026-11-{'23' if clock < '12' else '22'}T{clock}"


def seen(clock: str, who: str, how: str = "spoke") -> dict[str, Any]:
    return {"at": at(clock), "by": "priya", "do": "check", "resident": who, "how": how}


def rule(clock: str, who: str, **fields: Any) -> dict[str, Any]:
    return {"at": at(clock), "by": "priya", "do": "rule", "resident": who, "purpose": "welfare", **fields}


def played(house: Path, *acts: dict[str, Any]) -> None:
    said = daybook("play", script(house.parent, *acts), "--house", house, "--json")
    assert said.code == 0, said.err
    assert [row for row in said.rows if not row["done"]] == []


def due(house: Path, who: str, title: str, now: str, *more: str) -> list[Row]:
    said = daybook(
        "due", "--house", house, "--now", at(now), "--from", at("19:30"), "--to", at("06:00"), "--json", *more
    )
    assert said.code == 0, said.err
    rows = [row for row in said.json["slots"] if row["resident"] == who and row["rule"] == title]
    return [
        (
            row["from"][11:16],
            row["to"][11:16],
            row["outcome"],
            row["seen_at"] and row["seen_at"][11:16],
            row["late_minutes"],
        )
        for row in rows
    ]


def test_every_30_to_60_minutes(house: Path) -> None:
    played(
        house,
        rule("19:45", ANNE, title="watch", minimum=30, maximum=60),
        *(seen(clock, ANNE) for clock in ("20:00", "20:45", "21:52", "22:10")),
    )
    assert due(house, ANNE, "watch", "22:11") == [
        ("20:15", "20:45", "on_time", "20:00", None),
        ("20:30", "21:00", "on_time", "20:45", None),
        ("21:15", "21:45", "late", "21:52", 7),
        ("22:22", "22:52", "on_time", "22:10", None),
        ("22:40", "23:10", "due", None, None),
    ]


def test_a_lapse_is_missed_and_the_next_starts_there(house: Path) -> None:
    played(
        house,
        rule("19:45", ANNE, title="watch", minimum=30, maximum=60),
        seen("20:00", ANNE),
        seen("22:30", ANNE),
    )
    assert due(house, ANNE, "watch", "22:31")[1:] == [
        ("20:30", "21:00", "missed", None, None),
        ("22:30", "23:00", "on_time", "22:30", None),
        ("23:00", "23:30", "due", None, None),
    ]
    assert due(house, ANNE, "watch", "21:59")[1:] == [("20:30", "21:00", "due", None, None)]


def test_the_curfew_sighting_and_its_tolerance(house: Path) -> None:
    played(house, seen("22:55", ANNE), seen("23:24", GITA), seen("23:40", BEATRIX))
    window = ("23:00", "23:20")
    assert due(house, ANNE, "curfew", "02:19") == [(*window, "due", None, None)]
    assert due(house, ANNE, "curfew", "02:20") == [(*window, "missed", None, None)]
    assert due(house, GITA, "curfew", "02:20") == [(*window, "on_time", "23:24", None)]
    assert due(house, BEATRIX, "curfew", "02:20") == [(*window, "late", "23:40", 20)]
    assert due(house, ZOFIA, "curfew", "02:20") == [(*window, "missed", None, None)]


def test_what_was_known_then_is_the_same_whenever_it_is_asked(house: Path) -> None:
    late = {**seen("02:30", ZOFIA), "seen_at": at("23:10"), "source": "paper"}
    played(house, late)
    assert due(house, ZOFIA, "curfew", "02:31") == [("23:00", "23:20", "on_time", "23:10", None)]
    assert due(house, ZOFIA, "curfew", "02:31", "--known-at", at("02:29")) == [
        ("23:00", "23:20", "missed", None, None)
    ]


def test_a_sleeper_does_not_meet_a_close_check(house: Path) -> None:
    played(
        house,
        rule("00:58", ANNE, title="close", purpose="close", minimum=0, maximum=15),
        seen("01:00", ANNE, "roused"),
        seen("01:12", ANNE, "asleep_breathing"),
        seen("01:21", ANNE),
    )
    assert due(house, ANNE, "close", "01:22") == [
        ("00:58", "01:13", "on_time", "01:00", None),
        ("01:00", "01:15", "late", "01:21", 6),
        ("01:21", "01:36", "due", None, None),
    ]


def test_a_replacement_does_not_reset_the_clock(house: Path) -> None:
    closer = {"do": "replace_rule", "rule": "hourly", "title": "closer", "minimum": 15, "maximum": 30}
    played(
        house,
        rule("01:00", ANNE, title="hourly", minimum=0, maximum=60),
        seen("01:30", ANNE),
        rule("02:10", ANNE, **closer),
    )
    assert due(house, ANNE, "hourly", "02:11")[-1] == ("01:30", "02:30", "excused", None, None)
    assert [row[1:3] for row in due(house, ANNE, "closer", "02:11")] == [("02:15", "due")]
