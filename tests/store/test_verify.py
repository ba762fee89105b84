"""Rows taken out, put back, swapped or made anew past the program; and the heads outside that catch a careful forger."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select

from app.store.audit import digest
from app.store.engine import is_sqlite
from app.store.errors import Damaged
from app.store.heads import Heads
from app.store.store import HEADS_FILE, Store
from app.store.tables import metadata
from app.store.tables.audit import audit
from app.store.tables.checks import check
from app.store.tables.notes import note
from app.store.tables.residents import resident
from app.store.tables.rooms import room
from app.store.verify import missing_tail, verify
from tests.support.attacks import change, rechain, unguarded
from tests.support.stores import KEY, KIM, Place, clock, enter_check, fill, log_check, log_note, rows_of


def seq_of(store: Store, table: Table, row: dict[str, Any]) -> int:
    """The spine's line that speaks of this row."""
    if "seq" in row:
        return int(row["seq"])
    name = table.info.get("of", table.name)
    wanted = (audit.c.row == row["id"], audit.c.version == row["version"], audit.c.table == name)
    with store.read() as connection:
        return int(connection.execute(select(audit.c.seq).where(*wanted)).scalar_one())


def test_what_no_column_can_hold_shows_and_stops_nothing(filled: Store) -> None:
    for sql in (
        "UPDATE note SET text = CAST(x'ff00fe' AS TEXT)",
        "UPDATE check_entry SET seen_at = 'yesterday'",
        "UPDATE room SET version = 'two'",
        "UPDATE audit SET hash = 'none'",
        "UPDATE resident SET digest = 7",
    ):
        with unguarded(filled) as connection:
            connection.exec_driver_sql(sql)
    found = {breach.table for breach in verify(filled).breaches}
    assert {"note", "check_entry", "room", "audit", "resident"} <= found


@pytest.mark.parametrize("table", ["check_entry", "room", "resident_version", "audit"])
def test_a_row_taken_from_the_middle_shows(store: Store, table: str) -> None:
    fill(store)
    lost = metadata.tables[table]
    with store.read() as connection:
        row = rows_of(connection, lost)[0]
    seq = seq_of(store, lost, row)
    with unguarded(store) as connection:
        key = lost.c.seq == row["seq"] if "seq" in row else lost.c.id == row["id"]
        assert connection.execute(lost.delete().where(key)).rowcount == 1
    verdict = verify(store)
    assert not verdict.ok
    at, said = (seq + 1, "missing") if table == "audit" else (seq, "is gone")
    assert any(b.seq == at and said in b.what for b in verdict.breaches)


def test_a_version_that_stands_twice_shows(store: Store) -> None:
    fill(store)
    versions = room.info["versions"]
    with unguarded(store) as connection:
        live = rows_of(connection, room)[0]
        connection.execute(insert(versions).values(**live))
    verdict = verify(store)
    assert [b.what for b in verdict.breaches] == ["version 2 of the room stands twice"]


def test_an_earlier_version_put_in_force_shows(store: Store) -> None:
    fill(store)
    versions = resident.info["versions"]
    with unguarded(store) as connection:
        live = rows_of(connection, resident)[0]
        old = next(row for row in rows_of(connection, versions) if row["id"] == live["id"])
        change(connection, resident, live, old)
        connection.execute(versions.update().where(versions.c.id == live["id"]).values(**live))
    breach = verify(store).first_broken
    assert breach is not None
    assert (breach.table, breach.row) == ("resident", live["id"].hex)
    assert "not the one in force" in breach.what


def test_content_and_digests_changed_together_break_the_chain(store: Store) -> None:
    written = log_note(store, "Heard shouting at 22:40")
    log_note(store, "All quiet")
    with unguarded(store) as connection:
        row = rows_of(connection, note)[0] | {"text": "Heard nothing at 22:40"}
        row["digest"] = digest("note", row["salt"], row)
        change(connection, note, row, row)
        connection.execute(audit.update().where(audit.c.seq == written.seq).values(digest=row["digest"]))
        reindex(connection)
    verdict = verify(store)
    assert [(b.seq, b.table, b.what) for b in verdict.breaches] == [
        (written.seq, "audit", "the audit line was changed after it was written")
    ]


def reindex(connection: Connection) -> None:
    """What a careful forger does at last."""
    if is_sqlite(connection):
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('rebuild')")
    else:
        sql = "UPDATE search SET words = search_fold(' ' || text) FROM note WHERE note.seq = search.seq"
        connection.exec_driver_sql(sql)


def forge(store: Store) -> int:
    """Change what a note says, and every digest and hash that follows from it: inside the store all is in order."""
    for number in range(6):
        log_note(store, f"Note {number}")
    with unguarded(store) as connection:
        row = rows_of(connection, note)[2] | {"text": "Note 9"}
        row["digest"] = digest("note", row["salt"], row)
        change(connection, note, row, row)
        connection.execute(audit.update().where(audit.c.seq == row["seq"]).values(digest=row["digest"]))
        rechain(connection)
        reindex(connection)
    return int(row["seq"])


def test_a_whole_chain_made_anew_differs_from_the_heads_beside_the_keys(house: Store) -> None:
    seq = forge(house)
    verdict = verify(house)
    assert [(b.seq, b.table) for b in verdict.breaches] == [(seq, "audit")]
    assert "the head kept beside the keys differs" in verdict.breaches[0].what


def test_a_whole_chain_made_anew_differs_from_a_printed_sheet(store: Store) -> None:
    log_note(store, "Before")
    printed = {}
    for _ in range(3):
        log_note(store, "More")
        head = store.head()
        printed[head.seq] = verify(store).short
    assert verify(store, printed).ok
    forge(store)
    store.heads = None
    assert verify(store).ok, "the control: without paper nothing shows"
    with unguarded(store) as connection:
        first = rows_of(connection, note)[0]
        change(connection, audit, first, {"workstation": "another"})
        rechain(connection)
    verdict = verify(store, printed)
    assert verdict.first_broken is not None
    assert verdict.first_broken.seq == min(printed)
    assert "printed sheet" in verdict.first_broken.what


def test_a_sheet_may_be_of_an_entry_that_is_gone_or_in_any_spelling(store: Store) -> None:
    written = log_note(store, "One")
    full = store.head().hash.hex()
    for spelling in (full, full[:12].upper(), f"{full[:4]} {full[4:8]}\n{full[8:12]}"):
        assert verify(store, {written.seq: spelling}).ok
    breach = verify(store, {written.seq + 7: full}).first_broken
    assert breach is not None
    assert breach.seq == written.seq + 7
    assert f"ends at {written.seq}" in breach.what


def test_a_tail_cut_from_spine_and_rows_shows(house: Store) -> None:
    for number in range(8):
        log_check(house, f"check {number}")
    with unguarded(house) as connection:
        connection.execute(audit.delete().where(audit.c.seq > 5))
        connection.execute(check.delete().where(check.c.seq > 5))
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('rebuild')")
    assert missing_tail(house) == 3
    verdict = verify(house)
    assert [(b.seq, b.table) for b in verdict.breaches] == [(6, "audit")]
    assert "entry 8 was once written" in verdict.breaches[0].what


def test_yesterdays_file_put_back_shows(house: Store, folder: Path) -> None:
    log_check(house)
    assert missing_tail(house) == 0
    house.close()
    yesterday = (folder / "house.db").read_bytes()
    for _ in range(4):
        log_check(house)
    house.close()
    (folder / "house.db").write_bytes(yesterday)
    back = Store.open(folder, KEY)
    try:
        assert missing_tail(back) == 4
        breach = verify(back).first_broken
        assert breach is not None
        assert (breach.seq, breach.table) == (2, "audit")
        assert "an older file was put back" in breach.what
        log_check(back)  # writing on does not heal it
        assert not verify(back).ok
    finally:
        back.close()


def test_heads_taken_away_show(house: Store, folder: Path) -> None:
    assert verify(house).ok
    log_check(house)
    (folder / HEADS_FILE).unlink()
    assert [b.table for b in verify(house).breaches] == ["heads"]


def test_an_entry_written_while_verifying_is_no_missing_tail(
    house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another window writes after the snapshot was taken; its head is newer than what the snapshot has."""
    log_check(house)
    elsewhere = Store.open(house.heads.path.parent, KEY) if house.heads else house
    seen = Heads.all

    def and_another(heads: Heads) -> dict[int, bytes]:
        log_check(elsewhere)
        return seen(heads)

    monkeypatch.setattr(Heads, "all", and_another)
    assert verify(house).ok
    elsewhere.close()


WHERE_IN_THE_INDEX = {
    "search_data": "id = (SELECT max(id) FROM search_data)",
    "search_idx": "term = (SELECT max(term) FROM search_idx)",
    "search_docsize": "id = (SELECT max(id) FROM search_docsize)",
    "search_config": "k = 'version'",
}


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ("search_data", "id = id + 1"),
        ("search_data", "block = zeroblob(40)"),
        ("search_idx", "segid = segid + 7"),
        ("search_idx", "term = x'307a7a'"),
        ("search_idx", "pgno = pgno + 2"),
        ("search_docsize", "id = id + 1"),
        ("search_docsize", "sz = x'7f'"),
        ("search_config", "k = 'versiom'"),
        ("search_config", "v = 9"),
        ("search_idx", None),
        ("search_docsize", None),
        ("search_data", None),
        ("search_config", None),
    ],
)
def test_a_changed_index_shows(house: Store, table: str, value: str | None) -> None:
    with house.write(KIM, clock(), "check") as work:
        for number in range(1500):
            enter_check(work, f"quiet {number} kitchen {number * 7919:x}")
    with unguarded(house, "nothing") as connection:
        act = f"UPDATE {table} SET {value}" if value else f"DELETE FROM {table}"
        assert connection.exec_driver_sql(f"{act} WHERE {WHERE_IN_THE_INDEX[table]}").rowcount == 1
    house.close()  # a connection may know its index by heart
    assert any(b.table == "search" for b in verify(house).breaches)


def test_words_taken_from_the_index_show(store: Store) -> None:
    written = log_note(store, "Knife in the kitchen drawer")
    with unguarded(store) as connection:
        if is_sqlite(connection):
            sql = "INSERT INTO search(search, rowid, words) VALUES ('delete', ?, ?)"
            found = connection.exec_driver_sql(
                f"SELECT words FROM search_source WHERE seq = {written.seq}"
            ).scalar()
            connection.exec_driver_sql(sql, (written.seq, found))
        else:
            connection.exec_driver_sql("DELETE FROM search")
    assert [b.table for b in verify(store).breaches] == ["search"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE alembic_version SET version_num = '9999'",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('0999')",
    ],
)
def test_a_changed_schema_number_shows(store: Store, sql: str) -> None:
    with unguarded(store, "alembic_version") as connection:
        connection.exec_driver_sql(sql)
    assert [b.table for b in verify(store).breaches] == ["alembic_version"]


TAMPER_SQLITE = [
    "DROP TRIGGER guard_note_update",
    "DROP TRIGGER search_note",
    "DROP TABLE search",
    "DROP VIEW search_source",
    "CREATE TRIGGER quietly BEFORE INSERT ON note BEGIN SELECT RAISE(IGNORE); END",
]
TAMPER_POSTGRES = [
    "DROP TRIGGER guard_note_update ON note",
    "ALTER TABLE note DISABLE TRIGGER guard_note_delete",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TRIGGER search_note ON note",
    "CREATE OR REPLACE FUNCTION guard_never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION search_fold(words text) RETURNS tsvector LANGUAGE sql AS $$ SELECT ''::tsvector $$",
    "CREATE TRIGGER quietly BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION guard_version()",
]


@pytest.mark.parametrize("number", range(7))
def test_protection_taken_out_shows_and_the_store_refuses_to_open(
    store: Store, place: Place, number: int
) -> None:
    tampering = TAMPER_SQLITE if store.local else TAMPER_POSTGRES
    if number >= len(tampering):
        return
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        connection.exec_driver_sql(tampering[number])
    assert any("protection" in b.what for b in verify(store).breaches)
    with pytest.raises(Damaged, match="lost its protection"):
        place.open()


@pytest.mark.parametrize("name", ["note", "room_version", "audit", "draft"])
def test_a_table_or_column_taken_out_shows(filled: Store, name: str) -> None:
    with filled.engine.connect().execution_options(writer=True) as connection, connection.begin():
        connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO away')
    assert name in {b.table for b in verify(filled).breaches}


def test_an_audit_line_that_names_no_table_shows(store: Store) -> None:
    log_note(store, "One")
    with unguarded(store) as connection:
        change(connection, audit, {"seq": 1}, {"table": "nowhere"})
        rechain(connection)
    assert "the audit line names no table of Daybook" in {b.what for b in verify(store).breaches}


def test_what_a_breach_says_is_a_sentence_without_anybodys_words(store: Store) -> None:
    log_note(store, "Zsuzsanna was at the door")
    with unguarded(store) as connection:
        change(connection, note, rows_of(connection, note)[0], {"text": "Nobody was at the door"})
    verdict = verify(store)
    assert str(verdict.first_broken) == "entry 1: the note was changed after it was written"
    assert not any(word in str(verdict.breaches) for word in ("Zsuzsanna", "Nobody", "door"))
