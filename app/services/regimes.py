"""Her regime: rules started, tightened, ended and replaced, never edited in place; and excusals (SLOTS.md).

Anyone may start or tighten checks at once; only a manager ends or loosens them (DOMAIN.md 7).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.domain.closeness import tightens
from app.domain.house_rules import takes_over, with_house_rules
from app.domain.presence import Presence
from app.domain.regimes import At, Purpose
from app.domain.saying import rule_title
from app.domain.sightings import How
from app.domain.wording import PURPOSE
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.seen import placed_resident
from app.store.queries.regimes import as_rule, read_rules, rule_row
from app.store.tables.regimes import excusal, rule

#: A start this far before now is a slip of typing time, not a change of the past.
_SLIP = timedelta(minutes=1)
#: The longest interval of a rule of kind *every*, in minutes; the board looks no further back for what is still open.
LONGEST = 24 * 60
#: Her own window of these purposes stands in for the house's.
STANDS_IN = frozenset({Purpose.CURFEW, Purpose.MORNING})


@dataclass(frozen=True, kw_only=True)
class StartRule:
    """A rule for one woman. *at*: `opens`–`closes` in local time; *every*: `minimum`–`maximum` in minutes, in her hours.

    `counts` defaults by purpose: close checks ask that she is roused or awake. `starts` defaults to now.
    """

    resident: UUID
    purpose: Purpose
    title: str | None = None
    opens: time | None = None
    closes: time | None = None
    until: time | None = None
    minimum: int | None = None
    maximum: int | None = None
    hours_from: time | None = None
    hours_to: time | None = None
    days: tuple[int, ...] | None = None
    counts: tuple[How, ...] | None = None
    asks: tuple[Presence, ...] | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    why: str | None = None
    review: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReplaceRule(StartRule):
    """A rule in place of another, from now on. It does not reset her clock (SLOTS.md)."""

    rule: UUID


@dataclass(frozen=True, kw_only=True)
class EndRule:
    """End a rule now, or at a later instant."""

    rule: UUID
    ends: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Excuse:
    """Excuse her from one rule, or from all, for [starts, ends); `starts` defaults to now."""

    resident: UUID
    reason: str
    ends: datetime
    starts: datetime | None = None
    rule: UUID | None = None


@act("rule")
def start_rule(context: Context, do: StartRule) -> Ref:
    """Start a rule."""
    ref = placed_resident(context, do.resident)
    if do.purpose in STANDS_IN and do.opens is not None and not context.actor.manages:
        raise Refuse(
            f"Her own {PURPOSE[do.purpose]} stands in for the house's, and only a manager sets it. "
            "You may start other checks at once.",
            fields=("purpose",),
        )
    written = context.work.create(rule, **_columns(context, do))
    return Ref(written.id, f"Started for {ref.name}")


@act("replace_rule")
def replace_rule(context: Context, do: ReplaceRule) -> Ref:
    """Replace a rule. Loosening it is for a manager; tightening is for anyone.

    A window that is open, and a night for which the new window comes too late, stay with the old rule.
    """
    row = _live(context, do.rule)
    if row["resident_id"] != do.resident:
        raise Refuse("That rule is another woman's.", fields=("rule",))
    columns = _columns(context, do) | {"replaces_id": do.rule}
    old, new = as_rule(row), as_rule(columns | {"id": do.rule})
    if not context.actor.manages and not tightens(new, old):
        raise Refuse(
            "That loosens her checks, and only a manager does that. You may make them closer at once.",
            fields=("maximum",),
        )
    ends = columns["starts"]
    if isinstance(old, At) and isinstance(new, At):
        ends = takes_over(old, new, ends, context.house.zone)
    if old.ends is None or ends < old.ends:
        _end(context, row, ends, "replaced")
    written = context.work.create(rule, **columns)
    return Ref(written.id, "Replaced")


@act("end_rule")
def end_rule(context: Context, do: EndRule) -> Ref:
    """End a rule: nothing in the past moves. One that has not begun is called off."""
    row = _live(context, do.rule)
    ends = do.ends or context.now
    if ends < context.now - _SLIP:
        raise Refuse("A rule can't be ended in the past: what was due then stays due.", fields=("ends",))
    _end(context, row, max(ends, context.now), words(do.why, "The reason", 4000))
    return Ref(do.rule, "Ended")


@act("excuse")
def excuse(context: Context, do: Excuse) -> Ref:
    """Write an excusal; it excuses only what nobody has yet found missed."""
    placed_resident(context, do.resident)
    starts = do.starts or context.now
    if do.ends <= starts:
        raise Refuse("An excusal ends after it starts. Give a later end.", fields=("ends",))
    why = words(do.reason, "The reason", 4000, needed=True, field="reason")
    if do.rule is not None and do.rule not in _rules(context, do.resident):
        raise Refuse("She has no such rule.", fields=("rule",))
    written = context.work.enter(
        excusal, resident_id=do.resident, rule_id=do.rule, starts=starts, ends=do.ends, reason=why
    )
    return Ref(written.id, "Excused")


def _rules(context: Context, resident: UUID) -> set[UUID]:
    """The rules that she is under, or was within the last day: her own, and the house's, which is in no table."""
    since = context.now - timedelta(days=1)
    own = read_rules(context.connection, residents=[resident])
    rules = with_house_rules(resident, own, context.setting_history, context.house.zone)
    return {rule.id for rule in rules if rule.ends is None or rule.ends > since}


def _columns(context: Context, do: StartRule) -> dict[str, Any]:
    starts = do.starts or context.now
    if starts < context.now - _SLIP:
        raise Refuse("A rule can't start in the past: nothing that is over becomes due.", fields=("starts",))
    every = do.maximum is not None
    if every == (do.opens is not None):
        raise Refuse(
            "Give either a window (from and to) or an interval (at least and at most).", fields=("opens",)
        )
    counts = do.counts or do.purpose.counts
    columns = {
        "resident_id": do.resident,
        "kind": "every" if every else "at",
        "purpose": do.purpose.value,
        "title": words(do.title, "The title", 200, field="title"),
        "opens": _clock(do.opens),
        "closes": _clock(do.closes),
        "until": _clock(do.until),
        "minimum": (do.minimum or 0) if every else None,
        "maximum": do.maximum,
        "hours_from": _clock(do.hours_from),
        "hours_to": _clock(do.hours_to),
        "days": " ".join(str(day) for day in sorted(set(do.days))) if do.days else None,
        "counts": " ".join(sorted(how.value for how in counts)),
        "asks": " ".join(sorted(presence.value for presence in do.asks)) if do.asks else None,
        "starts": max(starts, context.now),
        "ends": do.ends,
        "planned_end": do.ends,
        "set_at": context.now,
        "set_by": context.actor.staff_id,
        "why": words(do.why, "The reason", 4000, field="why"),
        "review": do.review,
    }
    if every and do.maximum is not None and do.maximum > LONGEST:
        raise Refuse(
            "An interval is a day at most (1,440 minutes). For less often give a window.", fields=("maximum",)
        )
    if not every and (do.closes is None or (do.hours_from or do.hours_to)):
        raise Refuse("A window needs the time it opens and the time it closes.", fields=("closes",))
    if (do.hours_from is None) != (do.hours_to is None):
        raise Refuse("Give both hours, or neither for all day.", fields=("hours_from",))
    if not every and do.purpose is Purpose.CURFEW and do.until is None:
        columns["until"] = _clock(context.settings.curfew_until)
    try:
        made = as_rule(columns | {"id": context.house.id, "title": ""})
    except ValueError as error:
        raise Refuse(str(error)) from None
    return columns | {"title": columns["title"] or rule_title(made)}


def _clock(value: time | None) -> str | None:
    return None if value is None else value.strftime("%H:%M")


def _live(context: Context, rule_id: UUID) -> dict[str, Any]:
    row = rule_row(context.connection, rule_id)
    if row is None:
        raise Refuse("There is no such rule.", fields=("rule",))
    if row["ends"] is not None and row["ends"] <= max(context.now, row["starts"]):
        raise Refuse("That rule has ended already.", fields=("rule",))
    return row


def _end(context: Context, row: dict[str, Any], ends: datetime, why: str | None) -> None:
    # One that is called off before it begins ends as it starts: it never held.
    ends = max(ends, row["starts"])
    context.work.change(
        rule,
        row["id"],
        row["version"],
        ends=ends,
        ended_at=context.now,
        ended_by=context.actor.staff_id,
        end_reason=why,
    )
