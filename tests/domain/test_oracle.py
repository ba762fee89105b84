"""The rules against a house that lives every minute (SLOTS.md, all of it)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.slots import History, Resolved, due
from app.domain.time import Span
from tests.domain.lives import HORIZON, after, histories, lived, moment
from tests.domain.oracle import Row, oracle

WIDE = (-1440, 3600)


def in_minutes(resolved: Resolved, base: datetime) -> Row:
    def minute(instant: datetime | None) -> int | None:
        return None if instant is None else round((instant - base) / timedelta(minutes=1))

    return {
        "rule": resolved.slot.rule_id,
        "anchor": minute(resolved.slot.anchor),
        "opens": minute(resolved.slot.opens),
        "closes": minute(resolved.slot.closes),
        "outcome": resolved.outcome.value,
        "ended": minute(resolved.ended),
        "seen": resolved.seen and resolved.seen.entry_id,
        "late": resolved.late_minutes,
        "early": resolved.early,
        "overdue": resolved.overdue,
        "reason": resolved.reason,
        "learned": resolved.learned and minute(resolved.learned[1]),
    }


def same(
    history: History, base: datetime, now: datetime, known_at: datetime | None, window: tuple[int, int]
) -> None:
    lived = [
        row for row in oracle(history, base, now) if row["opens"] < window[1] and row["closes"] >= window[0]
    ]
    found = due(history, Span(after(base, window[0]), after(base, window[1])), now, known_at)
    said = [in_minutes(one, base) for one in found]
    assert [row for row in said if row not in lived] == []
    assert [row for row in lived if row not in said] == []
    assert len(said) == len(lived)


@lived
@given(histories(), moment)
def test_what_was_known_at_any_minute_is_what_a_house_that_lived_it_knew(
    life: tuple[History, datetime], minute: int
) -> None:
    history, base = life
    now = after(base, minute)
    same(history, base, now, now, WIDE)


@lived
@given(histories())
def test_with_everything_known_it_is_what_a_house_that_lived_it_knows(life: tuple[History, datetime]) -> None:
    history, base = life
    now = after(base, HORIZON + 700)
    same(history.known(now), base, now, None, WIDE)


@lived
@given(histories(), moment, moment, st.integers(1, 700))
def test_a_narrow_window_shows_the_same_slots_as_a_wide_one(
    life: tuple[History, datetime], minute: int, start: int, length: int
) -> None:
    history, base = life
    now = after(base, minute)
    same(history, base, now, now, (start, start + length))


@pytest.mark.soak
@settings(lived, max_examples=3000)
@given(histories(), moment)
def test_thousands_of_lives(life: tuple[History, datetime], minute: int) -> None:
    history, base = life
    now = after(base, minute)
    same(history, base, now, now, WIDE)
