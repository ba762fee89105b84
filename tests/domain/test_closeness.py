"""What a worker may do at once, and what only a manager does: in doubt it loosens."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from app.domain.closeness import tightens
from app.domain.presence import Presence
from app.domain.regimes import At, Every, Purpose
from app.domain.sightings import CLOSE_COUNTS, How
from tests.domain.life import Life, at, minutes

EVERY: Every = Life().every(30, 60, at("20:00"), purpose=Purpose.WELFARE)
AT: At = Life().at("14:00", "14:30", purpose=Purpose.SIGN_IN)
NIGHT = (time(22), time(6))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"maximum": minutes(30), "minimum": minutes(0)},
        {"minimum": minutes(0)},
        {"counts": CLOSE_COUNTS},
    ],
)
def test_closer_or_the_same_is_anyones(change: dict[str, Any]) -> None:
    assert tightens(replace(EVERY, **change), EVERY)


@pytest.mark.parametrize(
    "change",
    [
        {"maximum": minutes(61)},
        {"counts": EVERY.counts | {How.VOICE}},
        {"hours": NIGHT},
        {"days": frozenset({0})},
        {"ends": at("23:00")},
        {"purpose": Purpose.ROUND},
    ],
)
def test_what_leaves_any_moment_less_watched_is_a_managers(change: dict[str, Any]) -> None:
    assert not tightens(replace(EVERY, **change), EVERY)


def test_hours_and_days_and_ends_may_be_widened() -> None:
    narrow = replace(EVERY, hours=NIGHT, days=frozenset({0, 1}), ends=at("23:00"))
    assert tightens(EVERY, narrow)
    assert tightens(replace(narrow, ends=at("23:30"), days=frozenset({0, 1, 2})), narrow)
    assert not tightens(replace(narrow, hours=(time(21), time(6))), narrow)


def test_a_window_is_kept_where_it_is() -> None:
    assert tightens(replace(AT, counts=frozenset({How.SPOKE})), AT)
    assert not tightens(replace(AT, closes=time(15)), AT)
    assert not tightens(replace(AT, opens=time(14, 5)), AT)
    assert not tightens(replace(AT, asks=frozenset({Presence.IN})), AT)
    assert not tightens(replace(AT, until=time(6)), AT)


def test_one_kind_in_place_of_the_other_is_a_managers() -> None:
    assert not tightens(replace(EVERY, purpose=Purpose.SIGN_IN), AT)
    assert not tightens(replace(AT, purpose=Purpose.WELFARE), EVERY)
    assert EVERY.maximum == timedelta(hours=1)
