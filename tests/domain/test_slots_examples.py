"""The worked examples of SLOTS.md, word for word (tolerance 5 minutes)."""

from __future__ import annotations

import pytest

from app.domain.regimes import Purpose
from app.domain.sightings import How
from tests.domain.life import Life, at, minutes


def test_thirty_to_sixty_met_late_and_early() -> None:
    life = Life().arrives()
    life.every(30, 60, at("20:00"))
    for clock in ("20:00", "20:45", "21:52", "22:10"):
        life.sees(at(clock))
    assert life.told(at("22:30")) == [
        "20:30-21:00 on_time",
        "21:15-21:45 late by 7",
        "22:22-22:52 on_time early",
        "22:40-23:10 due",
    ]
    gaps = [one.gap for one in life.due(at("22:30")) if one.seen]
    assert gaps == [minutes(45), minutes(67), minutes(18)]


def test_thirty_to_sixty_missed_and_met() -> None:
    life = Life().arrives()
    life.every(30, 60, at("20:00"))
    life.sees(at("20:00"))
    life.sees(at("22:30"))
    missed, met, _ = life.due(at("22:31"))
    assert life.told(at("22:31"))[:2] == ["20:30-21:00 missed", "22:30-23:00 on_time"]
    assert missed.ended == at("22:00")
    assert met.slot.anchor == at("22:00")
    assert met.gap == minutes(150)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("22:55", "23:00-23:20 missed"),
        ("23:24", "23:00-23:20 on_time"),
        ("23:40", "23:00-23:20 late by 20"),
        (None, "23:00-23:20 missed"),
    ],
)
def test_a_window(seen: str | None, told: str) -> None:
    life = Life().arrives()
    life.at("23:00", "23:20", starts=at("12:00"))
    if seen:
        life.sees(at(seen))
    assert life.told(at("02:20", 11)) == [told]


def test_close_checks_are_not_met_by_a_sleeper() -> None:
    life = Life().arrives()
    life.every(15, 15, at("01:00"), purpose=Purpose.CLOSE)
    life.sees(at("01:00"), How.ROUSED)
    kept = life.sees(at("01:12"), How.ASLEEP_BREATHING)
    spoke = life.sees(at("01:21"), How.SPOKE)
    first, _ = life.due(at("01:22"))
    assert life.told(at("01:22"))[0] == "01:15-01:15 late by 6"
    assert first.seen is not None
    assert first.seen.entry_id == spoke.entry_id
    assert first.gap == minutes(21)
    assert kept in life.history().sightings


def test_a_replacement_does_not_reset_the_clock() -> None:
    life = Life().arrives()
    sixty = life.every(0, 60, at("00:30"), ends=at("02:10"), ended_typed_at=at("02:10"))
    life.every(15, 30, at("02:10"), replaces=sixty.id)
    life.sees(at("01:30"))
    assert life.told(at("02:11")) == [
        "00:30-01:30 on_time",
        "01:45-02:15 due",
        "01:30-02:30 excused (rule ended)",
    ]
