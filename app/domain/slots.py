"""What is due, and what became of it: the two pure functions of SLOTS.md, from which the board, `due`, the
handover and assurance are all computed, so that they cannot disagree.

`slots` says what was and is owed within a range of time, `resolve` gives each exactly one of due, on time,
late, missed and excused, and `due` does both. Given `known_at`, only what had been typed by then exists and
now is then; without it everything in the history is known, and nothing that happens after now has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.domain.at import at_slots, judge_at
from app.domain.every import Chain
from app.domain.history import Evidence, Excusal, History
from app.domain.outcomes import Kind, Outcome, Resolved, Slot
from app.domain.regimes import At, Every, Tolerances
from app.domain.time import DAY, Span

__all__ = [
    "Excusal",
    "History",
    "Kind",
    "Outcome",
    "Resolved",
    "Slot",
    "closing_in",
    "due",
    "needed_since",
    "outstanding",
    "resolve",
    "slots",
]


def due(
    history: History, window: Span, now: datetime, known_at: datetime | None = None
) -> tuple[Resolved, ...]:
    """Every slot whose [opens, closes] touches the window [start, end), resolved, by deadline.

    *At* slots of the whole window are there, those to come too; an *every* slot only from its anchor on,
    because the one after it begins with a sighting that nobody has made yet. `window` needs an end.
    """
    evidence = _evidence(history, now, known_at)
    return tuple(sorted(_due(evidence, window), key=_by_deadline))


def slots(
    history: History, window: Span, now: datetime, known_at: datetime | None = None
) -> tuple[Slot, ...]:
    """The slots alone, as `due` has them."""
    return tuple(resolved.slot for resolved in due(history, window, now, known_at))


def resolve(
    slots: Iterable[Slot], history: History, now: datetime, known_at: datetime | None = None
) -> tuple[Resolved, ...]:
    """What became of each of these slots, in their order. Raises KeyError for a slot of an unknown rule."""
    evidence = _evidence(history, now, known_at)
    judged = []
    for slot in slots:
        rule = evidence.rules[slot.rule_id]
        judged.append(
            judge_at(rule, slot, evidence) if isinstance(rule, At) else Chain(rule, evidence).judge(slot)
        )
    return tuple(judged)


def outstanding(history: History, now: datetime, ahead: timedelta = DAY) -> tuple[Resolved, ...]:
    """What is still to be done: overdue first, then all that falls due until now + `ahead`."""
    window = Span(needed_since(history, now), now + ahead)
    return tuple(resolved for resolved in due(history, window, now) if resolved.outcome is Outcome.DUE)


def closing_in(resolved: Iterable[Resolved], span: Span) -> tuple[Resolved, ...]:
    """Those whose deadline lies in [start, end): over shifts that meet, each slot is counted once."""
    return tuple(one for one in resolved if span.contains(one.slot.closes))


def needed_since(history: History, start: datetime) -> datetime:
    """How far back from the start of a window a slot that is still open there can have had its deadline.

    A history may be cut short. It then holds every sighting since this instant and, for each *every* rule,
    those back to the last one of exact time that counts for it, made at or before this instant minus the
    rule's maximum while she was in; every movement since she last came in before all of these; every rule
    that held since, and those that they replace; and every excusal that reaches past it.
    """
    longest = [Tolerances().missed_after, *(it.maximum for it in history.rules if isinstance(it, Every))]
    if history.tolerances:
        longest += [setting.missed_after for _, _, setting in history.tolerances.values]
    return start - max(longest)


def _evidence(history: History, now: datetime, known_at: datetime | None) -> Evidence:
    if known_at is None:
        return Evidence(history, now)
    return Evidence(history.known(known_at), known_at)


def _due(evidence: Evidence, window: Span) -> Iterator[Resolved]:
    for rule in evidence.rules.values():
        if isinstance(rule, Every):
            yield from Chain(rule, evidence).walk(window)
        else:
            for slot in at_slots(rule, evidence, window):
                yield judge_at(rule, slot, evidence)


def _by_deadline(resolved: Resolved) -> tuple[datetime, datetime, bytes]:
    return resolved.slot.closes, resolved.slot.opens, resolved.slot.rule_id.bytes
