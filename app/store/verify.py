"""Prove the record: re-read every live row against the spine, and the spine against the heads kept outside the store.

It finds a change to any column of any table, a row added or taken out past the program, a tail that was cut off, and an
older file put back. It reads the rows as the database driver gives them, so nothing is smoothed over on the way; and
it expects anything in them, since whoever changed them may have put in what no column of Daybook's holds.
"""

# ruff: noqa: S608  (every name in the SQL is of a table that Daybook declares)

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.store import guards, migrations, search
from app.store.audit import GENESIS, chained, digest, short_head
from app.store.engine import columns, damaged_pages, plain_trouble
from app.store.errors import Damaged, WrongKey, trouble
from app.store.store import Store
from app.store.tables import metadata
from app.store.tables.audit import audit
from app.store.tables.base import DRAFT, ENTRY, RECORD

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where the record does not hold. `seq` is the entry in the spine, 0 where it has none; `row` the row's
    id in hex. It never holds what the row says."""

    seq: int
    table: str
    row: str
    what: str

    def __str__(self) -> str:
        where = f"entry {self.seq:,}" if self.seq else self.table
        return f"{where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `entries` is the length of the spine and `head` its last hash."""

    entries: int
    head: bytes
    breaches: tuple[Breach, ...]

    @property
    def ok(self) -> bool:
        """Whether the whole record holds."""
        return not self.breaches

    @property
    def first_broken(self) -> Breach | None:
        """The earliest breach; one with a place in the spine comes before one without."""
        return min(self.breaches, key=lambda b: (b.seq == 0, b.seq), default=None)

    @property
    def short(self) -> str:
        """The head as printed on paper."""
        return short_head(self.head)


def verify(store: Store, witnessed: Mapping[int, str] | None = None) -> Verdict:
    """Verify the whole store. `witnessed` holds heads from paper: entry number to the hash, or as much of it as was
    printed. Raises StoreTrouble only where the machine stands in the way (busy, disk full), never for the record.
    """
    heads = _heads(store)  # before the snapshot: what another process writes meanwhile is no missing tail
    spine, found = _Spine(), []
    try:
        with store.read() as connection:
            found += _snapshot(store, connection, spine, heads, witnessed or {})
    except (Damaged, WrongKey) as error:
        found.append(Breach(0, "file", "", str(error)))
    found += _index(store)
    return Verdict(spine.entries, spine.head, tuple(found))


def breaches(store: Store, connection: Connection) -> list[Breach]:
    """What does not hold as this connection sees the record, the agreement of the index and the file's pages apart."""
    return _snapshot(store, connection, _Spine(), _heads(store), {})


def missing_tail(store: Store) -> int:
    """How many acknowledged entries the store lacks: an older file was put back, or its tail cut off. Cheap; run at
    open."""
    latest = max(_heads(store) or (), default=0)  # before the store's own: another window may write meanwhile
    return max(0, latest - store.head().seq)


class _Spine:
    """What was read of the spine: its end, and the hashes that a witness speaks of."""

    def __init__(self) -> None:
        self.entries, self.head = 0, GENESIS
        self.hashes: dict[int, bytes] = {}


def _heads(store: Store) -> dict[int, bytes] | None:
    if store.heads is None:
        return None
    with plain_trouble():
        return store.heads.all()


def _snapshot(
    store: Store,
    connection: Connection,
    spine: _Spine,
    heads: dict[int, bytes] | None,
    witnessed: Mapping[int, str],
) -> list[Breach]:
    found = _read(connection, "alembic_version", lambda: _protection(store, connection))
    there = columns(connection)
    short = {t.name for t in metadata.sorted_tables if not set(t.c.keys()) <= there.get(t.name, set())}
    found += [Breach(0, name, "", "the table or a column of it was taken out") for name in sorted(short)]
    if audit.name in short:
        return found
    wanted = {*(heads or ()), *witnessed}
    found += _read(connection, audit.name, lambda: _chain(connection, spine, wanted))
    found += _witnesses(spine, heads, witnessed)
    for table in metadata.sorted_tables:
        read = _BY_KIND.get(table.info["kind"])
        versions = table.info.get("versions", table).name
        if read is not None and table.name not in short and versions not in short:
            found += _read(connection, table.name, partial(read, connection, table))
    return found + _read(connection, audit.name, lambda: _strays(connection))


def _read(connection: Connection, name: str, check: Callable[[], Iterable[Breach]]) -> list[Breach]:
    """What a check finds; a table that the driver can't read is a breach too, and stops none of the others."""
    try:
        with connection.begin_nested():
            return list(check())
    except DBAPIError as error:
        known = trouble(error)
        if known is not None and not isinstance(known, Damaged | WrongKey):
            raise known from error
        if isinstance(error, ProgrammingError):
            raise
        return [
            Breach(0, name, "", str(known or "its rows hold what Daybook never writes and can't be read"))
        ]


def _rows(connection: Connection, sql: str) -> Iterator[dict[str, Any]]:
    result = connection.execute(text(sql), execution_options={"yield_per": _CHUNK})
    names = list(result.keys())
    for row in result:
        yield dict(zip(names, row, strict=True))


def _columns(table: Table, prefix: str) -> str:
    return ", ".join(f'{prefix}."{column.name}"' for column in table.c)


def _chain(connection: Connection, spine: _Spine, wanted: set[int]) -> Iterator[Breach]:
    for line in _rows(connection, f"SELECT {_columns(audit, 'a')} FROM audit a ORDER BY seq"):
        seq, hash_ = line["seq"], _bytes(line["hash"])
        if seq != spine.entries + 1:
            gap = f"the audit line before it is missing (expected {spine.entries + 1:,})"
            yield Breach(seq, audit.name, _hex(line["row"]), gap)
        elif chained(spine.head, line) != hash_:
            yield Breach(
                seq, audit.name, _hex(line["row"]), "the audit line was changed after it was written"
            )
        spine.entries, spine.head = seq, hash_
        if seq in wanted:
            spine.hashes[seq] = hash_


def _witnesses(
    spine: _Spine, heads: Mapping[int, bytes] | None, witnessed: Mapping[int, str]
) -> Iterator[Breach]:
    last = spine.entries
    if last and heads is not None and not heads:
        alone = "the heads beside the keys are gone, so nothing outside the record vouches for it"
        yield Breach(0, "heads", "", alone)
    for seq, hash_ in sorted((heads or {}).items()):
        if seq > last:
            cut = (
                f"the record ends at entry {last:,}, but entry {max(heads or {}):,} was once written: "
                "its tail was cut off, or an older file was put back"
            )
            yield Breach(last + 1, audit.name, "", cut)
            break
        if spine.hashes.get(seq) != hash_:
            other = "it is not the entry that was written: the head kept beside the keys differs"
            yield Breach(seq, audit.name, "", other)
            break
    for seq, printed in sorted(witnessed.items()):
        if seq not in spine.hashes:
            lost = f"a printed sheet or a backup names entry {seq:,}, but the record ends at {last:,}"
            yield Breach(seq, audit.name, "", lost)
        elif not spine.hashes[seq].hex().startswith("".join(printed.split()).lower()):
            yield Breach(
                seq,
                audit.name,
                "",
                "the head on the printed sheet, or in the backup, differs from the record's",
            )


_LINE = {"seq": "seq", "table": "table", "row": "row", "resident": "resident_id", "digest": "digest"}
_OF_LINE = ", ".join(f'a."{column}" AS a_{name}' for name, column in _LINE.items())


def _entries(connection: Connection, table: Table) -> Iterator[Breach]:
    sql = (
        f'SELECT {_columns(table, "t")}, {_OF_LINE} FROM "{table.name}" t '
        "LEFT JOIN audit a ON a.seq = t.seq ORDER BY t.seq"
    )
    for row in _rows(connection, sql):
        line = {name: row.pop(f"a_{name}") for name in _LINE}
        what = _row_breach(table, row, line)
        if what:
            yield Breach(row["seq"], table.name, _hex(row["id"]), what)
    gone = (
        f'SELECT a.seq, a."row" FROM audit a WHERE a."table" = \'{table.name}\' '
        f'AND NOT EXISTS (SELECT 1 FROM "{table.name}" t WHERE t.seq = a.seq)'
    )
    for line in _rows(connection, gone):
        yield Breach(line["seq"], table.name, _hex(line["row"]), f"the {_said(table)} is gone")


def _records(connection: Connection, table: Table) -> Iterator[Breach]:
    versions = table.info["versions"]
    both = (
        f'SELECT 1 AS live, {_columns(table, "t")} FROM "{table.name}" t '
        f'UNION ALL SELECT 0 AS live, {_columns(table, "v")} FROM "{versions.name}" v'
    )
    join = f'LEFT JOIN audit a ON a."row" = r.id AND a.version = r.version AND a."table" = \'{table.name}\''
    latest: dict[str, tuple[int, int]] = {}
    live: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    for row in _rows(connection, f"SELECT r.*, {_OF_LINE} FROM ({both}) r {join} ORDER BY a.seq"):
        line = {name: row.pop(f"a_{name}") for name in _LINE}
        id_, seq, version = _hex(row["id"]), line["seq"] or 0, row["version"]
        if row.pop("live"):
            live[id_] = version
        what = _row_breach(table, row, line)
        if what is None and (id_, version) in seen:
            what = f"version {version} of the {_said(table)} stands twice"
        if what:
            yield Breach(seq, table.name, id_, what)
            continue
        seen.add((id_, version))
        latest[id_] = max(latest.get(id_, (0, 0)), (version, seq))
    for id_, (version, seq) in latest.items():
        if live.get(id_) != version:
            what = f"the latest version of the {_said(table)} is not the one in force"
            yield Breach(seq, table.name, id_, what)
    gone = (
        f'SELECT a.seq, a."row", a.version FROM audit a WHERE a."table" = \'{table.name}\' '
        f'AND NOT EXISTS (SELECT 1 FROM "{table.name}" t WHERE t.id = a."row" AND t.version = a.version) '
        f'AND NOT EXISTS (SELECT 1 FROM "{versions.name}" v WHERE v.id = a."row" AND v.version = a.version)'
    )
    for line in _rows(connection, gone):
        what = f"version {line['version']} of the {_said(table)} is gone"
        yield Breach(line["seq"], table.name, _hex(line["row"]), what)


def _row_breach(table: Table, row: Mapping[str, Any], line: Mapping[str, Any]) -> str | None:
    if line["digest"] is None:
        return f"a {_said(table)} stands in the file that was never written by Daybook"
    if line["table"] != table.name or _hex(line["row"]) != _hex(row["id"]):
        return f"the {_said(table)} took the place of another"
    made = digest(table.name, _bytes(row["salt"]), row)
    if made != _bytes(line["digest"]) or made != _bytes(row["digest"]):
        return f"the {_said(table)} was changed after it was written"
    whose = row["id"] if table.name == "resident" else row.get("resident_id")
    return None if _hex(line["resident"]) == _hex(whose) else "the audit line names another resident"


def _drafts(connection: Connection, table: Table) -> Iterator[Breach]:
    for row in _rows(connection, f"SELECT {_columns(table, 't')} FROM {table.name} t"):
        if digest(DRAFT, None, row) != _bytes(row["digest"]):
            yield Breach(0, table.name, _hex(row["id"]), "a draft was changed outside Daybook")


_BY_KIND: Mapping[str, Callable[[Connection, Table], Iterator[Breach]]] = {
    ENTRY: _entries,
    RECORD: _records,
    DRAFT: _drafts,
}


def _strays(connection: Connection) -> Iterator[Breach]:
    known = (t.name for t in metadata.sorted_tables if t.info["kind"] in {ENTRY, RECORD})
    listed = ", ".join(f"'{name}'" for name in known)
    for line in _rows(connection, f'SELECT seq, "table", "row" FROM audit WHERE "table" NOT IN ({listed})'):
        yield Breach(line["seq"], audit.name, _hex(line["row"]), "the audit line names no table of Daybook")


def _protection(store: Store, connection: Connection) -> Iterator[Breach]:
    if migrations.current(connection) != migrations.latest(store.migrations_at):
        yield Breach(0, "alembic_version", "", "the schema's own number was changed")
    for name in guards.altered(connection):
        yield Breach(0, name, "", "the protection against change was taken out or altered")


def _index(store: Store) -> Iterator[Breach]:
    try:
        # On SQLite the comparison is written as an insert, so it needs the writer's lock; it stores nothing.
        with store.engine.connect().execution_options(writer=True) as connection, connection.begin() as work:
            if not search.agrees(connection):
                yield Breach(0, "search", "", _INDEX)
            work.rollback()
    except DBAPIError as error:
        known = trouble(error)
        if known is not None and not isinstance(known, Damaged | WrongKey):
            raise known from error
        yield Breach(0, "search", "", _INDEX)
    found = damaged_pages(store.engine)
    if found:
        yield Breach(0, "file", "", f"a page of the file is damaged ({found})")


_INDEX = "the search index does not agree with the entries"


def _bytes(value: Any) -> bytes:
    """The driver's bytes; nothing for what is none, so that it equals no digest."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""


def _hex(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return f"not an id: {type(value).__name__}"


def _said(table: Table) -> str:
    return table.name.removesuffix("_entry").replace("_", " ")
