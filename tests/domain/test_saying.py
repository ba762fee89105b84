"""Rules and slots in the words of the house."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.regimes import Purpose
from app.domain.saying import due_said, minutes, rule_said, rule_title
from tests.domain.life import LONDON, Life, at
from tests.domain.life import minutes as m

EVERY = Life().every(30, 60, at("20:00"), purpose=Purpose.WELFARE)
AT = Life().at("23:00", "23:20", purpose=Purpose.CURFEW, until=time(6))


@pytest.mark.parametrize(
    ("length", "said"), [(0, "0 min"), (89.9, "89 min"), (90, "1 h 30"), (605, "10 h 05"), (-3, "0 min")]
)
def test_lengths_of_time(length: float, said: str) -> None:
    assert minutes(m(length)) == said


def test_rules() -> None:
    assert rule_said(EVERY) == "Welfare check: every 30–60 min"
    assert rule_said(
        replace(EVERY, minimum=timedelta(0), hours=(time(22), time(6)), days=frozenset({4, 5}))
    ) == ("Welfare check: every 60 min, 22:00–06:00 on Fri, Sat")
    assert rule_said(AT) == "Curfew sighting: seen 23:00–23:20, in until 06:00"
    assert (rule_title(EVERY), rule_title(AT)) == ("every 30–60 min", "curfew sighting 23:00")


def test_how_a_slot_stands() -> None:
    opens, closes = at("23:00"), at("23:20")
    assert due_said(opens, closes, at("22:00"), LONDON, False) == "23:00–23:20"
    assert due_said(opens, closes, at("23:10"), LONDON, False) == "due by 23:20"
    assert due_said(opens, closes, at("23:28"), LONDON, True) == "overdue 8 min"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert due_said(first, second, first, LONDON, False) == "due by 01:30 GMT"
