"""The board that remembers is the board that reads everything anew, whatever is written and however time passes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from app.domain.board import Board
from app.domain.regimes import Purpose
from app.domain.results import Done
from app.domain.sightings import How, Precision
from app.services.absences import OpenCase
from app.services.board import read_board
from app.services.checks import LogCheck
from app.services.corrections import Amend, Strike
from app.services.desk import Desk
from app.services.house import ChangeSetting
from app.services.movements import ComeIn, GoOnLeave, GoOut, GoToHospital
from app.services.notes import WriteNote
from app.services.regimes import EndRule, Excuse, StartRule
from app.services.residents import BreakGlass, Depart
from app.services.staff import ComeOnDuty, GoOffDuty
from app.store.memory import LONGEST_TAIL, Memory
from tests.support.houses import EVERY_ROLE, NAMES, House, small_house

USERS = ("hannah", "dawn")


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = small_house(tmp_path / "house", NAMES[:6], staff=EVERY_ROLE, told=[("Hope", {"restricted": True})])
    yield made
    made.desk.store.close()


def anew(desk: Desk) -> Board:
    """The board as somebody reads it who has just opened the house."""
    remembered, desk.store.memory = desk.store.memory, Memory()
    try:
        return read_board(desk)
    finally:
        desk.store.memory = remembered


def commands(house: House, chance: Random, entries: list[UUID], rules: list[UUID]) -> Any:
    """One thing that somebody may do; refusals are as good as any."""
    now, her, other = house.clock.now(), *chance.sample(sorted(house.women.values()), 2)
    ago = now - timedelta(minutes=chance.randrange(1, 50))
    makers: list[Callable[[], Any]] = [
        lambda: LogCheck(resident=her, how=chance.choice(list(How))),
        lambda: LogCheck(resident=her, how=How.SPOKE, seen_at=ago),
        lambda: LogCheck(
            resident=her, how=How.ROUSED, seen_at=ago, seen_until=now, precision=Precision.BETWEEN
        ),
        lambda: GoOut(resident=her, seen_at=ago),
        lambda: ComeIn(resident=her),
        lambda: GoToHospital(resident=her),
        lambda: GoOnLeave(resident=her),
        lambda: WriteNote(resident=her, text="Tea", hand_over=False),
        lambda: Excuse(resident=her, reason="asleep", ends=now + timedelta(hours=2)),
        lambda: StartRule(resident=her, purpose=Purpose.WELFARE, minimum=30, maximum=60),
        lambda: OpenCase(resident=her, due_back=ago),
        lambda: ChangeSetting(
            key="tolerance",
            value=chance.randrange(3, 9),
            starts=now + timedelta(minutes=chance.randrange(60)),
        ),
        lambda: BreakGlass(resident=house.women["Hope"], reason="asked for her"),
        ComeOnDuty,
        GoOffDuty,
        lambda: Depart(resident=her) if chance.random() < 0.1 else LogCheck(resident=her, how=How.SPOKE),
    ]
    if rules:
        makers.append(lambda: EndRule(rule=chance.choice(rules)))
    if entries:
        entry = chance.choice(entries)
        makers += [
            lambda: Strike(entry=entry, reason="not her"),
            lambda: Amend(entry=entry, reason="it was the other", resident=other),
            lambda: Amend(entry=entry, reason="earlier", seen_at=ago),
        ] * 2
    return chance.choice(makers)()


@pytest.mark.parametrize("seed", range(2))
def test_what_is_remembered_is_what_is_there(house: House, seed: int) -> None:
    chance = Random(seed)
    desks = {user: house.as_user(user) for user in USERS}
    entries: list[UUID] = []
    rules: list[UUID] = []
    done = 0
    for _ in range(50):
        house.clock.advance(timedelta(minutes=chance.choice([0, 0, 1, 3, 20, 90])))
        command = commands(house, chance, entries, rules)
        answer = desks[chance.choice(USERS)].do(command)
        done += isinstance(answer, Done)
        if isinstance(answer, Done) and isinstance(command, StartRule):
            rules.append(answer.view.id)
        if isinstance(answer, Done) and (entry := getattr(answer.view, "entry", None)):
            entries.append(entry)
        for desk in desks.values():
            assert read_board(desk) == anew(desk)
    assert done > 20


def statements(desk: Desk) -> int:
    """How many statements one reading of the board takes."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        asked.append(sql)

    event.listen(desk.store.engine, "before_cursor_execute", note)
    try:
        read_board(desk)
    finally:
        event.remove(desk.store.engine, "before_cursor_execute", note)
    return len([sql for sql in asked if sql.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_a_board_on_which_nothing_was_written_is_read_with_one_look_at_the_spine(house: House) -> None:
    read_board(house.desk)
    house.clock.advance(timedelta(minutes=1))
    assert statements(house.desk) == 1


def test_after_a_check_only_she_is_read_again(house: House) -> None:
    read_board(house.desk)
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    one = statements(house.desk)
    house.do(LogCheck(resident=house.women["Mary Ellis"], how=How.SPOKE))
    assert statements(house.desk) == one
    house.desk.store.memory = Memory()
    assert one < statements(house.desk) / 1.5


def test_another_window_is_seen_at_once(house: House, tmp_path: Path) -> None:
    her = house.women["Anne Doyle"]
    before = read_board(house.desk)
    other = house.as_user("dawn")
    assert isinstance(other.do(GoOut(resident=her)), Done)
    after = read_board(house.desk)
    assert before.line(her) != after.line(her)
    assert after == anew(house.desk)


def test_a_long_tail_is_not_looked_through(house: House) -> None:
    her = house.women["Anne Doyle"]
    read_board(house.desk)
    for _ in range(LONGEST_TAIL + 1):
        house.do(WriteNote(resident=her, text="Tea", hand_over=False))
    assert read_board(house.desk) == anew(house.desk)


def test_while_the_clock_is_behind_the_record_nothing_is_remembered(house: House) -> None:
    her = house.women["Anne Doyle"]
    house.do(LogCheck(resident=her, how=How.SPOKE))
    read_board(house.desk)
    house.clock.advance(timedelta(hours=-1))
    assert read_board(house.desk) == anew(house.desk)
    house.clock.advance(timedelta(hours=1))
    assert read_board(house.desk) == anew(house.desk)
