"""Instants, the house's local time, and the clock.

Every instant in Daybook is aware and in UTC; local time exists only where a person reads or types it.
Two nights a year break the naive picture: in spring an hour of local times never happens, in autumn one
happens twice. Nothing here guesses about either. A time that a person types is refused with the real ones
beside it; a time that a rule fixes in advance moves as SLOTS.md ("Rules of kind at") says.
"""

from __future__ import annotations

import time as _time
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

INSTANT = timedelta.resolution
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Clock(Protocol):
    """Where a service learns the time; rules are given `now` and never ask."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, whatever is done to the wall clock."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return _time.monotonic()


class SetClock:
    """A clock that stands still until it is moved: training houses, rehearsed nights, tests."""

    def __init__(self, now: datetime) -> None:
        self._now = utc(now)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def set(self, now: datetime) -> None:
        """Move the wall alone, as somebody who changes the computer's time does."""
        self._now = utc(now)

    def advance(self, by: timedelta) -> None:
        """Let time pass, on the wall and on the monotonic clock alike."""
        self._now += by
        self._elapsed += by.total_seconds()


class ClockWatch:
    """Notices that the computer's clock was moved, so that the record can say so.

    Compares how far the wall has gone with how far the monotonic clock has. A computer that slept may show
    as a jump forward, which is right: nobody could have typed anything meanwhile.
    """

    def __init__(self, clock: Clock, threshold: timedelta = MINUTE) -> None:
        self._clock = clock
        self._threshold = threshold
        self._wall, self._ticks = clock.now(), clock.monotonic()

    def check(self) -> timedelta | None:
        """How far the wall jumped since the last look (negative: back), or None within the threshold."""
        wall, ticks = self._clock.now(), self._clock.monotonic()
        jump = (wall - self._wall) - timedelta(seconds=ticks - self._ticks)
        self._wall, self._ticks = wall, ticks
        return jump if abs(jump) > self._threshold else None


@dataclass(frozen=True, slots=True)
class Span:
    """The instants [start, end); an end of None has not come yet."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        instants(self.start, self.end)
        if self.end is not None and self.end < self.start:
            raise ValueError("A range ends before it starts.")

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)

    def overlaps(self, other: Span) -> bool:
        """Whether some instant lies in both; ranges that only touch do not overlap."""
        latest = max(self.start, other.start)
        return self.contains(latest) and other.contains(latest)


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one: nobody can say when that was."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs its offset from UTC.")
    return instant.astimezone(UTC)


def instants(*values: datetime | None) -> None:
    """Refuse, with ValueError, any value that is not aware and in UTC.

    Two datetimes of one local zone are compared and subtracted by their wall times, which is wrong on the
    clock-change nights; so nothing but UTC enters the rules.
    """
    for value in values:
        if value is not None and value.tzinfo is not UTC:
            raise ValueError("Instants are kept in UTC.")


class LocalTimeError(ValueError):
    """A local time that names no instant, or two. Its text is a sentence for the person who typed it."""


class SkippedTime(LocalTimeError):
    """The clocks go forward over this local time. `before` and `after` are the nearest real instants."""

    def __init__(self, day: date, at: time, zone: ZoneInfo, before: datetime, after: datetime) -> None:
        self.before, self.after = before, after
        super().__init__(
            f"{at:%H:%M} on {day_label(day)} did not happen: the clocks went forward over it. "
            f"The nearest real times are {stamp(before, zone)} and {stamp(after, zone)}."
        )


class RepeatedTime(LocalTimeError):
    """The clocks go back over this local time. `instants` are both, in order; `labels` tell them apart."""

    def __init__(self, day: date, at: time, zone: ZoneInfo, first: datetime, second: datetime) -> None:
        self.instants = (first, second)
        self.labels = (stamp(first, zone), stamp(second, zone))
        super().__init__(
            f"{at:%H:%M} on {day_label(day)} happened twice, because the clocks went back. "
            f"Say which: {self.labels[0]} or {self.labels[1]}."
        )


def local_instant(day: date, at: time, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """The instant that a person means by a local time.

    `fold` (0 the first, 1 the second) chooses where the clocks go back. Raises SkippedTime, or RepeatedTime
    where nothing was chosen.
    """
    first, second = _readings(day, at, zone)
    if first < second:
        if fold is None:
            raise RepeatedTime(day, at, zone, first, second)
        return second if fold else first
    if first > second:
        change = _change(second, first, zone)
        raise SkippedTime(day, at, zone, change - MINUTE, change)
    return first


def opening(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a window that opens at this local time opens: a skipped time is the first real instant after it,
    a repeated one its first occurrence (SLOTS.md, rules of kind *at*)."""
    return _fixed(day, at, zone, fold=0)


def closing(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a window that closes at this local time closes: as `opening`, but of a repeated time the last."""
    return _fixed(day, at, zone, fold=1)


@lru_cache(maxsize=4096)
def window_span(day: date, opens: time, closes: time, zone: ZoneInfo) -> Span:
    """The window that opens on this local date; one that closes at or before it opens crosses midnight."""
    last = day if opens < closes else day + DAY
    return Span(opening(day, opens, zone), closing(last, closes, zone))


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read ISO 8601: with an offset or Z, or without one as the house's local time.

    Raises LocalTimeError where the clocks skip or repeat that local time, else ValueError in plain words.
    """
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            "Write a date and time such as 2026-11-22T23:05 or 2026-11-22T23:05+00:00."
        ) from None
    if len(text.strip()) <= len("2026-11-22"):
        raise ValueError("Give the time of day as well as the date.")
    if read.tzinfo is not None:
        return utc(read)
    return local_instant(read.date(), read.time(), zone)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date on the wall of the house."""
    return instant.astimezone(zone).date()


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """ "23:05"; and "01:30 BST" or "01:30 GMT" where that local time happens twice."""
    local = instant.astimezone(zone)
    first, second = _readings(local.date(), local.time(), zone)
    return f"{local:%H:%M %Z}" if first < second else f"{local:%H:%M}"


def day_label(day: date) -> str:
    """ "Sun 22 Nov", whatever the computer's language."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def stamp_day(instant: datetime, zone: ZoneInfo) -> str:
    """The local time with its day: "23:05, Sun 22 Nov"."""
    return f"{stamp(instant, zone)}, {day_label(local_date(instant, zone))}"


def _readings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both readings of a local time: equal as a rule, in order where it repeats, reversed where skipped."""
    local = datetime.combine(day, at.replace(tzinfo=None), zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _fixed(day: date, at: time, zone: ZoneInfo, fold: int) -> datetime:
    first, second = _readings(day, at, zone)
    if first > second:
        return _change(second, first, zone)
    return second if fold else first


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (before, after] at which the zone's offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
