"""Nights and shifts: the stretches of time that a house is run by.

A night belongs to the date it begins on. 23:00-06:00 is seven hours, eight when the clocks go back in it and
six when they go forward (DOMAIN.md 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.domain.time import DAY, Span, local_date, opening, window_span

NIGHT_STARTS = time(23)
NIGHT_ENDS = time(6)


def night_span(day: date, zone: ZoneInfo, starts: time = NIGHT_STARTS, ends: time = NIGHT_ENDS) -> Span:
    """The night that begins on this date, [starts, ends) in local time."""
    return window_span(day, starts, ends, zone)


def night_of(
    instant: datetime, zone: ZoneInfo, starts: time = NIGHT_STARTS, ends: time = NIGHT_ENDS
) -> date | None:
    """The date of the night that this instant lies in; None by day."""
    today = local_date(instant, zone)
    for day in (today - DAY, today):
        if night_span(day, zone, starts, ends).contains(instant):
            return day
    return None


def shift_span(instant: datetime, zone: ZoneInfo, shifts: Sequence[time]) -> Span:
    """The shift that this instant lies in, where `shifts` are the local times at which shifts begin.

    Each shift lasts until the next begins, so shifts meet and never overlap: what is counted by shift is
    counted once. Raises ValueError without any shift.
    """
    if not shifts:
        raise ValueError("A house needs at least one shift.")
    today = local_date(instant, zone)
    begins = sorted(opening(today + DAY * n, at, zone) for n in (-1, 0, 1) for at in shifts)
    start = max(begin for begin in begins if begin <= instant)
    end = min(begin for begin in begins if begin > instant)
    return Span(start, end)
