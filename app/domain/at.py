"""Rules of kind *at*: she is seen in a window of local time (SLOTS.md, "Rules of kind at").

A window is a slot when it opens while the rule holds and she is, at some instant of it before the rule ends,
where the rule asks; from that instant on it is owed, and a sighting meets it. Where nobody could see her by its deadline it is excused at the deadline: she was in hospital, on leave,
absent since before it, in custody or gone; or only out, where the rule asks for those who are in. What
excuses must have been typed before the slot was missed. A counting sighting up to the deadline beats every
excuse; one after it does not undo an excuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.history import Evidence
from app.domain.outcomes import RULE_ENDED, Kind, Resolved, Slot, excused, met, missed, still_due
from app.domain.presence import Presence, Stretch
from app.domain.regimes import At
from app.domain.time import Span

ABLE = frozenset({Presence.IN, Presence.OUT})


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a slot need not be met, from `holds_from` on; `learned` only then, once it had been missed."""

    holds_from: datetime
    reason: str
    learned: datetime | None
    in_advance: bool = False


def at_slots(rule: At, evidence: Evidence, window: Span) -> Iterator[Slot]:
    """The slots of a rule whose [opens, closes] touches the window, those still to come included."""
    for span, next_opening in rule.windows(window, evidence.zone):
        opens, closes = span.start, span.end
        assert closes is not None
        over = _over(rule)
        if not rule.starts <= opens or (over and opens >= over):
            continue
        last = closes + evidence.tolerances(closes).missed_after
        slot = Slot(
            resident_id=rule.resident_id,
            rule_id=rule.id,
            purpose=rule.purpose,
            title=rule.title,
            kind=Kind.AT,
            opens=opens,
            closes=closes,
            missed_after=max(closes, min(next_opening, last)),
        )
        if _owed_from(rule, slot, evidence) is not None:
            yield slot


def _over(rule: At) -> datetime | None:
    """When the rule ceases to open windows: at its end, or when its end was typed."""
    return max(rule.ends, rule.end_typed_at()) if rule.ends else None


def _owed_from(rule: At, slot: Slot, evidence: Evidence) -> datetime | None:
    """The first instant of the window, while the rule held, at which she was where the rule asks; None if she never was."""
    over = _over(rule)
    until = min(slot.closes, over) if over else slot.closes
    held = evidence.whereabouts(slot.missed_after)
    there = (it.start for it in held if it.where in rule.asks and it.touches(slot.opens, until))
    first = min(there, default=None)
    return max(slot.opens, first) if first else None


def judge_at(rule: At, slot: Slot, evidence: Evidence) -> Resolved:
    """What became of a slot of this rule. A sighting before it was owed meets nothing: a window that she only then comes
    into may not have been over already (SLOTS.md, "What must always hold", 3 and 4)."""
    now, last = evidence.now, slot.missed_after
    setting = evidence.tolerances(slot.closes)
    excuses = _excuses(rule, slot, evidence)
    in_time = [it for it in excuses if not it.learned and (it.in_advance or it.holds_from <= now)]
    excuse = min(in_time, key=lambda it: it.holds_from, default=None)
    owed = _owed_from(rule, slot, evidence) or slot.opens
    for seen in evidence.counting(rule.counts).since(owed):
        if seen.seen_to >= last or (excuse and seen.seen_to > excuse.holds_from):
            break
        if seen.seen_from >= owed:
            return met(slot, seen, setting)
    if excuse:
        return excused(slot, excuse.reason, excuse.holds_from if excuse.holds_from <= now else None)
    if now >= last:
        return missed(slot, last, [(it.reason, it.learned) for it in excuses if it.learned])
    return still_due(slot, now, setting)


def _excuses(rule: At, slot: Slot, evidence: Evidence) -> list[Excuse]:
    """Everything that would excuse the slot, known in time or not."""
    deadline, last = slot.closes, slot.missed_after

    def too_late(typed_at: datetime) -> datetime | None:
        return typed_at if typed_at >= last else None

    found = [
        Excuse(deadline, it.reason, too_late(it.typed_at), in_advance=True)
        for it in evidence.excusals_for(rule.id, deadline)
    ]
    if rule.ends and rule.ends < deadline:
        typed_at = rule.end_typed_at()
        # Until it was typed the window was open, and where she went then still counts.
        found.append(Excuse(min(max(rule.ends, typed_at), deadline), RULE_ENDED, too_late(typed_at)))
    if reason := _impossible(rule, deadline, evidence.whereabouts(last)):
        found.append(Excuse(deadline, reason, None))
    elif reason := _impossible(rule, deadline, evidence.truth):
        told = [it.typed_at for away in evidence.aways for it in away.leavings if it.at < deadline]
        found += [Excuse(deadline, reason, typed_at) for typed_at in told if typed_at >= last]
    return found


def _impossible(rule: At, deadline: datetime, held: tuple[Stretch, ...]) -> str | None:
    """Where she was just before the deadline and still at it, if nobody could have seen her there."""
    able = rule.asks if rule.asks == {Presence.IN} else ABLE
    there = [it for it in held if it.start <= deadline and (it.end is None or it.end >= deadline)]
    if any(it.where in able for it in there):
        return None
    return next((it.reason for it in there if it.start < deadline), None)
