"""The house's own rules for one woman, its curfew sighting and its morning sighting, except where hers stand in for them.

A due check can't vanish (DESIGN.md), and nothing that is over moves. So when a rule takes over from another in the
evening, a window that is open stays with the rule that opened it, and a night for which the new rule comes too late is
still the old one's; and when hers ends in a window of the house's, that window is the house's again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.domain.curfew import HouseCurfew
from app.domain.house import DatedSetting, SettingHistory
from app.domain.regimes import At, Every, Purpose
from app.domain.time import DAY, INSTANT, Span, local_date, opening, window_span

_NOBODY = UUID(int=0)
_WEEK = frozenset(range(7))
#: The settings from which each of the house's rules is made.
_KEYS = {
    Purpose.CURFEW: ("curfew_from", "curfew_until", "curfew_sighting_from", "curfew_sighting_to"),
    Purpose.MORNING: ("morning_from", "morning_to"),
}


def with_house_rules(
    resident: UUID, own: Iterable[At | Every], settings: SettingHistory, zone: ZoneInfo
) -> list[At | Every]:
    """Her own rules and, for each purpose and night that none of hers covers, the house's.

    Her own rule stands in for the house's of the same purpose while it is in force, on its days. Raises ValueError where
    the settings make no rule (a window that opens and closes at one time).
    """
    hers = list(own)
    rules: list[At | Every] = list(hers)
    for purpose in _KEYS:
        mine = [rule for rule in hers if isinstance(rule, At) and rule.purpose is purpose]
        for rule in _versions(purpose, settings, zone):
            rules += _around(replace(rule, resident_id=resident), mine, zone)
    return rules


def takes_over(old: At, new: At, at: datetime, zone: ZoneInfo) -> datetime:
    """When `old` gives way to `new`, which begins at `at`: at the opening of the old rule's window on the first date on
    which neither has opened yet. Until then a night would be left without either."""
    return _opening(old, at, new, at, zone)


def _opening(old: At, since: datetime, new: At, new_since: datetime, zone: ZoneInfo) -> datetime:
    """The first opening of `old` from `since` on, on a date on which `new` opens at or after `new_since`."""
    day = local_date(since, zone) - DAY
    while True:
        opens = opening(day, old.opens, zone)
        if opens >= since and opening(day, new.opens, zone) >= new_since:
            return opens
        day += DAY


@lru_cache(maxsize=16)
def _versions(purpose: Purpose, settings: SettingHistory, zone: ZoneInfo) -> tuple[At, ...]:
    """The house's rule of this purpose, one for each time that its settings changed; nobody's yet."""
    dated = [value for value in settings.values if value.key in _KEYS[purpose]]
    found: list[At] = []
    values: tuple[Any, ...] = ()
    for start in sorted({value.starts for value in dated}):
        in_force = settings.at(start)
        before, values = values, tuple(getattr(in_force, key) for key in _KEYS[purpose])
        if values == before:
            continue
        rule = _rule(purpose, values, [value for value in dated if value.starts == start])
        if found:
            old = found[-1]
            found[-1] = replace(old, ends=takes_over(old, rule, start, zone), ended_typed_at=rule.set_at)
            if _open_at(old, start, zone) is None:
                rule = replace(rule, starts=_open_at(rule, start, zone) or start)
        found.append(rule)
    return tuple(found)


def _rule(purpose: Purpose, values: tuple[Any, ...], begun: list[DatedSetting]) -> At:
    marker = min(begun, key=lambda value: (value.set_at, value.id))
    shared: dict[str, Any] = {
        "id": uuid5(marker.id, purpose.value),
        "resident_id": _NOBODY,
        "purpose": purpose,
        "title": purpose.value,
        "starts": marker.starts,
        "set_at": max(value.set_at for value in begun),
        "asks": purpose.asks,
    }
    if purpose is Purpose.CURFEW:
        begins, until, opens, closes = values
        return HouseCurfew(**shared, begins=begins, until=until, opens=opens, closes=closes)
    return At(**shared, opens=values[0], closes=values[1])


@dataclass(frozen=True, slots=True)
class _Edge:
    """An instant at which one of her own rules begins or ceases to stand in for the house's; `name` is its own for ever."""

    at: datetime
    typed_at: datetime
    name: str


@dataclass(slots=True)
class _Piece:
    """A stretch in which the house's rule holds on these weekdays; on none of them it is a gap."""

    edge: _Edge
    starts: datetime
    days: frozenset[int]
    ends: datetime | None
    ended_typed_at: datetime | None


def _around(rule: At, own: Sequence[At], zone: ZoneInfo) -> list[At]:
    """The house's rule in pieces, without the nights for which one of hers stands in."""
    covers: list[tuple[Span, frozenset[int]]] = []
    edges = [_Edge(rule.starts, rule.set_at, "")]
    for mine in own:
        since = max(takes_over(rule, mine, mine.starts, zone), rule.starts)
        ends = _again(rule, mine, zone)
        if ends is not None and ends <= since:
            continue
        covers.append((Span(since, ends), _WEEK if mine.days is None else mine.days))
        edges.append(_Edge(since, mine.set_at, f"{mine.id} stands in"))
        if ends is not None:
            edges.append(_Edge(ends, mine.end_typed_at(), f"{mine.id} ended"))
    pieces: list[_Piece] = []
    for edge in sorted(edges, key=lambda edge: (edge.at, edge.name)):
        if rule.ends is None or edge.at < rule.ends:
            taken = {day for span, days in covers if span.contains(edge.at) for day in days}
            _add(pieces, rule, edge, _WEEK - taken, zone)
    return [
        replace(
            rule,
            id=uuid5(rule.id, piece.edge.name) if piece.edge.name else rule.id,
            days=None if piece.days == _WEEK else piece.days,
            starts=piece.starts,
            set_at=max(rule.set_at, piece.edge.typed_at),
            ends=piece.ends,
            ended_typed_at=piece.ended_typed_at,
        )
        for piece in pieces
        if piece.days and (piece.ends is None or piece.starts < piece.ends)
    ]


def _again(rule: At, mine: At, zone: ZoneInfo) -> datetime | None:
    """When the house's rule holds again after hers: at her rule's end, or before it for a night on which hers will not
    open any more, if that was known in time."""
    if mine.ends is None:
        return None
    return min(mine.ends, _opening(rule, mine.end_typed_at(), mine, mine.ends, zone))


def _add(pieces: list[_Piece], rule: At, edge: _Edge, days: frozenset[int], zone: ZoneInfo) -> None:
    """One more piece, which holds on these days from this edge on. A window that is open then is of one piece whole."""
    starts = edge.at
    if pieces:
        last = pieces[-1]
        if last.days == days:
            return
        last.ends, last.ended_typed_at = edge.at, edge.typed_at
        opened = _open_at(rule, edge.at, zone)
        if opened is not None:
            day = local_date(opened, zone)
            if day.weekday() in last.days:
                last.ends = starts = window_span(day, rule.opens, rule.closes, zone).end or starts
            elif day.weekday() in days:
                starts = opened
    pieces.append(_Piece(edge, starts, days, rule.ends, rule.ended_typed_at))


def _open_at(rule: At, instant: datetime, zone: ZoneInfo) -> datetime | None:
    """When the window opened that is open just before an instant and still at it, or None."""
    for window, _ in rule.windows(Span(instant, instant + INSTANT), zone):
        if window.start < instant and window.end is not None and instant < window.end:
            return window.start
    return None
