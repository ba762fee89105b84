"""The house and its dated settings."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, union_all

from app.domain.house import DatedSetting, House, SettingHistory, Settings, Shift
from app.store.queries.known import records
from app.store.tables.house import house, setting
from app.store.tables.residents import placement, resident_access
from app.store.tables.rooms import allocation, room_closure

_DAY = timedelta(days=1)
#: The longest text of a setting.
_LONGEST = 200


def _shifts(value: Any) -> tuple[Shift, ...]:
    shifts = tuple(
        Shift(name, time.fromisoformat(starts), time.fromisoformat(ends)) for name, starts, ends in value
    )
    if not shifts or any(not shift.name.strip() for shift in shifts):
        raise ValueError("a house has at least one shift, and each has a name")
    if len({shift.starts for shift in shifts}) < len(shifts) or len({s.name for s in shifts}) < len(shifts):
        raise ValueError("two shifts have one name, or begin at one time")
    return shifts


def _clock(value: Any) -> time:
    read = time.fromisoformat(value)
    if read.tzinfo is not None or read.second or read.microsecond:
        raise ValueError("local times are HH:MM")
    return read


def _length(value: Any) -> timedelta:
    length = timedelta(minutes=_whole(value))
    if length > _DAY:
        raise ValueError("a length of time is a day at most")
    return length


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number, from 0")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or "\x00" in value:
        raise ValueError(f"words, of {_LONGEST} characters at most")
    return value.strip()


def _reader(name: str) -> Callable[[Any], Any]:
    match getattr(Settings(), name):
        case time():
            return _clock
        case timedelta():
            return _length
        case tuple():
            return _shifts
        case int():
            return _whole
    return _text


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


def next_change(connection: Connection, at: datetime) -> datetime | None:
    """The first instant after `at` at which something that was written already begins or ends: a setting, a stay, a room
    of hers, a closed room, a reader's listing. None when nothing of the kind is written."""
    ahead = [
        select(func.min(column).label("change")).where(column > at)
        for table in (setting, placement, allocation, room_closure, resident_access)
        for column in table.c
        if column.name in {"starts", "ends", "arrived", "departed"}
    ]
    every = union_all(*ahead).subquery()
    found: datetime | None = connection.execute(select(func.min(every.c.change))).scalar()
    return found
