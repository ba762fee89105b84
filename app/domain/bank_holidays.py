"""Working days: by when a practitioner is told of what happened in a night (DOMAIN.md 1.6).

A working day is Monday to Friday and no bank holiday. Which days are bank holidays is given: the rules ask no library.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.domain.nights import night_of
from app.domain.time import DAY, closing, local_date

#: When an office is taken to close, local time. A product choice, not policy.
OFFICE_CLOSES = time(17, 0)
_SATURDAY = 5

IsHoliday = Callable[[date], bool]


def working_day_after(day: date, is_holiday: IsHoliday) -> date:
    """The first working day after a date."""
    following = day + DAY
    while following.weekday() >= _SATURDAY or is_holiday(following):
        following += DAY
    return following


def end_of_next_working_day(instant: datetime, zone: ZoneInfo, is_holiday: IsHoliday) -> datetime:
    """The instant at which offices close on the working day after this one.

    A night belongs to the date it begins on: 23:30 on Monday and 02:00 on Tuesday both mean Tuesday.
    """
    day = night_of(instant, zone) or local_date(instant, zone)
    return closing(working_day_after(day, is_holiday), OFFICE_CLOSES, zone)
