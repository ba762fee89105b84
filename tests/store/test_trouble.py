"""What goes wrong with files and machines: each has its sentence, and nothing that was stored is lost."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from app.store import engine, folders
from app.store.engine import plain_trouble
from app.store.errors import (
    AlreadyThere,
    Busy,
    Damaged,
    DiskFull,
    NetworkFolder,
    NoHouse,
    NoServer,
    ReadOnly,
    StoreTrouble,
    WrongKey,
    trouble,
)
from app.store.store import Store
from app.store.tables.notes import note
from app.store.verify import verify
from tests.support.postgres import Server
from tests.support.stores import (
    ENGINES,
    KEY,
    KIM,
    clock,
    copy_house,
    enter_check,
    log_check,
    log_note,
    rows_of,
)

NAME = "Zsuzsanna Quillfeather"


@pytest.fixture(scope="module")
def written(empty_house: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a closed house with a few hundred entries."""
    folder = copy_house(empty_house, tmp_path_factory.mktemp("written"))
    store = Store.open(folder, KEY)
    with store.write(KIM, clock(), "check") as work:
        for number in range(300):
            enter_check(work, f"{NAME} in the garden {number}")
    store.close()
    return (folder / "house.db").read_bytes()


def a_sentence(error: BaseException) -> bool:
    """Whether this can be shown: begins like one, ends like one, holds no jargon and nobody's name."""
    text = str(error)
    jargon = ("sqlite", "sqlcipher", "errno", "traceback", "none", "sql:", "0x", "exception")
    return (
        text[0].isupper()
        and text.endswith(".")
        and not any(w in text.lower() for w in (*jargon, "quillfeather"))
    )


def refusal(folder: Path, key: bytes = KEY) -> StoreTrouble:
    with pytest.raises(StoreTrouble) as refused:
        Store.open(folder, key)
    assert a_sentence(refused.value), str(refused.value)
    return refused.value


def test_no_house_at_that_path(tmp_path: Path) -> None:
    said = refusal(tmp_path / "nowhere")
    assert isinstance(said, NoHouse)
    assert str(tmp_path / "nowhere") in str(said)
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "house.db").mkdir()
    assert isinstance(refusal(tmp_path), NoHouse)


def test_a_wrong_key_says_so_and_writes_nothing_on_the_screen(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "house.db").read_bytes()
    assert isinstance(refusal(folder, KEY[::-1]), WrongKey)
    assert (folder / "house.db").read_bytes() == before
    assert capfd.readouterr() == ("", "")
    Store.open(folder, KEY).close()


def noticed(folder: Path) -> bool:
    """Whether a damaged file is refused in a sentence, or opens and is found damaged by `verify`."""
    try:
        store = Store.open(folder, KEY)
    except (Damaged, WrongKey) as error:
        return a_sentence(error)
    broken = {breach.table for breach in verify(store).breaches}
    store.close()
    return bool(broken & {"file", "search", "audit", "check_entry"})


@pytest.mark.parametrize("length", [0, 1, 100, 4095, 4096, 4097, 5000, 40_960, -65_536, -4096, -1])
def test_a_file_cut_short(
    tmp_path: Path, written: bytes, length: int, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = written[:length]
    (tmp_path / "house.db").write_bytes(cut)
    assert noticed(tmp_path)
    assert (tmp_path / "house.db").read_bytes()[: len(cut)] == cut, "what is left of it is still there"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("where", [3, 20, 4000, 4100, 9000, 0.25, 0.5, 0.75, -20])
def test_a_flipped_bit(
    tmp_path: Path, written: bytes, where: float, capfd: pytest.CaptureFixture[str]
) -> None:
    flipped = bytearray(written)
    flipped[int(where * len(written)) if isinstance(where, float) else where] ^= 1
    (tmp_path / "house.db").write_bytes(flipped)
    assert noticed(tmp_path)
    assert (tmp_path / "house.db").read_bytes() == flipped
    assert capfd.readouterr() == ("", "")


def test_an_uncut_file_opens_and_holds(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "house.db").write_bytes(written)
    store = Store.open(tmp_path, KEY)
    assert {b.table for b in verify(store).breaches} == {"heads"}  # which it came without
    store.close()


@pytest.mark.parametrize(
    "name", ["Eden House #1", "100%20 ?mode=memory", "Ōsawa & 'Co'", 'a"b' if os.name != "nt" else "ab"]
)
def test_a_house_may_be_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    Store.create(folder, KEY).close()
    store = Store.open(folder, KEY)
    log_check(store)
    store.close()
    assert {path.name for path in folder.iterdir()} == {"house.db", "heads"}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_house_is_never_made_over_another(folder: Path) -> None:
    before = (folder / "house.db").read_bytes()
    with pytest.raises(AlreadyThere) as refused:
        Store.create(folder, KEY)
    assert a_sentence(refused.value)
    assert (folder / "house.db").read_bytes() == before


def test_a_house_that_was_never_finished(tmp_path: Path) -> None:
    blank = engine.sqlite_engine(tmp_path / "house.db", KEY, make=True)
    with blank.connect().execution_options(writer=True) as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE started (a)")
    blank.dispose()
    assert isinstance(refusal(tmp_path), Damaged)


def test_a_full_disk_stores_nothing_by_halves_and_the_next_write_works(house: Store) -> None:
    log_note(house, "before")
    with house.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(DiskFull) as refused, house.write(KIM, clock(), "note") as work:  # noqa: PT012
        enter_check(work, "goes first, and fits")
        work.flush()
        work.enter(note, kind="note", text=f"{NAME} " * 5000, hand_over=False)
    assert a_sentence(refused.value)
    assert house.head().seq == 1
    with house.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4000}")
    assert log_note(house, f"{NAME} " * 5000).seq == 2
    assert verify(house).breaches == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows sets no limit on the size of a file")
def test_a_disk_that_stops_taking_a_copy_leaves_no_half_of_it(house: Store, tmp_path: Path) -> None:
    import resource

    log_note(house, f"{NAME} " * 5000)
    copy, (soft, hard) = tmp_path / "copy.db", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(StoreTrouble) as refused:
            house.copy_to(copy)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert a_sentence(refused.value)
    assert not copy.exists()
    house.copy_to(copy)
    with pytest.raises(ReadOnly):
        house.copy_to(tmp_path / "not" / "there.db")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anywhere; so do as an unprivileged account does."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def locked_folder(folder: Path) -> Iterator[Path]:
    """A house in a folder that may be read and not written."""
    place = Path(tempfile.mkdtemp(prefix="daybook-read-only-"))
    copy_house(folder, place)
    for file in place.iterdir():
        file.chmod(0o444)
    place.chmod(0o555)
    yield place
    place.chmod(0o755)
    shutil.rmtree(place)


@pytest.mark.skipif(os.name == "nt", reason="folders have no such mode on Windows")
def test_a_folder_that_may_not_be_written(locked_folder: Path) -> None:
    before = (locked_folder / "house.db").read_bytes()
    with as_nobody():
        assert isinstance(refusal(locked_folder), ReadOnly)
        with pytest.raises(ReadOnly) as refused:
            Store.create(locked_folder / "new", KEY)
    assert a_sentence(refused.value)
    assert (locked_folder / "house.db").read_bytes() == before


def test_a_store_that_became_read_only(house: Store) -> None:
    log_check(house)
    with house.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(ReadOnly) as refused:
        log_note(house, NAME)
    assert a_sentence(refused.value)
    with house.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    assert log_check(house).seq == 2
    assert verify(house).ok


def test_a_writer_that_does_not_let_go(house: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_BUSY_MS", 20)
    impatient = Store.open(folder, KEY)
    try:
        with house.write(KIM, clock(), "check") as work:
            enter_check(work)
            work.flush()
            with pytest.raises(Busy) as refused:
                log_note(impatient, NAME)
            with pytest.raises(Busy):
                verify(impatient)
            assert impatient.head().seq == 0, "reading goes on"
        assert a_sentence(refused.value)
        assert log_check(impatient).seq == 2
        assert verify(impatient).ok
    finally:
        impatient.close()


def test_a_folder_that_went_away(house: Store, folder: Path) -> None:
    house.close()
    folder.rename(folder.with_name("moved"))
    with pytest.raises(ReadOnly) as refused:
        house.head()
    assert a_sentence(refused.value)
    assert not folder.exists(), "no new store is made in its place"


MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
//server/house /mnt/house cifs rw,vers=3.0 0 0
server:/export /mnt/Eden\\040House\\011new nfs4 rw 0 0
systemd-1 /mnt/later autofs rw 0 0
server:/later /mnt/later nfs rw 0 0
/dev/sdb1 /mnt/house/local ext4 rw 0 0
me@server:/home /home/kim/far fuse.sshfs rw 0 0
share /mnt/back\\134slash smb3 rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/kim", "ext4"),
        ("/mnt/house", "cifs"),
        ("/mnt/house/daybook", "cifs"),
        ("/mnt/household", "ext4"),
        ("/mnt/house/local/daybook", "ext4"),
        ("/mnt/Eden House\tnew/daybook", "nfs4"),
        ("/mnt/later/x", "nfs"),
        ("/home/kim/far", "fuse.sshfs"),
        ("/mnt/back\\slash/a", "smb3"),
    ],
)
def test_which_mount_a_folder_lies_in(folder: str, kind: str) -> None:
    assert folders.kind_under(folder, folders.linux_mounts(MOUNTS)) == kind


def test_mounts_of_a_mac() -> None:
    listed = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//kim@server/House%20files on /Volumes/House files (smbfs, nodev, nosuid)\n"
    )
    mounts = folders.mac_mounts(listed)
    assert folders.kind_under("/Volumes/House files/daybook", mounts) == "smbfs"
    assert folders.kind_under("/Users/kim", mounts) == "apfs"


@pytest.mark.parametrize("kind", ["cifs", "nfs", "nfs4", "smb3", "fuse.sshfs", "davfs", "smbfs"])
def test_a_network_folder_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(folders, "_file_system", lambda folder: kind)
    with pytest.raises(NetworkFolder) as refused:
        Store.create(tmp_path, KEY)
    assert a_sentence(refused.value)
    assert "on a network" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_local_folder_is_not_refused(tmp_path: Path) -> None:
    folders.refuse_network_folder(tmp_path)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("database or disk is full", DiskFull),
        ("attempt to write a readonly database", ReadOnly),
        ("unable to open database file", ReadOnly),
        ("database is locked", Busy),
        ("file is not a database", WrongKey),
        ("database disk image is malformed", Damaged),
        ("disk I/O error", Damaged),
        ("could not extend file: No space left on device", DiskFull),
        ("cannot execute INSERT in a read-only transaction", ReadOnly),
        ("canceling statement due to lock timeout", Busy),
        ("connection failed: connection to server on socket failed", NoServer),
        ("server closed the connection unexpectedly", NoServer),
        ("terminating connection due to administrator command", NoServer),
    ],
)
def test_every_known_trouble_is_a_sentence(words: str, kind: type[StoreTrouble]) -> None:
    error = trouble(Exception(words))
    assert type(error) is kind
    assert a_sentence(error)


def test_a_bug_stays_a_bug() -> None:
    assert trouble(Exception("no such column: colour")) is None
    with pytest.raises(FileNotFoundError), plain_trouble():
        Path("/nowhere/at/all").read_bytes()
    with pytest.raises(ReadOnly), plain_trouble():
        raise PermissionError(13, "Permission denied")


def test_an_error_of_the_database_never_holds_what_was_written(store: Store) -> None:
    """It may end in a log, with the traceback and whatever the driver said."""
    written = log_note(store, NAME)
    with pytest.raises(DBAPIError) as bug, store.write(KIM, clock(), "note") as work:  # noqa: PT012
        work.enter(note, id=written.id, kind="note", text=NAME, hand_over=None)
        work.flush()
    error: BaseException | None = bug.value
    while error is not None:
        assert "Quillfeather" not in str(error)
        assert "Quillfeather" not in repr(error)
        error = error.__cause__ or error.__context__
    with store.read() as connection:
        assert len(rows_of(connection, note)) == 1


if "postgres" in ENGINES:

    def test_a_server_that_is_not_there(tmp_path: Path) -> None:
        with pytest.raises(NoServer) as refused:
            Store.on_postgres(f"postgresql+psycopg://daybook@/house?host={tmp_path}")
        assert a_sentence(refused.value)

    def test_two_computers_may_set_up_a_server_at_once(server: Server) -> None:
        from threading import Thread

        url, opened = server.blank(), []
        threads = [Thread(target=lambda: opened.append(Store.on_postgres(url))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 3
        assert [log_check(store).seq for store in opened] == [1, 2, 3]
        assert verify(opened[0]).ok
        for store in opened:
            store.close()
