"""Which of two rules is the closer: anyone may tighten checks, only a manager loosens them (DOMAIN.md 7)."""

from datetime import datetime, time

from app.domain.regimes import At, Every, Rule


def tightens(new: Rule, old: Rule) -> bool:
    """Whether `new` in place of `old` leaves no moment less closely watched. In doubt it does not: a manager is asked."""
    if new.purpose is not old.purpose or not new.counts <= old.counts:
        return False
    if not _lasts(new.ends, old.ends) or not _days(new, old):
        return False
    match new, old:
        case Every(), Every():
            return new.maximum <= old.maximum and _hours(new.hours, old.hours)
        case At(), At():
            same_opening = new.opens == old.opens and new.closes == old.closes and new.until == old.until
            return same_opening and new.asks >= old.asks
    return False


def _lasts(new: datetime | None, old: datetime | None) -> bool:
    return new is None or (old is not None and new >= old)


def _days(new: Rule, old: Rule) -> bool:
    return new.days is None or (old.days is not None and new.days >= old.days)


def _hours(new: tuple[time, time] | None, old: tuple[time, time] | None) -> bool:
    return new is None or new == old
