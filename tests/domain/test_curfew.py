"""Her curfew: the night belongs to the date on which it begins, and is as long as it is."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.curfew import curfew
from app.domain.regimes import At, Purpose
from app.domain.time import Span
from tests.domain.life import LONDON, Life, at

RULE: At = Life().at("23:00", "23:20", purpose=Purpose.CURFEW, until=time(6))


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (at("05:59"), at("23:00", 9)),
        (at("06:00"), at("23:00")),
        (at("22:59"), at("23:00")),
        (at("23:00"), at("23:00")),
    ],
)
def test_the_one_she_is_under_or_the_next(now: datetime, begins: datetime) -> None:
    assert curfew([RULE], now, LONDON) == Span(begins, begins + timedelta(hours=7))


def test_a_rule_that_began_in_the_night_holds_from_the_next() -> None:
    late = replace(RULE, starts=at("23:10"))
    assert curfew([late], at("23:30"), LONDON) == Span(at("23:00", 11), at("06:00", 12))


def test_one_that_ended_in_the_night_lasts_until_its_morning() -> None:
    ended = replace(RULE, ends=at("01:00", 11))
    assert curfew([ended], at("02:00", 11), LONDON) == Span(at("23:00"), at("06:00", 11))
    assert curfew([ended], at("07:00", 11), LONDON) is None


def test_days_and_rules_without_a_night() -> None:
    tuesday = replace(RULE, days=frozenset({1}))  # 10 November 2026
    assert curfew([tuesday], at("12:00", 11), LONDON) is None
    assert curfew([replace(RULE, until=None)], at("12:00"), LONDON) is None
    assert curfew([replace(RULE, purpose=Purpose.SIGN_IN)], at("12:00"), LONDON) is None


@pytest.mark.parametrize(("day", "hours"), [((2026, 10, 24), 8), ((2027, 3, 27), 6), ((2026, 11, 10), 7)])
def test_the_night_of_the_clocks(day: tuple[int, int, int], hours: int) -> None:
    rule = replace(RULE, starts=datetime(2026, 1, 1, tzinfo=UTC))
    span = curfew([rule], datetime(*day, 21, 30, tzinfo=UTC), LONDON)
    assert span is not None
    assert span.end is not None
    assert span.end - span.start == timedelta(hours=hours)
