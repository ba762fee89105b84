"""The board and what is due: the same answer whenever it is asked, in few reads, however long the stay."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.results import Done
from app.domain.sightings import How, Source
from app.services.absences import CaseStep, CloseCase, OpenCase, StepKind
from app.services.board import read_board, read_dues
from app.services.checks import Amend, LogCheck, Strike
from app.services.house import ChangeSetting
from app.services.movements import ComeIn, GoOut
from app.services.regimes import EndRule, Excuse, ReplaceRule, StartRule
from app.services.residents import ChangeResident, Depart
from app.services.rooms import CloseRoom, MakeRoom, MoveRoom
from app.services.staff import ComeOnDuty, GoOffDuty
from app.store.tables.checks import check
from tests.support.houses import NAMES, House, small_house

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def reads(house: House, ask: Callable[[], Any]) -> int:
    """How many statements an answer takes."""
    asked = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    event.listen(house.desk.store.engine, "before_cursor_execute", note)
    ask()
    event.remove(house.desk.store.engine, "before_cursor_execute", note)
    return len([sql for sql in asked if not sql.startswith("BEGIN")])


def test_the_board_of_a_full_house_takes_few_reads_and_no_more_after_a_year(tmp_path: Path) -> None:
    house = small_house(tmp_path / "house", NAMES[:22], spare_rooms=4)
    first = reads(house, lambda: read_board(house.desk))
    with house.desk.store.write(house.desk.actor, house.clock, "check") as work:
        for hour in range(9 * 24):
            for her in house.women.values():
                seen = house.clock.now() - 9 * DAY + hour * HOUR
                work.enter(
                    check,
                    resident_id=her,
                    how="spoke",
                    occasion="round",
                    concern=False,
                    seen_at=seen,
                    typed_at=seen,
                )
    assert reads(house, lambda: read_board(house.desk)) <= first <= 34
    house.desk.store.close()


# As it was known


def night(house: House, dice: random.Random) -> Any:
    """One act of a night, of any kind, about anyone."""
    her = house.women[dice.choice([*house.women])]
    now = house.clock.now()
    back = now - dice.choice([0, 0, 3, 20, 200]) * MINUTE
    line = read_board(house.desk).line(her)
    mine = list(house.women.values())
    match dice.randint(0, 12):
        case 0 | 1 | 2:
            how = dice.choice([How.SPOKE, How.ASLEEP_BREATHING, How.DOOR_ONLY])
            return LogCheck(resident=her, how=how, seen_at=back, source=Source.PAPER)
        case 3 | 4:
            out = line is not None and line.presence is Presence.IN
            return GoOut(resident=her, seen_at=back) if out else ComeIn(resident=her, seen_at=back)
        case 5:
            return StartRule(resident=her, purpose=Purpose.WELFARE, minimum=15, maximum=dice.choice([30, 60]))
        case 6:
            return Excuse(resident=her, reason="x", starts=back, ends=now + HOUR)
        case 7:
            return ChangeSetting(key="curfew_sighting_to", value=dice.choice(["23:20", "23:40", "23:55"]))
        case 8:
            return OpenCase(resident=her, due_back=now - HOUR)
        case 9:
            return CloseCase(resident=her, outcome="back", reason="rang")
        case 10:
            return MoveRoom(resident=her, room=dice.choice(house.rooms))
        case 11:
            return ChangeResident(resident=dice.choice(mine), alerts=f"alert {dice.random()}")
        case _:
            return dice.choice([ComeOnDuty, GoOffDuty])(staff=house.staff("kim"))


@pytest.mark.parametrize("seed", range(2))
def test_what_was_known_is_the_same_whenever_it_is_asked(house: House, seed: int) -> None:
    """SLOTS.md, what must always hold, 5: over a night of acts of every kind, corrections among them."""
    dice = random.Random(seed)
    house.desk = house.as_user("hannah")
    asked: dict[datetime, tuple[Any, Any]] = {}
    written: list[Any] = []
    rules: list[Any] = []
    window = house.at(18), house.at(12, day=23)
    for _ in range(40):
        house.clock.advance(dice.choice([1, 5, 11]) * MINUTE)
        lot = dice.random()
        if written and lot < 0.1:
            command: Any = Strike(entry=dice.choice(written), reason="slip")
        elif written and lot < 0.2:
            other = house.women[dice.choice([*house.women])]
            command = Amend(entry=dice.choice(written), reason="slip", resident=other)
        elif rules and lot < 0.25:
            command = EndRule(rule=dice.choice(rules))
        else:
            command = night(house, dice)
        answer = house.desk.do(command)
        if isinstance(answer, Done) and isinstance(command, LogCheck | GoOut | ComeIn):
            written.append(answer.view.entry)
        if isinstance(answer, Done) and isinstance(command, StartRule):
            rules.append(answer.view.id)
        house.clock.advance(MINUTE)
        if dice.random() < 0.2:
            now = house.clock.now()
            asked[now] = told(house, now), read_dues(house.desk, *window, known_at=now)
    assert len(asked) > 4
    for known_at, (board, dues) in asked.items():
        assert told(house, known_at) == board
        assert read_dues(house.desk, *window, known_at=known_at) == dues


def told(house: House, known_at: datetime) -> Any:
    board = read_board(house.desk, known_at=known_at)
    # The head is of the record now, and says so.
    return board.lines, board.empty_rooms, board.staff_in, board.least_staff, board.on_call, board.grace


def test_the_board_now_is_the_board_as_known_now(house: House) -> None:
    house.do(GoOut(resident=house.women["Mary Ellis"]))
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    assert read_board(house.desk) == read_board(house.desk, known_at=house.clock.now())
    assert read_board(house.desk, known_at=house.clock.now() + DAY).at == house.clock.now()


def test_cases_rooms_settings_and_staff_are_as_they_were_known(house: House) -> None:
    house.desk = house.as_user("hannah")
    her = house.women["Mary Ellis"]
    house.do(GoOut(resident=her, seen_at=house.at(20)))
    house.do(OpenCase(resident=her, due_back=house.at(23)))
    then = house.clock.now()
    house.clock.advance(HOUR)
    house.do(CaseStep(resident=her, kind=StepKind.CALLED_HER))
    house.do(CloseCase(resident=her, outcome="back", reason="rang"))
    house.do(ComeIn(resident=her, seen_at=then + MINUTE))
    house.do(MoveRoom(resident=her, room=house.rooms[6]))
    house.do(CloseRoom(room=house.rooms[5], reason="leak", starts=then - DAY))
    house.do(MakeRoom(number="99", name="Yew", floor=2, position=99))
    house.do(ChangeSetting(key="grace", value=5))
    house.do(GoOffDuty(staff=house.staff("dawn"), seen_at=then - MINUTE))
    before, after = read_board(house.desk, known_at=then), read_board(house.desk)
    line, now = before.line(her), after.line(her)
    assert line is not None
    assert now is not None
    assert (line.presence, line.case_open, line.who.room.number) == (Presence.ABSENT, True, "2")
    assert (now.presence, now.case_open, now.who.room.number) == (Presence.IN, False, "7")
    assert [one.out_of_service for one in before.empty_rooms] == [None, None]
    assert [one.out_of_service for one in after.empty_rooms] == [None, "leak", None]
    assert (before.grace, after.grace) == (30 * MINUTE, 5 * MINUTE)
    assert {one.user for one in before.staff_in} == {"priya", "dawn"}
    assert {one.user for one in after.staff_in} == {"priya"}
    assert read_board(house.desk, at=then).line(her).case_open


def test_before_the_house_there_was_nothing(house: House) -> None:
    board = read_board(house.desk, known_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (board.lines, board.empty_rooms, board.staff_in) == ((), (), ())
    assert read_dues(house.desk, house.at(20), house.at(23), known_at=datetime(2026, 1, 1, tzinfo=UTC)) == ()


def test_who_left_owes_nothing_more_and_is_still_on_what_was_due(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.clock.advance(30 * MINUTE)
    house.do(Depart(resident=her))
    house.clock.advance(10 * HOUR)
    assert read_board(house.desk).line(her) is None
    hers = [
        one.resolved for one in read_dues(house.desk, house.at(20), house.clock.now()) if one.who.id == her
    ]
    assert [one.slot.title for one in hers] == ["curfew"]


def test_two_alike_are_told_apart(house: House) -> None:
    board = read_board(house.desk)
    assert board.line(house.women["Anne Doyle"]).name_alert == "Anne Doyles, 3 Mint"
    assert board.line(house.women["Mary Ellis"]).name_alert is None


# The nights on which the clocks change


@pytest.mark.parametrize(
    ("now", "hours"),
    [(datetime(2026, 10, 24, 21, tzinfo=UTC), 8), (datetime(2027, 3, 27, 22, tzinfo=UTC), 6)],
)
def test_the_curfew_is_as_long_as_the_night_is(tmp_path: Path, now: datetime, hours: int) -> None:
    house = small_house(tmp_path / "house", ["Hope"], now=now)
    her = house.women["Hope"]
    rule = StartRule(resident=her, purpose=Purpose.WELFARE, minimum=30, maximum=60)
    house.do(rule)
    line = read_board(house.desk).line(her)
    assert line is not None
    assert line.curfew is not None
    assert line.curfew.end is not None
    assert line.curfew.end - line.curfew.start == hours * HOUR
    for _ in range(hours):
        house.clock.advance(HOUR)
        house.do(LogCheck(resident=her, how=How.SPOKE))
    slots = [one.resolved for one in read_dues(house.desk, now, house.clock.now()) if "60" in one.rule]
    assert [one.late_minutes for one in slots if one.seen] == [None] * hours
    assert {one.gap for one in slots if one.seen and one.gap} == {HOUR, HOUR + 10 * DAY}
    house.desk.store.close()


def test_replacing_needs_the_rule(house: House) -> None:
    gone = ReplaceRule(resident=house.women["Hope"], rule=house.rooms[0], purpose=Purpose.WELFARE, maximum=5)
    assert house.refused("priya", gone).fields == ("rule",)
