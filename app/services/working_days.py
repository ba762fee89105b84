"""Bank holidays of England and Wales, from the library that keeps them."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from app.domain.bank_holidays import end_of_next_working_day


@cache
def _year(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(day: date) -> bool:
    """Whether England and Wales have a bank holiday on this date, substitute days among them."""
    return day in _year(day.year)


def next_working_day_ends(instant: datetime, zone: ZoneInfo) -> datetime:
    """By when a practitioner is told of what was so at `instant`."""
    return end_of_next_working_day(instant, zone, is_bank_holiday)
