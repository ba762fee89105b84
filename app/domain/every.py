"""Rules of kind *every*: a counting sighting must follow the last one (SLOTS.md, "Rules of kind every").

The slots of such a rule are a chain, because each begins where the one before it ended. The chain runs within
an *obligation*: while the rule holds, in its hours, and she is in as far as the house knew at the time. She
leaves for an hour and it is typed at once: the obligation ends, another begins with her return. It is typed
only when three checks have been missed: they stay missed, with what was learned beside them, and the check
that was open when it was learned is the one that is excused.

How a slot ends, at the latest by `missed_after` (nothing that was typed from then on changes it):

- met, by the first sighting that counts and lies after the anchor with both its ends: of one given as
  *between* nobody can say that it came after an anchor inside it. The next anchor is its earlier end;
- excused, at the instant she left or the rule or its hours ended, if the deadline was still to come; a
  sighting up to and including that instant, the one at the door, meets it first;
- missed, at the instant she left if the deadline had passed, else at `missed_after`: the next anchor;
- excused, at its deadline, if an excusal covers it. The next anchor is the deadline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import dropwhile, islice

from app.domain.history import Evidence
from app.domain.outcomes import RULE_ENDED, Kind, Resolved, Slot, excused, met, missed, still_due
from app.domain.presence import Presence
from app.domain.regimes import Every
from app.domain.sightings import Sighting
from app.domain.time import INSTANT, MINUTE, Span


@dataclass(frozen=True, slots=True)
class Obligation:
    """[start, end), in hours that end at `hours_end`; the first slot counts from `anchor`."""

    start: datetime
    end: datetime | None
    hours_end: datetime | None
    anchor: datetime

    def holds(self, instant: datetime) -> bool:
        return self.end is None or instant < self.end


@dataclass(frozen=True, slots=True)
class Stop:
    """What cuts a slot short. `at` is when it happened: a deadline after it is excused, one before it has to
    be met. `seen_until` is the last instant at which a sighting still meets the slot; it is later than `at`
    where the slot began after she had gone and before the house knew. `back` is her return.
    """

    at: datetime
    seen_until: datetime
    reason: str
    back: datetime | None = None


class Chain:
    """The slots of one rule, as the evidence has them."""

    def __init__(self, rule: Every, evidence: Evidence) -> None:
        self.rule = rule
        self._evidence = evidence
        self._counting = evidence.counting(rule.counts)

    def walk(self, window: Span) -> Iterator[Resolved]:
        """The slots whose [opens, closes] touches the window, each with what became of it. Only the open slot
        is known beyond now: the next begins with a sighting that nobody has made yet."""
        assert window.end is not None
        for obligation in self._obligations(window):
            anchor: datetime | None = obligation.anchor
            while (
                anchor is not None
                and obligation.holds(anchor)
                and anchor < window.end
                and anchor <= self._evidence.now
            ):
                slot = self._slot(anchor)
                resolved, anchor = self._judge(slot, obligation.hours_end)
                if slot.opens < window.end and slot.closes >= window.start:
                    yield resolved
                if resolved.ended is None or not obligation.holds(resolved.ended):
                    break

    def judge(self, slot: Slot) -> Resolved:
        """What became of a slot of this rule."""
        begins = self._begins(slot)
        hours = self.rule.stretches(Span(begins, begins + self.rule.maximum), self._evidence.zone)
        return self._judge(slot, hours[0].end if hours else None)[0]

    def _obligations(self, window: Span) -> Iterator[Obligation]:
        """In order, from far enough back that every slot which touches the window is among theirs."""
        rule, evidence = self.rule, self._evidence
        assert window.end is not None
        begin, horizon = self._begin(window.start), min(evidence.now, window.end) + MINUTE
        if begin >= horizon:
            return
        ends = rule.ends and max(rule.ends, rule.end_typed_at())
        for hours in rule.stretches(Span(begin, horizon), evidence.zone):
            for held in evidence.held_in:
                start = max(begin, rule.starts, hours.start, held.start)
                end = min((end for end in (hours.end, held.end, ends) if end), default=None)
                if start <= evidence.now and (end is None or start < end):
                    origin = max(hours.start, held.start)
                    yield Obligation(start, end, hours.end, self._anchor(start, origin))

    def _begin(self, before: datetime) -> datetime:
        """An instant at which the chain is known without what came before it: a sighting of exact time while
        the rule held and she was in, so long ago that no earlier slot reaches `before`."""
        rule, evidence = self.rule, self._evidence
        reach = max(rule.maximum, evidence.tolerances(before).tolerance)
        for seen in self._counting.until(before - reach - INSTANT):
            at = seen.seen_to
            held = rule.starts <= at and (rule.ends is None or at < rule.ends)
            if held and seen.seen_from == at and evidence.presence(at) is Presence.IN:
                return at
        return self._first_rule().starts

    def _first_rule(self) -> Every:
        """The rule whose clock this one continues; itself, unless it replaced another of its kind."""
        rule = self.rule
        while rule.replaces is not None:
            replaced = self._evidence.rules.get(rule.replaces)
            if not isinstance(replaced, Every):
                break
            rule = replaced
        return rule

    def _anchor(self, start: datetime, origin: datetime) -> datetime:
        """From when the first slot of an obligation counts: its start; but a rule that replaced another does
        not reset the clock, and counts from where the first rule's obligation began, or the last sighting."""
        returns = [away.end for away in self._evidence.aways if away.end and away.end <= start]
        anchor = max(self._first_rule().starts, origin, *returns)
        for seen in self._counting.until(start):
            anchor = max(anchor, seen.seen_from)
            if seen.seen_from == seen.seen_to:
                break
        return anchor

    def _slot(self, anchor: datetime) -> Slot:
        """The slot that counts from an anchor; if replacing a rule made it overdue at once, its deadline is
        the replacement and the tolerance."""
        rule = self.rule
        closes = anchor + rule.maximum
        if closes <= rule.starts:
            closes = rule.starts + self._evidence.tolerances(rule.starts).tolerance
        return Slot(
            resident_id=rule.resident_id,
            rule_id=rule.id,
            purpose=rule.purpose,
            title=rule.title,
            kind=Kind.EVERY,
            opens=anchor + rule.minimum,
            closes=closes,
            missed_after=closes + rule.maximum,
            anchor=anchor,
        )

    def _judge(self, slot: Slot, hours_end: datetime | None) -> tuple[Resolved, datetime | None]:
        """What became of a slot, and the anchor of the next, if the obligation goes on."""
        now, last, deadline = self._evidence.now, slot.missed_after, slot.closes
        setting = self._evidence.tolerances(deadline)
        stop = self._stop(slot, hours_end)
        excusals = self._evidence.excusals_for(self.rule.id, deadline)
        excusal = next((it for it in excusals if it.typed_at < last), None)
        if stop and deadline > stop.seen_until:
            excusal = None
        until = deadline if excusal else stop.seen_until if stop else last - INSTANT

        def following(ended: datetime, anchor: datetime) -> datetime | None:
            return stop.back if stop and ended >= stop.seen_until else anchor

        seen = self._met_by(slot, until)
        if seen:
            resolved = replace(met(slot, seen, setting), gap=self._gap(seen))
            return resolved, following(seen.seen_to, seen.seen_from)
        if excusal:
            ended = deadline if deadline <= now else None
            return excused(slot, excusal.reason, ended), following(deadline, deadline)
        if stop and deadline > stop.at:
            return excused(slot, stop.reason, stop.seen_until), stop.back
        if stop:
            return missed(slot, stop.at, []), stop.back
        if now >= last:
            return missed(slot, last, self._learned(slot)), last
        return still_due(slot, now, setting), None

    def _met_by(self, slot: Slot, until: datetime) -> Sighting | None:
        assert slot.anchor is not None
        for seen in self._counting.after(slot.anchor):
            if seen.seen_to > until or seen.seen_to >= slot.missed_after:
                return None
            if seen.seen_from > slot.anchor:
                return seen
        return None

    def _gap(self, seen: Sighting) -> timedelta | None:
        """From the true sighting before it, at its earliest: the record never gains by vagueness."""
        earlier = dropwhile(lambda other: other is not seen, self._counting.until(seen.seen_to))
        previous = next(islice(earlier, 1, None), None)
        return seen.seen_to - previous.seen_from if previous else None

    def _begins(self, slot: Slot) -> datetime:
        """From when this rule can have been owed the slot: a replacement's first has an older anchor."""
        assert slot.anchor is not None
        return max(slot.anchor, self.rule.starts)

    def _stop(self, slot: Slot, hours_end: datetime | None) -> Stop | None:
        """What cut the slot short, as far as it was known before the slot would have been missed."""
        left, ended = self._left(slot), self._ended(slot, hours_end)
        if ended and left:
            return min(left, ended, key=lambda stop: stop.seen_until)
        return left or ended

    def _ended(self, slot: Slot, hours_end: datetime | None) -> Stop | None:
        """The rule or its hours ended before the deadline; past it, the slot is still to be met."""
        stops = [Stop(hours_end, hours_end, RULE_ENDED)] if hours_end else []
        ends, typed_at = self.rule.ends, self.rule.end_typed_at()
        if ends and typed_at < slot.missed_after:
            seen_until = ends if self._begins(slot) < ends else typed_at
            stops.append(Stop(ends, seen_until, RULE_ENDED))
        ended = [it for it in stops if it.at < slot.closes and it.seen_until <= self._evidence.now]
        return min(ended, key=lambda stop: stop.seen_until, default=None)

    def _left(self, slot: Slot) -> Stop | None:
        """She left, or had left before the slot began and the house learned it while the slot was open."""
        begins, now = self._begins(slot), self._evidence.now
        for away in self._evidence.aways_in(begins, slot.missed_after):
            known = away.known_before(slot.missed_after)
            if not known or known[0].at >= slot.missed_after:
                continue
            seen_until = known[0].at
            if seen_until <= begins:
                seen_until = min(leaving.learned_at for leaving in known)
                seen_until = min(seen_until, away.end) if away.end else seen_until
            if seen_until <= now:
                return Stop(known[0].at, seen_until, known[0].reason, away.end)
        return None

    def _learned(self, slot: Slot) -> list[tuple[str, datetime]]:
        """What would have excused a missed slot, had it been typed before the slot was missed."""
        deadline, last = slot.closes, slot.missed_after
        learned = [
            (it.reason, it.typed_at)
            for it in self._evidence.excusals_for(self.rule.id, deadline)
            if it.typed_at >= last
        ]
        if self.rule.ends and self.rule.ends < deadline and self.rule.end_typed_at() >= last:
            learned.append((RULE_ENDED, self.rule.end_typed_at()))
        for away in self._evidence.aways_in(self._begins(slot), deadline):
            told = [it for it in away.leavings if it.at < deadline and it.typed_at >= last]
            learned += [(it.reason, it.typed_at) for it in told]
        return learned
