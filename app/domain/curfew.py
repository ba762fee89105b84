"""Her curfew tonight: her own rule's, or the house's; and who is late for it (DOMAIN.md 3, 7)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.regimes import At, Purpose, Rule
from app.domain.time import Span, local_date, window_span

_DAY = timedelta(days=1)


def curfew(rules: Iterable[Rule], now: datetime, zone: ZoneInfo) -> Span | None:
    """The curfew that she is under at `now`, or else the next one to begin; None when no rule sets one.

    A curfew belongs to the local date on which it begins, and lasts as long as it lasts on that night.
    """
    found: list[Span] = []
    for rule in rules:
        if rule.purpose is not Purpose.CURFEW or not isinstance(rule, At) or rule.until is None:
            continue
        day = local_date(now, zone) - _DAY
        for date in (day, day + _DAY, day + _DAY * 2):
            span = window_span(date, rule.opens, rule.until, zone)
            in_force = rule.starts <= span.start and (rule.ends is None or span.start < rule.ends)
            if rule.holds_on(date) and in_force and span.end is not None and span.end > now:
                found.append(span)
    return min(found, key=lambda span: span.start, default=None)
