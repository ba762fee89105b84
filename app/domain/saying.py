"""Rules and slots in the words of the house: "every 30–60 min, 22:00–06:00", "due by 23:20", "overdue 8 min"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.outcomes import Slot
from app.domain.regimes import At, Every, Rule
from app.domain.rounds import HOUSE
from app.domain.time import stamp
from app.domain.wording import PURPOSE

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def minutes(span: timedelta) -> str:
    """A length of time: "8 min", "2 h 05"."""
    whole = max(int(span.total_seconds() // 60), 0)
    return f"{whole} min" if whole < 90 else f"{whole // 60} h {whole % 60:02}"


def rule_said(rule: Rule) -> str:
    """A rule in one line: what for, when, on which days."""
    if isinstance(rule, Every):
        when = rule_title(rule)
        if rule.hours:
            when += f", {rule.hours[0]:%H:%M}–{rule.hours[1]:%H:%M}"
    elif isinstance(rule, At):
        when = f"seen {rule.opens:%H:%M}–{rule.closes:%H:%M}"
        if rule.until:
            when += f", in until {rule.until:%H:%M}"
    else:
        when = ""
    days = "" if rule.days is None else " on " + ", ".join(_DAYS[day] for day in sorted(rule.days))
    purpose = PURPOSE[rule.purpose]
    return f"{purpose[0].upper()}{purpose[1:]}: {when}{days}"


def rule_title(rule: Rule) -> str:
    """What a rule is called where nobody gave it a title: "every 30–60 min", "sign-in 14:00"."""
    if isinstance(rule, Every):
        least, most = int(rule.minimum.total_seconds() // 60), int(rule.maximum.total_seconds() // 60)
        return f"every {least}–{most} min" if least else f"every {most} min"
    return f"{PURPOSE[rule.purpose]} {rule.opens:%H:%M}" if isinstance(rule, At) else PURPOSE[rule.purpose]


def due_said(opens: datetime, closes: datetime, now: datetime, zone: ZoneInfo, tolerance_over: bool) -> str:
    """How a slot stands at `now`: what is due by when, or how long overdue. `tolerance_over` makes it overdue."""
    if tolerance_over:
        return f"overdue {minutes(now - closes)}"
    if opens <= now:
        return f"due by {stamp(closes, zone)}"
    return f"{stamp(opens, zone)}–{stamp(closes, zone)}"


def asked_said(slot: Slot) -> str:
    """What a slot asks for: a window of the house by its purpose, a rule of her own with its title ("welfare check every
    30–60 min")."""
    purpose = PURPOSE[slot.purpose]
    if slot.purpose in HOUSE:
        return purpose
    return f"{purpose} {slot.title}".replace(f"{purpose} {purpose}", purpose)
