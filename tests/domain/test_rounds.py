"""What a round is: who is asked for now, what counts as seen in it, and how its times are said."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.residents import ResidentRef, RoomRef
from app.domain.rounds import (
    Need,
    RoundEntry,
    asks_from,
    asks_now,
    late_by,
    make_round,
    meets,
    seen_said,
)
from app.domain.sightings import CLOSE_COUNTS, How, Precision, Sighting, Source
from app.domain.slots import Kind, Outcome, Resolved, Slot

LONDON = ZoneInfo("Europe/London")
TOLERANCE = timedelta(minutes=5)


def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def woman(number: int, presence: Presence = Presence.IN, **facts: object) -> BoardLine:
    room = RoomRef(uuid4(), str(number), "Oak", 0, number)
    told: dict[str, object] = {
        "who": ResidentRef(UUID(int=number), f"Woman {number}", None, room),
        "presence": presence,
        "presence_since": at(9),
        "where": None,
        "expected_back": None,
        "last_seen": None,
        "dues": (),
        "next_due": None,
        "curfew": None,
        "late_since": None,
        "case_open": False,
        "watch_day": None,
        "alerts": None,
        "agreement": None,
        "rules": (),
        "woken_tonight": 0,
        "name_alert": None,
    }
    return BoardLine(**{**told, **facts})  # type: ignore[arg-type]


def board(now: datetime, *lines: BoardLine) -> Board:
    return Board(
        at=now,
        lines=lines,
        empty_rooms=(),
        staff_in=(),
        least_staff=2,
        on_call="",
        naloxone="",
        head_seq=7,
        head=b"",
        last_saved=None,
    )


def slot(
    who: BoardLine,
    opens: datetime,
    closes: datetime,
    purpose: Purpose = Purpose.CURFEW,
    anchor: datetime | None = None,
) -> Slot:
    kind = Kind.EVERY if anchor else Kind.AT
    return Slot(
        who.id, uuid4(), purpose, purpose.value, kind, opens, closes, closes + timedelta(hours=3), anchor
    )


def curfew(
    who: BoardLine, outcome: Outcome = Outcome.DUE, seen: Sighting | None = None, **facts: object
) -> Resolved:
    return Resolved(slot(who, at(23), at(23, 20)), outcome, seen=seen, **facts)  # type: ignore[arg-type]


def entry(who: BoardLine, seen: datetime, how: How = How.SPOKE, **facts: object) -> RoundEntry:
    told: dict[str, object] = {
        "entry_id": uuid4(),
        "seq": 1,
        "resident_id": who.id,
        "how": how,
        "seen_from": seen,
        "seen_to": seen,
        "precision": Precision.EXACT,
        "source": Source.LIVE,
        "seen_by": "Priya Nair",
        "typed_at": seen,
        "typed_by": "Priya Nair",
    }
    return RoundEntry(**{**told, **facts})  # type: ignore[arg-type]


def sighting(of: RoundEntry) -> Sighting:
    return Sighting(of.entry_id, of.seq, of.resident_id, of.seen_from, of.seen_to, of.how, of.typed_at)


def walk(
    now: datetime,
    told: Sequence[tuple[BoardLine, Sequence[Resolved]]],
    entries: Sequence[RoundEntry] = (),
    counts: dict[UUID, frozenset[How]] | None = None,
    since: datetime | None = None,
):  # type: ignore[no-untyped-def]
    return make_round(
        board(now, *(line for line, _ in told)),
        {line.id: slots for line, slots in told},
        counts or {},
        entries,
        tolerance=TOLERANCE,
        zone=LONDON,
        since=since,
    )


def test_in_an_open_window_everyone_who_is_in_is_asked_for_in_walking_order() -> None:
    women = [woman(number) for number in (3, 1, 2)]
    found = walk(at(23, 5), [(each, [curfew(each)]) for each in women])
    assert found.title == "Curfew round, 23:00"
    assert (found.span.start, found.span.end) == (at(23), at(23, 20))
    assert [line.board.who.name for line in found.lines_of(Need.NEEDED)] == ["Woman 3", "Woman 1", "Woman 2"]
    assert (found.done, found.total, found.finished, found.seen) == (0, 3, False, None)


def test_those_who_are_away_are_not_asked_for_and_not_counted() -> None:
    away = [
        woman(number, presence) for number, presence in enumerate(Presence) if presence is not Presence.IN
    ]
    here = woman(9)
    found = walk(at(23, 5), [*((each, [curfew(each)]) for each in away), (here, [curfew(here)])])
    assert {line.need for line in found.lines[:-1]} == {Need.AWAY}
    assert found.total == 1


def test_a_sighting_of_the_round_makes_her_done_and_one_from_before_does_not() -> None:
    one, other = woman(1), woman(2)
    seen, before = entry(one, at(23, 4)), entry(other, at(22, 50), seq=2)
    found = walk(
        at(23, 5),
        [
            (one, [curfew(one, Outcome.ON_TIME, sighting(seen))]),
            (other, [curfew(other)]),
        ],
        [seen, before],
    )
    first, second = found.lines
    assert (first.need, first.met) == (Need.DONE, seen)
    assert (second.need, second.met) == (Need.NEEDED, None)
    assert (found.seen.start, found.seen.end) == (at(23, 4), at(23, 4))


def test_the_round_of_a_window_that_is_over_lasts_while_a_woman_who_is_in_is_unseen() -> None:
    one, other = woman(1), woman(2, Presence.OUT)
    late = timedelta(minutes=50)
    found = walk(
        at(0, 10, 23), [(one, [curfew(one, overdue_by=late)]), (other, [curfew(other, overdue_by=late)])]
    )
    assert found.title == "Curfew round, 23:00"
    found = walk(at(0, 10, 23), [(other, [curfew(other, overdue_by=late)])])
    assert (found.title, found.span) == ("Checks due now", None)


def test_a_window_just_met_by_all_is_still_the_round_and_it_is_finished() -> None:
    one = woman(1)
    seen = entry(one, at(23, 11))
    found = walk(at(23, 12), [(one, [curfew(one, Outcome.ON_TIME, sighting(seen))])], [seen])
    assert found.finished
    assert found.title == "Curfew round, 23:00"


def test_her_own_curfew_and_check_are_asked_for_beside_the_house() -> None:
    house, own, check = woman(1), woman(2), woman(3)
    early = Resolved(slot(own, at(21), at(21, 20)), Outcome.DUE, overdue_by=timedelta(hours=2))
    welfare = Resolved(slot(check, at(22, 45), at(23, 15), Purpose.WELFARE, at(22, 15)), Outcome.DUE)
    found = walk(at(23, 5), [(house, [curfew(house)]), (own, [early]), (check, [welfare])])
    assert [line.need for line in found.lines] == [Need.NEEDED] * 3
    assert found.title == "Curfew round, 23:00"


def test_a_check_that_falls_due_before_the_round_would_end_is_asked_for_with_it() -> None:
    house, soon, later = woman(1), woman(2), woman(3)
    within = Resolved(slot(soon, at(23, 10), at(23, 20), Purpose.WELFARE, at(22, 50)), Outcome.DUE)
    after = Resolved(slot(later, at(23, 30), at(23, 59), Purpose.WELFARE, at(23)), Outcome.DUE)
    found = walk(at(23, 5), [(house, [curfew(house)]), (soon, [within]), (later, [after])])
    assert [line.need for line in found.lines] == [Need.NEEDED, Need.NEEDED, Need.NOT_ASKED]
    assert found.coming is not None
    assert (found.coming[0].id, found.coming[2]) == (later.id, at(23, 30))


def test_an_interval_without_a_shortest_time_asks_from_its_half() -> None:
    one = woman(1)
    hourly = Resolved(slot(one, at(22), at(23), Purpose.WELFARE, at(22)), Outcome.DUE)
    assert asks_from(hourly) == at(22, 30)
    assert not asks_now(hourly, at(22, 29))
    assert asks_now(hourly, at(22, 30))
    wide = Resolved(slot(one, at(22, 45), at(23), Purpose.WELFARE, at(22)), Outcome.DUE)
    assert asks_from(wide) == at(22, 45)


def test_a_free_round_keeps_as_done_who_was_seen_since_it_began() -> None:
    one, two = woman(1), woman(2)
    check = Resolved(slot(one, at(1, 30), at(2), Purpose.WELFARE, at(1)), Outcome.DUE)
    seen = entry(two, at(1, 42))
    met = Resolved(slot(two, at(1, 30), at(2), Purpose.WELFARE, at(1)), Outcome.ON_TIME, seen=sighting(seen))
    told = [(one, [check]), (two, [met])]
    found = walk(at(1, 45), told, [seen], since=at(1, 40))
    assert [line.need for line in found.lines] == [Need.NEEDED, Need.DONE]
    assert (found.done, found.total) == (1, 2)
    found = walk(at(1, 45), told, [seen], since=at(1, 43))
    assert [line.need for line in found.lines] == [Need.NEEDED, Need.NOT_ASKED]


def test_a_look_that_does_not_count_is_kept_and_she_is_still_asked_for() -> None:
    one = woman(1)
    look = entry(one, at(23, 4), How.DOOR_ONLY)
    line = walk(at(23, 5), [(one, [curfew(one)])], [look]).lines[0]
    assert (line.need, line.tried) == (Need.NEEDED, look)


def test_a_struck_entry_is_shown_and_she_is_asked_for_again() -> None:
    one = woman(1)
    seen = entry(one, at(23, 4))
    strike = entry(one, at(23, 4), seq=2, amends=seen.entry_id, struck=True)
    line = walk(at(23, 5), [(one, [curfew(one)])], [seen, strike]).lines[0]
    assert (line.need, line.struck, line.tried) == (Need.NEEDED, (seen,), None)


def test_an_amended_entry_is_said_as_it_stands() -> None:
    one = woman(1)
    seen = entry(one, at(23, 30))
    why = entry(one, at(23, 30), seq=2, amends=seen.entry_id, late_reason="fire alarm")
    late = curfew(one, Outcome.LATE, sighting(seen), late_minutes=10)
    asked = walk(at(23, 31), [(one, [late])], [seen], since=at(23, 29)).lines[0]
    said = walk(at(23, 31), [(one, [late])], [seen, why], since=at(23, 29)).lines[0]
    assert (asked.late_minutes, asked.reason_asked) == (10, True)
    assert (said.late_minutes, said.reason_asked) == (10, False)
    assert said.met is not None
    assert said.met.entry_id == why.entry_id


def test_excused_is_said_with_its_reason() -> None:
    one = woman(1)
    line = walk(at(23, 5), [(one, [curfew(one, Outcome.EXCUSED, reason="with her mother")])]).lines[0]
    assert (line.need, line.reason) == (Need.EXCUSED, "with her mother")


def test_what_settles_her_is_what_counts_for_everything_that_is_asked() -> None:
    one = woman(1)
    close = Resolved(slot(one, at(22, 50), at(23, 5), Purpose.CLOSE, at(22, 50)), Outcome.DUE)
    line = walk(at(23, 5), [(one, [curfew(one), close])], counts={close.slot.rule_id: CLOSE_COUNTS}).lines[0]
    assert line.counts == CLOSE_COUNTS
    assert [it.slot.purpose for it in line.asked] == [Purpose.CLOSE, Purpose.CURFEW]


def test_late_from_the_instant_at_which_the_tolerance_is_over() -> None:
    asked = [curfew(woman(1))]
    assert late_by(asked, at(23, 25) - timedelta(seconds=1), TOLERANCE) is None
    assert late_by(asked, at(23, 25), TOLERANCE) == timedelta(minutes=5)


def test_a_sighting_before_the_window_meets_nothing() -> None:
    one = woman(1)
    assert not meets([curfew(one)], at(22, 59))
    assert meets([curfew(one)], at(23))
    check = Resolved(slot(one, at(22, 45), at(23, 15), Purpose.WELFARE, at(22, 15)), Outcome.DUE)
    assert meets([check], at(22, 20))
    assert not meets([check], at(22, 15))


def test_seconds_are_said_only_when_they_are_known() -> None:
    one = woman(1)
    moment = at(23, 2) + timedelta(seconds=11)
    assert seen_said(entry(one, moment), LONDON) == "23:02:11"
    assert seen_said(entry(one, moment, typed_at=at(23, 9)), LONDON) == "23:02"
    assert seen_said(entry(one, moment, source=Source.RADIO), LONDON) == "23:02"
    assert (
        seen_said(entry(one, at(23, 2), precision=Precision.ABOUT, source=Source.PAPER), LONDON)
        == "about 23:02"
    )
    between = entry(one, at(23), seen_to=at(23, 10), precision=Precision.BETWEEN, source=Source.PAPER)
    assert seen_said(between, LONDON) == "23:00–23:10"


def test_the_repeated_hour_is_said_with_its_zone() -> None:
    one = woman(1)
    first = datetime(2026, 10, 25, 0, 30, 5, tzinfo=UTC)
    assert seen_said(entry(one, first), LONDON) == "01:30:05 BST"
    assert seen_said(entry(one, first + timedelta(hours=1)), LONDON) == "01:30:05 GMT"


def test_what_was_typed_for_a_colleague_is_counted_by_source() -> None:
    women = [woman(number) for number in range(3)]
    entries = [
        entry(each, at(23, 4), seq=number, seen_by="Dawn Ellery", source=Source.RADIO)
        for number, each in enumerate(women[:2])
    ] + [entry(women[2], at(23, 4), seq=3)]
    told = [
        (each, [curfew(each, Outcome.ON_TIME, sighting(met))])
        for each, met in zip(women, entries, strict=True)
    ]
    found = walk(at(23, 5), told, entries)
    assert found.typed_for == {("Dawn Ellery", Source.RADIO): 2}


def test_the_curfew_of_the_spring_night_is_the_house_window_in_local_time() -> None:
    one = woman(1)
    opens = datetime(2027, 3, 27, 23, tzinfo=UTC)
    due = Resolved(slot(one, opens, opens + timedelta(minutes=20)), Outcome.DUE)
    assert walk(opens, [(one, [due])]).title == "Curfew round, 23:00"
    assert time(23) == opens.astimezone(LONDON).time()
