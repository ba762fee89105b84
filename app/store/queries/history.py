"""What the pure rules need of one or many women: rules, movements, sightings, excusals, bounded so that ten years cost
no more than one.

What a window needs is said at `slots.needed_since`. For each woman there is an instant, her *bound*, from which
everything is read, and before which nothing matters; of her movements everything since she left before she last came
in before it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Table,
    select,
)
from sqlalchemy.sql.selectable import NamedFromClause

from app.domain.history import Evidence
from app.domain.house import SettingHistory
from app.domain.house_rules import with_house_rules
from app.domain.presence import Move, Movement, Presence
from app.domain.regimes import At, Dated, Every, Tolerances
from app.domain.saying import rule_title
from app.domain.sightings import DEFAULT_COUNTS, How, Precision, Sighting, Source
from app.domain.slots import Excusal, History, needed_since
from app.domain.time import DAY, INSTANT
from app.store.memory import Recall
from app.store.queries.entries import BETWEEN_AT_MOST
from app.store.queries.known import entries, standing
from app.store.queries.regimes import read_rules
from app.store.tables.checks import check
from app.store.tables.movements import movement
from app.store.tables.regimes import excusal
from app.store.tables.residents import resident

T = TypeVar("T", Movement, Sighting, Excusal)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
#: How long a history that was read is good for.
_GOOD_FOR = timedelta(hours=6)
_LEFT = movement.alias("leaving")
_IN = tuple(move.value for move in Move if move.presence is Presence.IN)


def read_histories(
    connection: Connection,
    residents: Iterable[UUID],
    since: datetime,
    zone: ZoneInfo,
    settings: SettingHistory,
    known_at: datetime | None = None,
    concealed: Collection[UUID] | None = None,
) -> dict[UUID, History]:
    """Each woman's history, enough for any window that begins at or after `since`, and for when she was last seen.

    Typed words are in it only as titles of rules and reasons of excusals: `concealed` are those whose words the reader
    may not read (see `access.hidden`); None conceals everyone's.
    """
    ids = list(residents)
    if not ids:
        return {}
    own: dict[UUID, list[At | Every]] = defaultdict(list)
    for rule in read_rules(connection, known_at, ids):
        own[rule.resident_id].append(rule)
    tolerances = _tolerances(settings)
    found = {
        id_: History(
            resident_id=id_,
            zone=zone,
            rules=_live(with_house_rules(id_, own[id_], settings, zone), since),
            tolerances=tolerances,
        )
        for id_ in ids
    }
    bounds = {id_: _first_bound(history, since) for id_, history in found.items()}
    reading = _Reading(connection, known_at)
    while bounds:
        bounds = reading.before_last_seen(bounds, {id_: found[id_] for id_ in bounds})
        found |= reading.fill({id_: found[id_] for id_ in bounds}, bounds)
        bounds = {
            id_: further
            for id_, bound in bounds.items()
            if (further := _further(found[id_], since, bound)) is not None
        }
    return {id_: _concealed(history, concealed) for id_, history in found.items()}


def recall_histories(
    recall: Recall,
    connection: Connection,
    residents: Iterable[UUID],
    since: datetime,
    zone: ZoneInfo,
    settings: SettingHistory,
    concealed: Collection[UUID],
    known_at: datetime | None = None,
) -> dict[UUID, History]:
    """As `read_histories`; those that are remembered are not read again. They begin a little before `since`, so that they
    are good for some hours. `known_at` is only for a recall that remembers nothing."""
    start = since - (since - _EVER) % _GOOD_FOR
    found = recall.each(
        ("history", start),
        residents,
        lambda ids: read_histories(connection, ids, start, zone, settings, known_at, concealed=()),
        ("setting",),
    )
    return {id_: _concealed(history, concealed) for id_, history in found.items()}


def presence_now(connection: Connection, resident: UUID, at: datetime) -> Presence | None:
    """Where the record has her at `at`, None when she isn't placed."""
    m = movement
    row = connection.execute(
        select(m.c.kind)
        .where(m.c.resident_id == resident, m.c.seen_at <= at, standing(m))
        .order_by(m.c.seen_at.desc(), m.c.seq.desc())
        .limit(1)
    ).first()
    return Move(row.kind).presence if row else None


def _tolerances(settings: SettingHistory) -> Dated[Tolerances] | None:
    """The tolerances that held, by when; None before the house had any."""
    keys = ("tolerance", "missed_after", "entered_later")
    dated = [value for value in settings.values if value.key in keys]
    if not dated:
        return None
    made = []
    for start in sorted({value.starts for value in dated}):
        now = settings.at(start)
        typed_at = max(value.set_at for value in dated if value.starts <= start)
        made.append((start, typed_at, Tolerances(now.tolerance, now.missed_after, now.entered_later)))
    return Dated(tuple(made))


# How far back


def _last(rule: At | Every) -> datetime | None:
    """When the rule ceases to make slots: at its end, or when its end was typed."""
    return None if rule.ends is None else max(rule.ends, rule.end_typed_at())


def _live(rules: list[At | Every], since: datetime) -> tuple[At | Every, ...]:
    """The rules that may have a slot in a window that begins at `since`; of one that replaced others, also the first,
    whose clock it continues: if that is over, only as the instant at which it began."""
    by_id = {rule.id: rule for rule in rules}
    live: dict[UUID, At | Every] = {}
    for rule in rules:
        last = _last(rule)
        reach = rule.maximum * 2 + DAY if isinstance(rule, Every) else DAY * 2
        if last is None or last + reach >= since:
            live[rule.id] = rule
    for rule in list(live.values()):
        first = _first(rule, by_id)
        if first is not rule:
            live[rule.id] = replace(rule, replaces=first.id)
            live.setdefault(
                first.id, replace(first, ends=first.starts + INSTANT, ended_typed_at=None, replaces=None)
            )
    return tuple(live.values())


def _first(rule: At | Every, by_id: Mapping[UUID, At | Every]) -> At | Every:
    if isinstance(rule, Every):
        while rule.replaces is not None and isinstance(replaced := by_id.get(rule.replaces), Every):
            rule = replaced
    return rule


def _needed(history: History, since: datetime) -> datetime:
    """The instant before which a sighting is needed to know where each chain stands (`slots.needed_since`)."""
    reach = [rule.maximum for rule in history.rules if isinstance(rule, Every)]
    if history.tolerances:
        reach += [setting.tolerance for _, _, setting in history.tolerances.values]
    return needed_since(history, since) - max(reach, default=DAY) - INSTANT


def _first_bound(history: History, since: datetime) -> datetime:
    return _needed(history, since)


def _further(history: History, since: datetime, bound: datetime) -> datetime | None:
    """How much further back to read, because a chain's beginning is not there yet; None when all is there.

    A chain is known from a sighting of exact time that counts for its rule, made while the rule held and she was in;
    else from the start of the first rule whose clock it continues.
    """
    needed = _needed(history, since)
    evidence = Evidence(history, needed)
    starts = [
        first
        for rule in history.rules
        if isinstance(rule, Every) and not _known(rule, evidence)
        if (first := _first(rule, evidence.rules).starts) < bound
    ]
    return max(min(starts), bound - (needed - bound + DAY) * 3) if starts else None


def _known(rule: Every, evidence: Evidence) -> bool:
    return any(
        seen.seen_from == seen.seen_to
        and rule.starts <= seen.seen_to
        and (rule.ends is None or seen.seen_to < rule.ends)
        and evidence.presence(seen.seen_to) is Presence.IN
        for seen in evidence.counting(rule.counts).until(evidence.now)
    )


def _counts(history: History) -> set[frozenset[How]]:
    """What counts for "last seen", and for each rule whose gaps are told."""
    return {DEFAULT_COUNTS, *(rule.counts for rule in history.rules if isinstance(rule, Every))}


# Reading


@dataclass(frozen=True)
class _Area(Generic[T]):
    """A table of entries, the columns that the rules need, and how they read them: never the words."""

    table: Table
    columns: tuple[ColumnElement[Any], ...]
    read: Callable[[Row[Any]], T]

    @cached_property
    def amended(self) -> NamedFromClause[Any]:
        """The same table, as what was amended."""
        return self.table.alias(f"{self.table.name}_amended")


class _Reading:
    """Reads from one snapshot, as it was known at an instant. Women whose bounds are near one another are read at once."""

    def __init__(self, connection: Connection, known_at: datetime | None) -> None:
        self._connection = connection
        self._known_at = known_at

    def before_last_seen(
        self, bounds: Mapping[UUID, datetime], histories: Mapping[UUID, History]
    ) -> dict[UUID, datetime]:
        """The bounds, moved back to before the last sighting that counts ahead of each: for the gap before the next,
        and for the board's "last seen". *Between* may have begun a day before it was certain."""
        found = dict(bounds)
        for since, ids in _together(bounds):
            wanted = {id_: _counts(histories[id_]) for id_ in ids}
            kinds = sorted({counts for sets in wanted.values() for counts in sets}, key=sorted)
            hows = sorted({how.value for counts in kinds for how in counts})
            seen = [self._last_before(since, check, check.c.how == how) for how in hows]
            door = [
                self._last_before(since, movement, movement.c.how.in_(sorted(counts))) for counts in kinds
            ]
            asked = select(resident.c.id, *seen, *door).where(resident.c.id.in_(ids))
            for id_, *lasts in self._connection.execute(asked):
                by_how = dict(zip(hows, lasts, strict=False))
                by_kind = dict(zip(kinds, lasts[len(hows) :], strict=True))
                for counts in wanted[id_]:
                    ahead = [at for at in (*(by_how[how] for how in counts), by_kind[counts]) if at]
                    if ahead:
                        found[id_] = min(found[id_], max(ahead) - BETWEEN_AT_MOST)
        return found

    def fill(self, histories: Mapping[UUID, History], bounds: Mapping[UUID, datetime]) -> dict[UUID, History]:
        """The histories with their entries since these bounds."""
        movements = self._since(MOVEMENTS, self._before_she_came_in(bounds))
        sightings = self._since(SIGHTINGS, bounds)
        excusals = self._excusals(bounds)
        return {
            id_: replace(
                history,
                movements=tuple(movements[id_]),
                sightings=tuple(sightings[id_]),
                excusals=tuple(excusals[id_]),
            )
            for id_, history in histories.items()
        }

    def _last_before(
        self, since: datetime, table: Table, what: ColumnElement[bool]
    ) -> ScalarSelect[datetime]:
        """When the last entry of this kind of a woman ahead of an instant was so, of those that stand."""
        where = (table.c.resident_id == resident.c.id, table.c.seen_at < since, what)
        last = select(table.c.seen_at).where(*where, standing(table, self._known_at))
        return last.order_by(table.c.seen_at.desc()).limit(1).correlate(resident).scalar_subquery()

    def _before_she_came_in(self, bounds: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
        """When each left before she last came in before her bound: that stretch in the house is whole then."""
        found = dict(bounds)
        for since, ids in _together(bounds):
            came = self._last_before(since, movement, movement.c.kind.in_(_IN))
            last_out = (
                select(_LEFT.c.seen_at)
                .where(_LEFT.c.resident_id == resident.c.id, _LEFT.c.kind.not_in(_IN), _LEFT.c.seen_at < came)
                .where(standing(_LEFT, self._known_at))
                .order_by(_LEFT.c.seen_at.desc())
                .limit(1)
                .correlate(resident)
                .scalar_subquery()
            )
            for id_, out in self._connection.execute(
                select(resident.c.id, last_out).where(resident.c.id.in_(ids))
            ):
                # Without one before it, her first movement of all is near: everything is read.
                found[id_] = out if out is not None else _EVER
        return found

    def _excusals(self, bounds: Mapping[UUID, datetime]) -> dict[UUID, list[Excusal]]:
        e = excusal.c
        where = (
            e.resident_id.in_(list(bounds)),
            e.ends > min(bounds.values()),
            entries(excusal, self._known_at),
        )
        rows = self._connection.execute(select(*EXCUSALS.columns).where(*where))
        return _by_woman(EXCUSALS, {row.seq: row for row in rows})

    def _since(self, area: _Area[T], bounds: Mapping[UUID, datetime]) -> dict[UUID, list[T]]:
        """Entries of these women that were so since then, with whatever amends one of them or is amended by it."""
        t, earlier = area.table, area.amended
        chosen, known = select(*area.columns), entries(area.table, self._known_at)
        found: dict[int, Row[Any]] = {}
        for since, ids in _together(bounds):
            hers = (t.c.resident_id.in_(ids), t.c.seen_at >= since)
            theirs = (earlier.c.resident_id.in_(ids), earlier.c.seen_at >= since)
            amending = chosen.join_from(earlier, t, t.c.amends_id == earlier.c.id).where(*theirs, known)
            for rows in (chosen.where(*hers, known), amending):
                found |= {row.seq: row for row in self._connection.execute(rows)}
        more: list[Row[Any]] = list(found.values()) if any(row.amends_id for row in found.values()) else []
        while more:
            there = {row.id for row in found.values()}
            amended = [row.amends_id for row in more if row.amends_id and row.amends_id not in there]
            amenders = [row.id for row in more if row.amends_id]
            related = t.c.id.in_(amended) | t.c.amends_id.in_(amenders)
            more = [
                row for row in self._connection.execute(chosen.where(related, known)) if row.seq not in found
            ]
            found |= {row.seq: row for row in more}
        return _by_woman(area, found)


def _together(bounds: Mapping[UUID, datetime]) -> list[tuple[datetime, list[UUID]]]:
    """Women whose bounds are near one another, with the earliest of their bounds. The spread of a group grows fourfold
    from one to the next, so that years ago take a few reads and nobody is read much further back than she needs."""
    groups: dict[int, list[UUID]] = defaultdict(list)
    latest = max(bounds.values())
    for id_, bound in bounds.items():
        spread, group = 2 * DAY, 0
        while latest - bound > spread:
            spread, group = spread * 4, group + 1
        groups[group].append(id_)
    return [(min(bounds[id_] for id_ in ids), sorted(ids)) for _, ids in sorted(groups.items())]


def _by_woman(area: _Area[T], rows: Mapping[int, Row[Any]]) -> dict[UUID, list[T]]:
    """Entries by woman, in the order they were typed. One that was amended to be about another woman is struck for the
    first: nothing of it is hers from then on."""
    by_id = {row.id: row for row in rows.values()}
    found: dict[UUID, list[T]] = defaultdict(list)
    for seq in sorted(rows):
        row = rows[seq]
        entry = area.read(row)
        found[row.resident_id].append(entry)
        amended = by_id.get(row.amends_id)
        if amended is not None and amended.resident_id != row.resident_id:
            found[amended.resident_id].append(replace(entry, resident_id=amended.resident_id, struck=True))
    return found


def _concealed(history: History, concealed: Collection[UUID] | None) -> History:
    """Without the words that somebody typed: titles of her own rules (the house's are named by their purpose), reasons."""
    if concealed is not None and history.resident_id not in concealed:
        return history
    return replace(
        history,
        rules=tuple(
            rule if rule.title == rule.purpose.value else replace(rule, title=rule_title(rule))
            for rule in history.rules
        ),
        excusals=tuple(replace(one, reason="excused") for one in history.excusals),
    )


def as_movement(row: Row[Any]) -> Movement:
    """A movement's row as the rules read it."""
    return Movement(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        kind=Move(row.kind),
        at=row.seen_at,
        typed_at=row.typed_at,
        how=How(row.how) if row.how else None,
        source=Source(row.source),
        amends=row.amends_id,
        struck=row.struck,
    )


def as_sighting(row: Row[Any]) -> Sighting:
    """A check's row as the rules read it."""
    return Sighting(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        seen_from=row.seen_at,
        seen_to=row.seen_until or row.seen_at,
        how=How(row.how),
        typed_at=row.typed_at,
        precision=Precision(row.precision),
        source=Source(row.source),
        amends=row.amends_id,
        struck=row.struck,
    )


def as_excusal(row: Row[Any]) -> Excusal:
    """An excusal's row as the rules read it."""
    return Excusal(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        rule_id=row.rule_id,
        start=row.starts,
        end=row.ends,
        reason=row.reason or "",
        by=row.typed_by,
        typed_at=row.typed_at,
        amends=row.amends_id,
        struck=row.struck,
    )


def _columns(table: Table, *more: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    t = table.c
    return (t.seq, t.id, t.resident_id, t.seen_at, t.typed_at, t.source, t.amends_id, t.struck, *more)


MOVEMENTS = _Area(movement, _columns(movement, movement.c.kind, movement.c.how), as_movement)
SIGHTINGS = _Area(check, _columns(check, check.c.how, check.c.seen_until, check.c.precision), as_sighting)
EXCUSALS = _Area(
    excusal,
    _columns(
        excusal, excusal.c.rule_id, excusal.c.starts, excusal.c.ends, excusal.c.reason, excusal.c.typed_by
    ),
    as_excusal,
)
