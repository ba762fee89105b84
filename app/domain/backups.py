"""Backups: which are kept, what is said of the last one, and when the next is due. Pure; the files are the store's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.time import MONTHS, day_label, local_date, stamp

#: All are kept for two days, then the last of each day for two weeks, of each week for three months, and of each month.
KEEP_ALL, KEEP_DAILY, KEEP_WEEKLY = timedelta(days=2), timedelta(days=14), timedelta(days=92)
#: The window makes one by itself when the last is older than this, and proves one when the last proof is.
MAKE_AFTER, PROVE_AFTER = timedelta(hours=20), timedelta(days=7)
#: From then on the status line says it in amber.
OLD, PROOF_OLD = timedelta(hours=26), timedelta(days=35)


def thinned(made: Iterable[datetime], now: datetime, zone: ZoneInfo) -> frozenset[datetime]:
    """Which backups may go. Days, weeks (from Monday) and months are the house's own. The newest never goes, nor one whose
    time is still to come: then a clock was wrong, and nobody knows which."""
    kept: dict[tuple[str, Any], datetime] = {}
    every = sorted(set(made))
    for at in every:
        age = now - at
        if age <= KEEP_ALL:
            kept["all", at] = at
            continue
        day = local_date(at, zone)
        kept[_bucket(age)(day)] = at
    return frozenset(every[:-1]) - frozenset(kept.values())


def _bucket(age: timedelta) -> Callable[[date], tuple[str, Any]]:
    if age <= KEEP_DAILY:
        return lambda day: ("day", day)
    if age <= KEEP_WEEKLY:
        return lambda day: ("week", day - timedelta(days=day.weekday()))
    return lambda day: ("month", (day.year, day.month))


@dataclass(frozen=True, slots=True)
class BackupState:
    """When the last backup was made, and when one was last restored and found whole, as the record has it.

    `failed` is when a restore was last tried and did not work. `server`: the record is on a PostgreSQL server.
    """

    made: datetime | None = None
    proven: datetime | None = None
    failed: datetime | None = None
    server: bool = False

    @property
    def broken(self) -> bool:
        """Whether the last try to restore one failed."""
        return self.failed is not None and (self.proven is None or self.failed > self.proven)

    def to_make(self, now: datetime) -> bool:
        """Whether it is time for the next backup."""
        return not self.server and (self.made is None or now - self.made > MAKE_AFTER)

    def to_prove(self, now: datetime) -> bool:
        """Whether it is time to restore one and look."""
        if self.server or self.made is None:
            return False
        last = max((at for at in (self.proven, self.failed) if at is not None), default=None)
        return last is None or now - last > PROVE_AFTER

    def tone(self, now: datetime) -> str | None:
        """None while all is well, "amber" when it is time that somebody looked, "red" when a backup did not restore."""
        if self.server:
            return None
        if self.broken:
            return "red"
        old = self.made is None or now - self.made > OLD
        return "amber" if old or self.proven is None or now - self.proven > PROOF_OLD else None

    def said(self, now: datetime, zone: ZoneInfo) -> str:
        """For the status line: "Backed up today 19:05, restore proven 15 Nov"."""
        if self.server:
            return "Backups are the server's own (pg_dump)"
        if self.made is None:
            return "Never backed up"
        made = f"Backed up {_day_said(self.made, now, zone)} {stamp(self.made, zone)}"
        if self.broken and self.failed is not None:
            return f"{made}, but {_short(self.failed, now, zone)} it could not be restored"
        if self.proven is None:
            return f"{made}, restore never proven"
        return f"{made}, restore proven {_short(self.proven, now, zone)}"


def _day_said(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    day, today = local_date(at, zone), local_date(now, zone)
    if day == today:
        return "today"
    return "yesterday" if day == today - timedelta(days=1) else day_label(day)


def _short(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    day, today = local_date(at, zone), local_date(now, zone)
    if day == today:
        return "today"
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {MONTHS[day.month - 1]}{year}"
