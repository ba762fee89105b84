"""The nights of 24-25 October 2026 (eight hours) and 27-28 March 2027 (six)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from app.domain.slots import Resolved, due
from app.domain.time import Span, local_instant, stamp
from tests.domain.life import LONDON, Life, minutes


def z(text: str) -> datetime:
    return datetime.fromisoformat(text + "Z")


AUTUMN = Span(z("2026-10-24T12:00"), z("2026-10-25T12:00"))
SPRING = Span(z("2027-03-27T12:00"), z("2027-03-28T12:00"))
BEFORE = z("2026-10-01T00:00")


def told(life: Life, night: Span) -> list[str]:
    """Slots in local time, as the board stamps them."""
    assert night.end is not None

    def words(one: Resolved) -> str:
        opens, closes = (stamp(t, LONDON) for t in (one.slot.opens, one.slot.closes))
        return f"{opens}-{closes} {one.outcome}"

    return [words(one) for one in due(life.history(), night, night.end)]


@pytest.mark.parametrize("night", [AUTUMN, SPRING])
def test_the_curfew_window_is_twenty_minutes_on_every_night(night: Span) -> None:
    life = Life().arrives(BEFORE)
    life.at("23:00", "23:20", starts=BEFORE)
    (one,) = due(life.history(), night, night.start)
    assert one.slot.closes - one.slot.opens == minutes(20)
    assert one.slot.opens == local_instant(one.slot.opens.astimezone(LONDON).date(), time(23), LONDON)


def test_in_autumn_a_check_every_hour_is_made_eight_times() -> None:
    life = Life().arrives(BEFORE)
    life.every(30, 60, BEFORE, hours=(time(23), time(6)))
    for hour in range(8):
        life.sees(z("2026-10-24T22:55") + minutes(60 * hour))
    assert told(life, AUTUMN) == [
        "23:30-00:00 on_time",
        "00:25-00:55 on_time",
        "01:25 BST-01:55 BST on_time",
        "01:25 GMT-01:55 GMT on_time",
        "02:25-02:55 on_time",
        "03:25-03:55 on_time",
        "04:25-04:55 on_time",
        "05:25-05:55 on_time",
        "06:25-06:55 excused",
    ]


def test_in_spring_a_check_every_hour_is_made_six_times() -> None:
    life = Life().arrives(BEFORE)
    life.every(30, 60, BEFORE, hours=(time(23), time(6)))
    for hour in range(1, 6):
        life.sees(z("2027-03-27T22:59") + minutes(60 * hour))
    assert told(life, SPRING) == [
        "23:30-00:00 on_time",
        "00:29-00:59 on_time",
        "02:29-02:59 on_time",
        "03:29-03:59 on_time",
        "04:29-04:59 on_time",
        "05:29-05:59 missed",
    ]


def test_the_repeated_hour_is_in_its_true_order() -> None:
    life = Life().arrives(BEFORE)
    life.every(0, 60, z("2026-10-25T00:10"))
    second = life.sees(local_instant(date(2026, 10, 25), time(1, 20), LONDON, fold=1))
    first = life.sees(local_instant(date(2026, 10, 25), time(1, 40), LONDON, fold=0))
    met = [one.seen and one.seen.entry_id for one in due(life.history(), AUTUMN, z("2026-10-25T01:25"))]
    assert met == [first.entry_id, second.entry_id, None]


def test_a_window_in_the_repeated_hour_lasts_from_its_first_to_its_second() -> None:
    life = Life().arrives(BEFORE)
    life.at("01:10", "01:30", starts=BEFORE)
    (one,) = due(life.history(), AUTUMN, AUTUMN.start)
    assert (one.slot.opens, one.slot.closes) == (z("2026-10-25T00:10"), z("2026-10-25T01:30"))


def test_a_window_in_the_skipped_hour_is_the_first_real_instant_after_it() -> None:
    life = Life().arrives(BEFORE)
    life.at("01:10", "01:30", starts=BEFORE)
    seen = life.sees(z("2027-03-28T01:04"))
    (one,) = due(life.history(), SPRING, z("2027-03-28T03:00"))
    assert one.slot.opens == one.slot.closes == z("2027-03-28T01:00")
    assert one.seen is not None
    assert (one.seen.entry_id, one.outcome) == (seen.entry_id, "on_time")


def test_hours_that_overlap_themselves_in_autumn_are_one_obligation() -> None:
    life = Life().arrives(BEFORE)
    life.every(0, 300, BEFORE, hours=(time(1, 30), time(1, 15)))
    anchors = [one.slot.anchor for one in due(life.history(), AUTUMN, AUTUMN.end or BEFORE)]
    assert z("2026-10-25T00:30") not in anchors
    assert len(anchors) == len(set(anchors))


def test_an_interval_is_elapsed_time() -> None:
    for change in (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)):
        life = Life().arrives(BEFORE)
        life.every(30, 60, change - minutes(10))
        (one,) = due(life.history(), Span(change, change + minutes(60)), change)
        assert one.slot.closes - change == minutes(50)
