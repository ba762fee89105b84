"""How long women have gone unseen in a round, where a rule of their own asks that they be seen (SLOTS.md, DOMAIN.md 7).

A gap is worth telling only where something asked for a sighting in it. The house's curfew and morning windows ask for
two sightings a day and for nothing between them: a woman who spoke at breakfast and is seen at eleven at night has no
gap, and calling those fifteen hours the longest gap would hide the fifty-seven minutes of the woman who is to be seen
every hour. So a gap is counted from the last sighting that counted for an *every* rule, or from where that rule's
obligation began (its hours, her return), until the sighting that met it, or now. Through a missed slot it goes on; an
excusal ends it. Where nobody has such a rule there is only "last seen", said as that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.regimes import At, Every
from app.domain.slots import Kind, Outcome, Resolved


@dataclass(frozen=True, slots=True)
class Gap:
    """Time unseen under a rule: `title` is the rule, `most` the longest it allows with the house's tolerance. `open`
    says that it has not ended."""

    length: timedelta
    title: str
    most: timedelta
    open: bool

    @property
    def too_long(self) -> bool:
        """Longer than the rule and the tolerance allow."""
        return self.length >= self.most


def gaps(
    resolved: Sequence[Resolved],
    rules: Iterable[At | Every],
    tolerance: timedelta,
    now: datetime,
    since: datetime,
) -> tuple[Gap, ...]:
    """A woman's gaps that ended at or after `since`, or have not ended at `now`."""
    most = {rule.id: rule.maximum + tolerance for rule in rules if isinstance(rule, Every)}
    missed = _missed(resolved)
    found = []
    for one in resolved:
        slot = one.slot
        if slot.kind is not Kind.EVERY or slot.anchor is None or slot.rule_id not in most:
            continue
        if one.outcome is Outcome.DUE:
            end = now
        elif one.seen is not None and one.seen.seen_to >= since:
            end = one.seen.seen_to
        else:
            continue
        length = end - _began(one, missed)
        found.append(Gap(length, slot.title, most[slot.rule_id], one.outcome is Outcome.DUE))
    return tuple(found)


def _missed(resolved: Iterable[Resolved]) -> Mapping[tuple[UUID, datetime], Resolved]:
    """The missed slots by their rule and by where the next of the chain begins."""
    return {
        (one.slot.rule_id, one.slot.missed_after): one for one in resolved if one.outcome is Outcome.MISSED
    }


def _began(one: Resolved, missed: Mapping[tuple[UUID, datetime], Resolved]) -> datetime:
    """From when she was unseen: a slot that was missed is followed by one that goes on where it lapsed."""
    began = one.slot.anchor
    while began is not None and (before := missed.get((one.slot.rule_id, began))) is not None:
        began = before.slot.anchor
    return began or one.slot.opens
