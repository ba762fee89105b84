"""The unit of work: entries, records with their versions, stale saves, drafts, history written in bulk."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.time import SetClock
from app.store.audit import GENESIS
from app.store.errors import Stale
from app.store.ids import new_id
from app.store.store import Store
from app.store.tables.audit import audit
from app.store.tables.checks import check
from app.store.tables.drafts import draft
from app.store.tables.notes import note
from app.store.tables.residents import resident
from app.store.tables.rooms import room
from app.store.types import from_micros, to_micros
from app.store.verify import verify
from tests.support.stores import (
    HOUSE,
    KIM,
    NOOR,
    RESIDENT,
    START,
    Place,
    clock,
    enter_check,
    log_check,
    log_note,
    rows_of,
)

ROOM = {"number": "3", "name": "Willow", "floor": 1, "position": 3, "step_free": False, "note": None}


def test_an_entry_keeps_four_facts_and_the_spine_a_fifth(store: Store) -> None:
    seen = START - timedelta(minutes=20)
    with store.write(KIM, clock(), "check") as work:
        made = enter_check(
            work, "at the door", seen_at=seen, seen_by=NOOR.staff_id, source="paper", precision="about"
        )
    with store.read() as connection:
        row, line = rows_of(connection, check)[0], rows_of(connection, audit)[0]
    assert (row["seen_at"], row["seen_by"]) == (seen, NOOR.staff_id)
    assert (row["typed_at"], row["typed_by"]) == (START, KIM.staff_id)
    assert (row["seq"], row["id"], row["house_id"]) == (made.seq, made.id, HOUSE)
    assert (row["source"], row["precision"], row["struck"]) == ("paper", "about", False)
    assert (line["seq"], line["row"], line["table"], line["action"]) == (1, made.id, "check_entry", "check")
    assert (line["who"], line["resident_id"], line["version"], line["at"]) == (
        KIM.staff_id,
        RESIDENT,
        1,
        START,
    )
    assert line["workstation"] == store.workstation
    assert line["digest"] == row["digest"]


def test_an_unhappy_end_stores_nothing(store: Store) -> None:
    log_check(store)
    before = store.head()
    with pytest.raises(ZeroDivisionError), store.write(KIM, clock(), "check") as work:  # noqa: PT012
        enter_check(work, "half")
        work.create(room, **ROOM)
        work.flush()
        1 / 0  # noqa: B018
    assert store.head() == before
    with store.read() as connection:
        assert len(rows_of(connection, check)) == 1
        assert rows_of(connection, room) == []
    log_check(store)
    assert verify(store).ok
    assert store.head().seq == 2


def test_a_record_keeps_every_version(store: Store) -> None:
    with store.write(KIM, clock(), "room") as work:
        id_ = work.create(room, **ROOM).id
        work.change(room, id_, 1, name="Rowan")
    later = SetClock(START + timedelta(hours=1))
    with store.write(NOOR, later, "room") as work:
        work.change(room, id_, 2, note="the window sticks")
        assert work.row(room, id_)["name"] == "Rowan"
    with store.read() as connection:
        live = rows_of(connection, room)
        kept = sorted(rows_of(connection, room.info["versions"]), key=lambda row: row["version"])
        spine = connection.execute(select(audit.c.version, audit.c.who).order_by(audit.c.seq)).all()
    assert [(r["version"], r["name"], r["note"]) for r in live] == [(3, "Rowan", "the window sticks")]
    assert [(r["version"], r["name"], r["note"]) for r in kept] == [(1, "Willow", None), (2, "Rowan", None)]
    assert (live[0]["changed_at"], live[0]["changed_by"]) == (later.now(), NOOR.staff_id)
    assert [tuple(line) for line in spine] == [(1, KIM.staff_id), (2, KIM.staff_id), (3, NOOR.staff_id)]
    assert verify(store).ok


def test_a_stale_save_is_refused_and_says_which_version_stands(place: Place) -> None:
    first, second = place.open(), place.open()
    try:
        with first.write(KIM, clock(), "room") as work:
            id_ = work.create(room, **ROOM).id
        with second.read() as connection:
            seen = rows_of(connection, room)[0]["version"]
        with first.write(KIM, clock(), "room") as work:
            work.change(room, id_, seen, name="Rowan")
        with pytest.raises(Stale) as stale, second.write(NOOR, clock(), "room") as work:
            work.change(room, id_, seen, name="Hazel")
        assert (stale.value.table, stale.value.version) == ("room", 2)
        with second.write(NOOR, clock(), "room") as work:
            work.change(room, id_, stale.value.version, name="Hazel")
        with first.read() as connection:
            assert [(r["version"], r["name"]) for r in rows_of(connection, room)] == [(3, "Hazel")]
        assert verify(first).ok
    finally:
        first.close()
        second.close()


def test_a_record_that_never_was_and_the_wrong_kind_of_table_are_bugs(store: Store) -> None:
    with store.write(KIM, clock(), "room") as work:
        with pytest.raises(KeyError):
            work.change(room, UUID(int=9), 1, name="Rowan")
        with pytest.raises(TypeError):
            work.create(check)
        with pytest.raises(TypeError):
            work.enter(room)


def test_writers_of_many_connections_leave_no_gap(place: Place) -> None:
    writers, each = 4, 12
    stores = [place.open() for _ in range(writers)]
    ready = Barrier(writers)
    failed: list[BaseException] = []

    def log(store: Store) -> None:
        try:
            ready.wait()
            for _ in range(each):
                log_check(store)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [Thread(target=log, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert failed == []
        verdict = verify(stores[0])
        assert (verdict.ok, verdict.entries) == (True, writers * each)
        heads = stores[0].heads
        if heads is not None:
            assert sorted(heads.all()) == list(range(1, writers * each + 1))
    finally:
        for store in stores:
            store.close()


def test_threads_share_one_store(store: Store) -> None:
    def write_and_read() -> None:
        for _ in range(8):
            written = log_check(store)
            with store.read() as connection:
                assert (
                    connection.execute(select(func.count()).where(audit.c.seq == written.seq)).scalar() == 1
                )
            done.append(written.seq)

    done: list[int] = []
    threads = [Thread(target=write_and_read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(1, 33))


def test_a_read_sees_one_snapshot_while_others_write(place: Place) -> None:
    reader, writer = place.open(), place.open()
    try:
        log_check(writer)
        with reader.read() as connection:
            before = connection.execute(select(func.count()).select_from(check)).scalar()
            log_check(writer)
            assert connection.execute(select(func.count()).select_from(check)).scalar() == before == 1
        assert reader.head() == writer.head()
        assert reader.head().seq == 2
    finally:
        reader.close()
        writer.close()


def test_an_empty_store_has_a_head_of_nothing(store: Store) -> None:
    assert store.head() == (0, GENESIS, None)
    assert verify(store).ok


def test_a_draft_is_one_row_and_gone_when_emptied(store: Store) -> None:
    for words in ("She", "She asked", "She asked for a fan"):
        with store.write(KIM, clock(), "draft") as work:
            work.keep_draft("note", RESIDENT, words)
    with store.write(NOOR, clock(), "draft") as work:
        work.keep_draft("note", RESIDENT, "Mine")
    with store.read() as connection:
        found = {row["author_id"]: row["content"] for row in rows_of(connection, draft)}
    assert found == {KIM.staff_id: "She asked for a fan", NOOR.staff_id: "Mine"}
    with store.write(KIM, clock(), "note") as work:
        work.keep_draft("note", RESIDENT, "")
    with store.read() as connection:
        assert [row["author_id"] for row in rows_of(connection, draft)] == [NOOR.staff_id]
    assert store.head().seq == 0, "a draft leaves no line in the spine"
    assert verify(store).ok


def test_years_are_written_in_one_transaction(store: Store) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    with store.write(KIM, clock(), "history") as work:
        room_id = work.create(room, **ROOM).id
        for number in range(5000):
            actor = (KIM, NOOR)[number % 2]
            work.as_of(actor, start + timedelta(hours=number), ("check", "round")[number % 2])
            enter_check(work, f"round {number}" if number % 10 == 0 else None)
        work.change(room, room_id, 1, name="Rowan")
    verdict = verify(store)
    assert (verdict.breaches, verdict.entries) == ((), 5002)
    with store.read() as connection:
        row = connection.execute(select(check).where(check.c.seq == 4001)).mappings().one()
        line = connection.execute(select(audit).where(audit.c.seq == 4001)).mappings().one()
    then = start + timedelta(hours=3999)
    assert (row["typed_at"], row["seen_at"], row["typed_by"]) == (then, then, NOOR.staff_id)
    assert (line["at"], line["who"], line["action"]) == (then, NOOR.staff_id, "round")
    assert row["id"].int >> 80 == to_micros(then) // 1000, "its id is of that time too"


def test_ids_sort_by_time_and_say_they_are_version_7() -> None:
    ticking = clock()
    ids = []
    for _ in range(200):
        ticking.advance(timedelta(milliseconds=1))
        ids.append(new_id(ticking))
    assert ids == sorted(ids)
    assert [id_.bytes for id_ in ids] == sorted(id_.bytes for id_ in ids)
    assert {(id_.version, id_.variant) for id_ in ids} == {(7, "specified in RFC 4122")}
    still = clock()
    assert len({new_id(still) for _ in range(1000)}) == 1000


def test_instants_are_exact_and_never_naive(store: Store) -> None:
    odd = datetime(2026, 10, 25, 1, 30, 0, 1, tzinfo=UTC)
    for instant in (
        odd,
        datetime(1923, 5, 4, 3, 2, 1, 999_999, tzinfo=UTC),
        datetime(9998, 1, 1, tzinfo=UTC),
    ):
        assert from_micros(to_micros(instant)) == instant
    with pytest.raises(ValueError, match="offset"):
        to_micros(datetime(2026, 10, 25, 1, 30))  # noqa: DTZ001
    with pytest.raises(Exception, match="offset"), store.write(KIM, clock(), "check") as work:
        enter_check(work, seen_at=datetime(2026, 10, 25, 1, 30))  # noqa: DTZ001
    assert store.head().seq == 0
    log_check(store, seen_at=odd)
    with store.read() as connection:
        assert rows_of(connection, check)[0]["seen_at"] == odd


@pytest.mark.parametrize(
    "words",
    [
        "O’Brien said \"no\" and 'yes'; DROP TABLE note; --",
        "👩🏽‍🦱 came back 🎉",
        "מרים שלום עליכם — مريم",
        "e\u0301 is not é, and both are kept",
        "first line\r\nsecond\tline \u200f\u202eend",
        "%s {x} :y ?1 $1 \\",
    ],
)
def test_any_words_come_back_as_they_were_typed(store: Store, words: str) -> None:
    with store.write(KIM, clock(), "resident") as work:
        work.create(resident, name=words, restricted=False, born=date(1988, 2, 29))
    log_note(store, words)
    with store.read() as connection:
        assert rows_of(connection, note)[0]["text"] == words
        assert [(r["name"], r["born"]) for r in rows_of(connection, resident)] == [(words, date(1988, 2, 29))]
    assert verify(store).ok


def test_the_file_is_no_plain_sqlite(house: Store) -> None:
    log_check(house)
    assert house.heads is not None
    path = house.heads.path.with_name("house.db")
    house.close()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(path).execute("SELECT * FROM sqlite_master")
