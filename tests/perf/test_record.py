"""What the record costs: a check, the board, search."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select, text

from app.domain.sightings import How
from app.services.board import read_board
from app.services.checks import LogCheck
from app.services.find import find
from app.store.memory import Memory
from app.store.tables.residents import resident
from tests.perf.conftest import SIDES
from tests.perf.ten_years import WORDS, house_of
from tests.support.houses import House

Against = Callable[..., None]
both = pytest.mark.parametrize("side", SIDES)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_of(tmp_path / "house")
    made.clock.advance(timedelta(hours=1))
    yield made
    made.desk.store.close()


def seen(house: House) -> Callable[[], Any]:
    """Writes a check of one woman after another."""
    women = cycle(house.women.values())

    def see() -> Any:
        house.clock.advance(timedelta(seconds=1))
        return house.do(LogCheck(resident=next(women), how=How.SPOKE))

    return see


@both
@pytest.mark.benchmark(group="log one check, durable and encrypted")
def test_log_one_check(against: Against, side: str, house: House, tmp_path: Path) -> None:
    with closing(sqlcipher.connect(str(tmp_path / "bare.db"), isolation_level=None)) as bare:
        for pragma in (f"key = \"x'{'7a' * 32}'\"", "journal_mode = WAL", "synchronous = FULL"):
            bare.execute(f"PRAGMA {pragma}")
        columns = ", ".join(f"c{number} BLOB" for number in range(12))
        bare.execute(f"CREATE TABLE bare (seq INTEGER PRIMARY KEY, {columns})")
        numbers = count()
        values = tuple(bytes(16) for _ in range(12))

        def insert() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(f"INSERT INTO bare VALUES (?{', ?' * 12})", (next(numbers), *values))
            bare.execute("COMMIT")

        against(4, side, baseline=insert, daybook=seen(house), rounds=300)


def bare_rows(house: House) -> Callable[[], Any]:
    """Reads the rows of the women who live here, and does nothing with them."""
    wanted = select(resident).where(resident.c.id.in_(list(house.women.values())))

    def read() -> Any:
        with house.desk.read() as connection:
            return connection.execute(wanted).all()

    return read


@both
@pytest.mark.benchmark(group="the board for 26, after a check was logged")
def test_board_after_a_check(against: Against, side: str, house: House) -> None:
    read_board(house.desk)
    see = seen(house)

    def before() -> None:
        see()

    against(
        10, side, baseline=bare_rows(house), daybook=lambda: read_board(house.desk), setup=before, rounds=80
    )


@both
@pytest.mark.benchmark(group="the board for 26, when only time has passed")
def test_board_again(against: Against, side: str, house: House) -> None:
    read_board(house.desk)
    against(10, side, baseline=bare_rows(house), daybook=lambda: read_board(house.desk), rounds=80)


def forgetting(house: House) -> Callable[[], None]:
    def forget() -> None:
        house.desk.store.memory = Memory()

    return forget


@both
@pytest.mark.benchmark(group="the board for 26 with ten years behind it, after a check")
def test_board_of_ten_years(against: Against, side: str, house: House, old_house: House) -> None:
    chosen = old_house if side == "daybook" else house
    read_board(chosen.desk)
    see = seen(chosen)
    read = {side: lambda: read_board(chosen.desk)}
    if side == "baseline":
        see()
    against(1.2, side, setup=lambda: see() and None, rounds=80, **read)


@both
@pytest.mark.benchmark(group="the board for 26 with ten years behind it, read anew")
def test_board_of_ten_years_anew(against: Against, side: str, house: House, old_house: House) -> None:
    chosen = old_house if side == "daybook" else house

    def anew() -> Any:
        forgetting(chosen)()
        return read_board(chosen.desk)

    against(1.2, side, rounds=30, **{side: anew})


@both
@pytest.mark.parametrize("words", [WORDS[0], f"{WORDS[0]} {WORDS[1]}", "solic"], ids=["word", "two", "start"])
def test_search(against: Against, benchmark: Any, side: str, words: str, old_house: House) -> None:
    benchmark.group = f"search ten years for “{words}”, newest first"
    phrase = " ".join(f'"{word}"' for word in words.split()) + "*"
    bare = text("SELECT rowid FROM search WHERE search MATCH :phrase ORDER BY rowid DESC LIMIT 20")

    def match() -> Any:
        with old_house.desk.read() as connection:
            return connection.execute(bare, {"phrase": phrase}).all()

    against(3, side, baseline=match, daybook=lambda: find(old_house.desk, words, 20), rounds=30)


def test_what_ten_years_take(decade: Any, figure: Callable[..., None]) -> None:
    figure(f"the store with {decade.entries:,} entries", decade.size / 2**20, 1024, "MB")
