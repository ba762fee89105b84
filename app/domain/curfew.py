"""Her curfew tonight: her own rule's, or the house's; and who is late for it (DOMAIN.md 3, 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.presence import Presence, Stretch
from app.domain.regimes import At, Purpose, Rule
from app.domain.time import Span, local_date, window_span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseCurfew(At):
    """The house's curfew, which may begin before the window of its sighting opens. Her own begins with its window."""

    begins: time


def late_back(
    rules: Iterable[Rule], truth: Iterable[Stretch], came: datetime, zone: ZoneInfo
) -> timedelta | None:
    """How late she was for her curfew when she came in at `came`; None where she was not, or was away with leave or at
    hospital. `truth` is where she was, from each change on. Whoever goes out after her curfew began is not late for it."""
    left = came
    for stretch in sorted(truth, key=lambda it: it.start, reverse=True):
        if stretch.end == left and stretch.where in (Presence.OUT, Presence.ABSENT):
            left = stretch.start
    span = curfew(tuple(rules), left, zone) if left < came else None
    return came - span.start if span is not None and left <= span.start < came else None


def curfew(rules: Iterable[Rule], now: datetime, zone: ZoneInfo) -> Span | None:
    """The curfew that she is under at `now`, or else the next one to begin; None when no rule sets one.

    A curfew belongs to the local date on which it begins, and lasts as long as it lasts on that night.
    """
    found: list[Span] = []
    for rule in rules:
        if rule.purpose is not Purpose.CURFEW or not isinstance(rule, At) or rule.until is None:
            continue
        begins = rule.begins if isinstance(rule, HouseCurfew) else rule.opens
        day = local_date(now, zone) - _DAY
        for date in (day, day + _DAY, day + _DAY * 2):
            opens = window_span(date, rule.opens, rule.closes, zone).start
            span = window_span(date, begins, rule.until, zone)
            in_force = rule.starts <= opens and (rule.ends is None or opens < rule.ends)
            if rule.holds_on(date) and in_force and span.end is not None and span.end > now:
                found.append(span)
    return min(found, key=lambda span: span.start, default=None)
