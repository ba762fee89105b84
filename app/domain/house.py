"""The house, and its settings as dated values (DOMAIN.md: nothing marked GK or PC is national policy; each is a setting)."""

from dataclasses import dataclass, field, fields
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class House:
    """One approved premises. A training house is marked so on every screen, page and export for ever."""

    id: UUID
    version: int
    name: str
    zone: ZoneInfo
    training: bool
    marking: str


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of the day by its local times."""

    name: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force at one instant. Local times are in the house's zone; durations are elapsed time."""

    curfew_from: time = time(23, 0)
    curfew_until: time = time(6, 0)
    curfew_sighting_from: time = time(23, 0)
    curfew_sighting_to: time = time(23, 20)
    morning_from: time = time(7, 30)
    morning_to: time = time(10, 0)
    tolerance: timedelta = timedelta(minutes=5)
    entered_later: timedelta = timedelta(minutes=5)
    missed_after: timedelta = timedelta(hours=3)
    grace: timedelta = timedelta(minutes=30)
    shifts: tuple[Shift, ...] = (
        Shift("day", time(7, 0), time(19, 0)),
        Shift("night", time(19, 0), time(7, 0)),
    )
    least_staff: int = 2
    on_call: str = ""
    naloxone: str = ""
    #: How long before its deadline a check is *due soon*, and how long after it an overdue one is for the on-call too.
    soon: timedelta = timedelta(minutes=10)
    escalate: timedelta = timedelta(minutes=15)
    #: How long nobody may touch the keys before the screen is covered; 0 leaves it open.
    idle_lock: timedelta = timedelta(minutes=5)
    #: What the caller of 999 reads out, and where everyone gathers.
    address: str = ""
    assembly: str = ""


@dataclass(frozen=True, slots=True)
class DatedSetting:
    """One value of one setting from an instant on; `value` is already of the setting's own type."""

    id: UUID
    key: str
    value: Any
    starts: datetime
    set_at: datetime


@dataclass(frozen=True, slots=True)
class SettingHistory:
    """Every value a setting ever had. A later `starts` replaces an earlier one; of two with one start, the later set."""

    values: tuple[DatedSetting, ...] = field(default=())

    def at(self, instant: datetime, known_at: datetime | None = None) -> Settings:
        """The settings in force at `instant`, as far as was known at `known_at` (default: all that is known)."""
        known = [v for v in self.values if v.starts <= instant and (known_at is None or v.set_at <= known_at)]
        in_force = {v.key: v.value for v in sorted(known, key=lambda v: (v.starts, v.set_at))}
        names = {f.name for f in fields(Settings)}
        return Settings(**{key: value for key, value in in_force.items() if key in names})
