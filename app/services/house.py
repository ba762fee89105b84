"""The house: its making, its dated settings, and the events of the record itself."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.house import DatedSetting, SettingHistory
from app.domain.house_rules import with_house_rules
from app.domain.time import stamp_day
from app.services.acts import Context, Ref, Refuse, act, words
from app.store.queries.house import READERS, read_setting
from app.store.tables.house import event, setting

#: A start this far before now is a slip of typing time, not a change of the past.
_SLIP = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ChangeSetting:
    """A setting's value from an instant on (default now). `value` is as in resources/house.toml: "23:00", minutes, a list."""

    key: str
    value: Any
    starts: datetime | None = None


@act("setting")
def change_setting(context: Context, do: ChangeSetting) -> Ref:
    """Set a house rule from now or later on; what was in force before stays as it was."""
    if do.key not in READERS:
        raise Refuse(f"There is no setting called {do.key}.", fields=("key",))
    starts = do.starts or context.now
    if starts < context.now - _SLIP:
        raise Refuse("A setting can't start in the past: what was due then stays due.", fields=("starts",))
    starts = max(starts, context.now)
    try:
        value = json.dumps(do.value)
        read = read_setting(do.key, value)
    except (ValueError, TypeError):
        raise Refuse(
            f"“{do.value}” is not a value for {do.key.replace('_', ' ')}.", fields=("value",)
        ) from None
    _refuse_no_rule(context, DatedSetting(context.house.id, do.key, read, starts, context.now))
    written = context.work.create(setting, key=do.key, value=value, starts=starts)
    return Ref(written.id, "Set")


def _refuse_no_rule(context: Context, new: DatedSetting) -> None:
    """Refuse a value with which the house's rules, as they are set from then on, make no sense."""
    dated = SettingHistory((*context.setting_history.values, new))
    try:
        with_house_rules(context.house.id, (), dated, context.house.zone)
    except ValueError as error:
        raise Refuse(str(error), fields=("value",)) from None


@dataclass(frozen=True, kw_only=True)
class ClockIsRight:
    """The clock was behind the last entry, or jumped; somebody looked, and says that it is right now."""

    note: str | None = None


@act("clock")
def clock_is_right(context: Context, do: ClockIsRight) -> Ref:
    """Write down that the clock is right, and what the last entry's time was."""
    last = context.work.head.at
    zone = context.house.zone
    said = f"The clock says {stamp_day(context.now, zone)}."
    if last is not None and last > context.now:
        said += f" The last entry before this one was written at {stamp_day(last, zone)}."
    return record_event(context, "clock", " ".join(filter(None, (said, words(do.note, "The note", 4000)))))


@dataclass(frozen=True, kw_only=True)
class ClockJumped:
    """The computer's clock moved by `seconds` more than time passed: a sleep, a change by hand, a fault."""

    seconds: int


@act("clock_jump")
def clock_jumped(context: Context, do: ClockJumped) -> Ref:
    """Write down a jump of the clock that the program noticed."""
    way = "forward" if do.seconds > 0 else "back"
    return record_event(context, "clock", f"The computer's clock jumped {way} by {abs(do.seconds)} s.")


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Someone signed in; `failures` wrong passwords came before."""

    failures: int = 0


@act("sign_in")
def sign_in(context: Context, do: SignIn) -> Ref:
    """Write a sign-in."""
    before = f" after {do.failures} wrong passwords" if do.failures else ""
    return record_event(context, "sign_in", f"Signed in{before}")


@dataclass(frozen=True, kw_only=True)
class SignOut:
    """Someone signed out, or locked the screen."""


@act("sign_out")
def sign_out(context: Context, do: SignOut) -> Ref:
    """Write a sign-out."""
    return record_event(context, "sign_out", "Signed out")


def record_event(
    context: Context, kind: str, text: str, subject: UUID | None = None, resident: UUID | None = None
) -> Ref:
    """Append an event of the record itself."""
    written = context.work.enter(event, kind=kind, text=text, subject_id=subject, resident_id=resident)
    return Ref(written.id, text)
