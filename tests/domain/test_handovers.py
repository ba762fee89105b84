"""What a sheet counts and says, by the pure rules alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.board import Board, BoardLine, LastSeen
from app.domain.handovers import CheckCounts, Event, Expected, OpenAction, Person, Sheet, Written
from app.domain.house import House
from app.domain.nights import shift_span
from app.domain.presence import Presence
from app.domain.residents import Resident, ResidentRef, RoomRef
from app.domain.rooms import RoomState
from app.domain.sheet import Due, Material, make_sheet
from app.domain.sightings import How
from app.domain.slots import History, Outcome, due
from app.domain.time import DAY, Span
from tests.domain.lives import histories

LONDON = ZoneInfo("Europe/London")
HOUSE = House(UUID(int=1), 1, "Eden House", LONDON, True, "OFFICIAL – SENSITIVE")
START = datetime(2026, 11, 22, 19, tzinfo=UTC)
PERIOD = Span(START, START + timedelta(hours=12))
NOW = START + timedelta(hours=11, minutes=58)
SHE = UUID(int=7)
OAK = RoomRef(UUID(int=8), "11", "Oak", 1, 3)
REF = ResidentRef(SHE, "Leanne Carr", None, OAK)
HIDDEN = replace(REF, name="One woman, restricted", restricted=True, hidden=True)


def line(**changes: Any) -> BoardLine:
    plain = BoardLine(
        who=REF,
        presence=Presence.IN,
        presence_since=START - DAY,
        where=None,
        expected_back=None,
        last_seen=LastSeen(UUID(int=9), START + timedelta(hours=4), How.SPOKE, "Dawn", START, "Dawn"),
        dues=(),
        next_due=None,
        curfew=None,
        late_since=None,
        case_open=False,
        watch_day=None,
        alerts=None,
        agreement=None,
        rules=(),
        woken_tonight=0,
        name_alert=None,
    )
    return replace(plain, **changes)


def person(ref: ResidentRef = REF, **needs: str) -> Resident:
    return Resident(
        ref,
        1,
        None,
        None,
        None,
        None,
        needs.get("allergies"),
        needs.get("evacuation"),
        None,
        None,
        None,
        None,
    )


def board(*lines: BoardLine, empty: tuple[RoomState, ...] = (), now: datetime = NOW) -> Board:
    return Board(now, lines, empty, (), 0, "", "", 48506, bytes(32), None)


def made(the_board: Board, **changes: Any) -> Sheet:
    plain = Material(
        house=HOUSE,
        shift="night",
        to_shift="day",
        period=PERIOD,
        since=START,
        board=the_board,
        people={SHE: person()},
        dues=(),
        written=(),
        cases={},
        actions=(),
        expected=(),
        off=(Person("Priya"),),
        on=(),
        head="7f3a 91c0 22be",
        conceal=lambda text: text,
    )
    return make_sheet(replace(plain, **changes))


def written(kind: Event, what: str, words: str | None, **more: Any) -> Written:
    facts: dict[str, Any] = {"at": START + timedelta(hours=3), "typed_at": START + timedelta(hours=3)} | more
    return Written(kind, UUID(int=20), 20, SHE, by="Dawn Ellery", what=what, words=words, **facts)


@given(histories())
def test_outcomes_sum_to_slots_and_each_slot_is_in_exactly_one_shift(life: tuple[History, datetime]) -> None:
    history, base = life
    now = base + 3 * DAY
    whole = due(history, Span(base - DAY, base + 3 * DAY), now)
    shift, total, counted = shift_span(base - DAY, LONDON, SHIFTS), CheckCounts(), 0
    first = shift.start
    while shift.start < base + 3 * DAY and shift.end is not None:
        counts = CheckCounts.of(whole, shift)
        outcomes = counts.on_time + counts.late + counts.missed + counts.excused + counts.still_open
        assert counts.due == outcomes
        assert counts.on_time == counts.on_time_written_then + counts.on_time_entered_later
        counted += counts.due
        total = replace(total, late=total.late + counts.late, missed=total.missed + counts.missed)
        shift = shift_span(shift.end, LONDON, SHIFTS)
    inside = [slot for slot in whole if first <= slot.slot.closes < shift.start]
    assert counted == len(inside)
    assert total.late == sum(slot.outcome is Outcome.LATE for slot in inside)
    assert total.missed == sum(slot.outcome is Outcome.MISSED for slot in inside)


SHIFTS = [datetime(2026, 1, 1, hour, tzinfo=UTC).time() for hour in (7, 19)]


@given(histories(), st.integers(0, 2160))
def test_a_sheet_lists_each_late_and_missed_check_of_its_period(
    life: tuple[History, datetime], minute: int
) -> None:
    history, base = life
    now = base + timedelta(minutes=minute)
    period = shift_span(now, LONDON, SHIFTS)
    assert period.end is not None
    dues = tuple(Due(REF, slot, None) for slot in due(history, Span(period.start - DAY, period.end), now))
    sheet = made(board(line(), now=now), dues=dues, period=period, since=period.start)
    listed = [lapse.outcome for lapse in sheet.lapses]
    assert listed.count(Outcome.LATE) == sheet.checks.late
    assert listed.count(Outcome.MISSED) == sheet.checks.missed
    assert listed.count(Outcome.DUE) <= sheet.checks.still_open
    assert sheet.lines[0].attention == bool(sheet.lines[0].told)


def test_a_line_is_silent_where_nothing_was_written() -> None:
    quiet = made(board(line())).lines[0]
    assert (quiet.told, quiet.do, quiet.today, quiet.marks, quiet.next_due) == ((), (), (), (), "")
    assert not quiet.attention


def test_it_says_that_nobody_wrote_a_sighting() -> None:
    assert made(board(line(last_seen=None))).lines[0].last_seen == "no sighting written"


def test_a_time_of_another_day_is_written_with_its_day() -> None:
    shown = made(board(line(presence=Presence.LEAVE, presence_since=START - 2 * DAY))).lines[0]
    assert shown.presence == "on leave since Fri 20 Nov 19:00"


def test_the_repeated_hour_of_the_autumn_night_is_told_apart() -> None:
    start = datetime(2026, 10, 24, 18, tzinfo=UTC)
    first, second = (start.replace(day=25, hour=hour, minute=30) for hour in (0, 1))
    told = made(
        board(line(), now=start.replace(day=25, hour=6)),
        period=Span(start, start + timedelta(hours=13)),
        since=start,
        written=tuple(written(Event.MOVEMENT, "out", None, at=at, typed_at=at) for at in (second, first)),
    )
    assert told.lines[0].told == ("01:30 BST out", "01:30 GMT out")


def test_a_hidden_womans_concern_is_there_without_its_words() -> None:
    shown = made(board(line(who=HIDDEN)), written=(written(Event.CONCERN, "concern", None),))
    assert shown.lines[0].told == (
        "22:00 concern: in her own record: ask someone who is listed for her (Dawn Ellery)",
    )


def test_a_hidden_womans_marks_rules_and_reasons_stay_hers() -> None:
    hers = line(who=HIDDEN, rules=("because of her brother",), name_alert="Vera, 3 Mint", watch_day=3)
    shown = made(board(hers), people={SHE: person(HIDDEN, evacuation="vibrating pillow", allergies="nuts")})
    assert shown.lines[0].marks == ("day 3",)
    assert shown.lines[0].do == ("Evacuation: vibrating pillow", "Allergies: nuts")


def test_typed_words_go_through_the_concealer() -> None:
    action = OpenAction(UUID(int=3), "ring Vera", SHE, None, NOW, START, None, 0)
    shown = made(
        board(line()),
        written=(written(Event.NOTE, "", "Vera rang"),),
        actions=(action,),
        conceal=lambda text: text.replace("Vera", "[restricted]"),
    )
    assert "Vera" not in str(shown)
    assert shown.lines[0].told == ("22:00: [restricted] rang (Dawn Ellery)",)


def test_actions_soon_come_first_with_whose_they_are_and_those_without_a_time_last() -> None:
    def action(number: int, at: datetime | None, owner: str | None = None) -> OpenAction:
        return OpenAction(UUID(int=number), f"do {number}", None, owner, at, START, None, 0)

    soon, later = NOW + timedelta(hours=3), NOW + timedelta(hours=5)
    shown = made(
        board(line()), actions=(action(1, None), action(2, later), action(3, soon, "Sal"), action(4, NOW))
    )
    assert [it.what for it in shown.actions] == ["do 4", "do 3", "do 2", "do 1"]
    assert [(it.text, it.who) for it in shown.first] == [
        ("to do by 06:58: do 4", "Whoever takes over"),
        ("to do by 09:58: do 3", "Sal"),
    ]


def test_beds_are_free_or_out_of_service() -> None:
    empty = (RoomState(OAK, None), RoomState(OAK, "flood"), RoomState(OAK, None))
    counts = made(board(line(), line(presence=Presence.CUSTODY), empty=empty)).counts
    assert (counts.beds_free, counts.out_of_service) == (2, 1)
    assert (counts.in_house, counts.custody, counts.residents) == (1, 1, 2)


def test_who_is_expected_is_said_with_the_day() -> None:
    leaving = Expected(SHE, "Leanne Carr", False, NOW + timedelta(hours=4))
    shown = made(board(line()), expected=(leaving,))
    assert shown.expected == ("Leanne Carr leaves Mon 23 Nov 10:58",)
    assert shown.lines[0].today == ("leaves 10:58",)


def test_a_draft_has_no_number() -> None:
    shown = made(board(line()))
    assert shown.title == "Handover, not offered yet, night to day"
    assert replace(shown, number=413).title == "Handover 413, night to day"


def test_a_woman_who_is_not_in_at_her_curfew_comes_first_before_there_is_a_case() -> None:
    out = line(
        presence=Presence.OUT,
        presence_since=START,
        late_since=START + timedelta(hours=4),
        expected_back=START,
    )
    shown = made(board(out))
    assert [(it.text, it.who) for it in shown.first[1:] or shown.first] == [
        ("not in; her curfew began 23:00; no case open", "open her case, or write her return")
    ]
    assert shown.lines[0].today == ("was due back 19:00",)
