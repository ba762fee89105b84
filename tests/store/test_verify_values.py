"""With the key in hand: change one value of any column of any table, and `verify` names that very row.

Every column has a row of its own in which it alone is changed, so one run of `verify` answers for all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column, LargeBinary, Table, insert, select, text

from app.store.audit import digest
from app.store.store import Store
from app.store.tables import metadata
from app.store.tables.audit import audit
from app.store.tables.base import ENTRY, RECORD, VERSION
from app.store.types import Id
from app.store.verify import Breach, Verdict, breaches, verify
from tests.support.attacks import change, other, unguarded
from tests.support.stores import ENGINES, Place, copy_house, fill, rows_of, sample

TABLES = [table.name for table in metadata.sorted_tables]
#: Rows for each column of a table: one with another value and one with none, twice over.
EACH = 4


class Attack(NamedTuple):
    """One value that was changed, and where `verify` must say so."""

    column: str
    value: Any
    seq: int
    row: str

    def found_by(self, breach: Breach) -> bool:
        return breach.row == self.row if self.seq == 0 else breach.seq == self.seq


@dataclass
class Attacked:
    """A store after the attacks, with what `verify` said before and after."""

    before: Verdict
    after: Verdict
    attacks: dict[str, list[Attack]]

    def unseen(self, table: str) -> list[Attack]:
        reported = metadata.tables[table].info.get("of", table)
        found = [breach for breach in self.after.breaches if breach.table == reported]
        return [a for a in self.attacks[table] if not any(a.found_by(breach) for breach in found)]


@pytest.fixture(scope="module", params=ENGINES)
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("many")
    if request.param == "sqlite":
        store = Place(copy_house(request.getfixturevalue("empty_house"), folder)).open()
    else:
        store = Place(folder, request.getfixturevalue("server").database()).open()
    fill(store, EACH)
    yield store
    store.close()


def lines(store: Store) -> dict[tuple[str, bytes, int], int]:
    """The spine's sequence number of each version of each row."""
    with store.read() as connection:
        found = connection.execute(select(audit.c.table, audit.c.row, audit.c.version, audit.c.seq)).all()
    return {(table, row.bytes, version): seq for table, row, version, seq in found}


def place_of(table: Table, row: dict[str, Any], spine: dict[tuple[str, bytes, int], int]) -> tuple[int, str]:
    if "seq" in row:
        return row["seq"], ""
    if "version" not in row:
        return 0, row["id"].hex
    return spine[table.info.get("of", table.name), row["id"].bytes, row["version"]], ""


def wrongs(table: Table, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """For each column a row in which to put another value; and one in which to put none, where there may be none."""
    left = list(rows)
    for column in table.c:
        name = column.name
        row = left.pop()
        yield name, sample(column.type, 5000) if row[name] is None else other(row[name]), row
        if column.nullable:
            row = next(row for row in left if row[name] is not None)
            left.remove(row)
            yield name, None, row


def attack(store: Store, table: Table, rows: list[dict[str, Any]]) -> list[Attack]:
    """Change one column in each row, never two columns in one."""
    spine, made = lines(store), []
    with unguarded(store, table.name) as connection:
        for column, value, row in wrongs(table, rows):
            change(connection, table, row, {column: value})
            seq, id_ = place_of(table, row, spine)
            made.append(Attack(column, value, seq, value.hex if column == "id" else id_))
    return made


@pytest.fixture(scope="module")
def attacked(many: Store) -> Attacked:
    before = verify(many)
    made = {}
    for table in metadata.sorted_tables:
        if table is not audit:
            with many.read() as connection:
                rows = sorted(rows_of(connection, table), key=lambda row: row["id"])
            # Never a record and its own earlier version: one of the two would answer for the other.
            alone = [row for row in rows if table.info["kind"] != RECORD or row["version"] == 1]
            made[table.name] = attack(many, table, alone)
    return Attacked(before, verify(many), made)


def test_a_record_as_it_was_written_holds(attacked: Attacked) -> None:
    assert attacked.before.breaches == ()
    assert attacked.before.entries > 1000
    assert attacked.before.first_broken is None


@pytest.mark.parametrize("name", [name for name in TABLES if name != "audit"])
def test_one_changed_value_shows_at_its_row(attacked: Attacked, name: str) -> None:
    assert {a.column for a in attacked.attacks[name]} == set(metadata.tables[name].c.keys())
    assert attacked.unseen(name) == []


def test_one_changed_value_of_the_spine_shows_at_its_line(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        rows = rows_of(connection, audit)
    made = []
    with unguarded(store, audit.name) as connection:
        spaced = rows[3::3]  # a changed hash or number shows at the next line as well
        for column, value, row in wrongs(audit, spaced):
            change(connection, audit, row, {column: value})
            made.append((column, value, row["seq"]))
    found = {breach.seq for breach in verify(store).breaches if breach.table == audit.name}
    assert [attack for attack in made if not found & {attack[2], attack[2] + 1}] == []
    assert {name for name, _, _ in made} == set(audit.c.keys())


def test_a_row_put_in_past_the_program_shows(store: Store) -> None:
    """Whole and well-made rows, their digests right: only the spine has never heard of them."""
    fill(store)
    put_in = []
    with unguarded(store) as connection:
        for table in metadata.sorted_tables:
            if table.info["kind"] in {ENTRY, RECORD, VERSION}:
                row = rows_of(connection, table)[0]
                fresh = (
                    row | {"id": sample(Id(), 7000)} | ({"seq": 9000 + len(put_in)} if "seq" in row else {})
                )
                fresh |= {c.name: sample(c.type, 7001) for c in unique_beside(table)}
                name = table.info.get("of", table.name)
                fresh["digest"] = digest(name, fresh["salt"], fresh)
                connection.execute(insert(table).values(**fresh))
                put_in.append(name)
    said = "stands in the file that was never written by Daybook"
    found = [breach.table for breach in verify(store).breaches if said in breach.what]
    assert sorted(found) == sorted(put_in)


def unique_beside(table: Table) -> list[Column[Any]]:
    """Columns beside the keys that no two rows may share."""
    return [index.columns[0] for index in table.indexes if index.unique]


def test_bytes_made_into_text_show(filled: Store) -> None:
    """SQLite keeps any type in any column: a resident's id as the text of its hex would hide the row from every query
    and leave a careless digest as it was."""
    left = {
        table: [column.name for column in table.c if isinstance(column.type, Id | LargeBinary)]
        for table in metadata.sorted_tables
    }
    spine = [{audit: name} for name in left.pop(audit)]
    most = max(len(names) for names in left.values())
    rounds = [{table: names[n] for table, names in left.items() if n < len(names)} for n in range(most)]
    for wrong in (*spine, *rounds):
        with unguarded(filled) as connection, connection.begin_nested() as only_this:
            for table, name in wrong.items():
                sql = f'UPDATE "{table.name}" SET "{name}" = lower(hex("{name}")) WHERE "{name}" NOT NULL'
                assert connection.execute(text(sql)).rowcount
            where = {
                breach.table for breach in breaches(filled, connection) if "protection" not in breach.what
            }
            only_this.rollback()
        assert where >= {table.info.get("of", table.name) for table in wrong}, wrong
    assert verify(filled).ok, "the control"
