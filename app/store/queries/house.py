"""The house and its dated settings."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.domain.house import DatedSetting, House, SettingHistory, Settings, Shift
from app.store.queries.known import records
from app.store.tables.house import house, setting


def _shifts(value: Any) -> tuple[Shift, ...]:
    return tuple(
        Shift(name, time.fromisoformat(starts), time.fromisoformat(ends)) for name, starts, ends in value
    )


def _reader(name: str) -> Callable[[Any], Any]:
    match getattr(Settings(), name):
        case time():
            return time.fromisoformat
        case timedelta():
            return lambda minutes: timedelta(minutes=minutes)
        case tuple():
            return _shifts
        case int():
            return int
    return str


#: How each setting's JSON becomes its own type: local times as "HH:MM", durations as whole minutes.
READERS = {name: _reader(name) for name in Settings.__slots__}


def read_setting(key: str, value: str) -> Any:
    """A setting's stored JSON as its own type. KeyError for a setting that there isn't; ValueError for a bad value."""
    return READERS[key](json.loads(value))


def read_house(connection: Connection) -> House:
    """The house that this store belongs to."""
    row = connection.execute(select(house)).one()
    return House(row.id, row.version, row.name, ZoneInfo(row.zone), row.training, row.marking)


def read_settings(connection: Connection, known_at: datetime | None = None) -> SettingHistory:
    """Every dated setting."""
    source = records(setting, known_at)
    rows = connection.execute(select(source))
    return SettingHistory(
        tuple(DatedSetting(r.id, r.key, read_setting(r.key, r.value), r.starts, r.changed_at) for r in rows)
    )
