"""Prove the record: re-read every live row against the spine, and the spine against the heads kept outside the store.

It finds a change to any column of any table, a row added or taken out past the program, a tail that was cut off, and an
older file put back. It reads the rows as the database driver gives them, so nothing is smoothed over on the way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError

from app.store import guards, migrations, search
from app.store.audit import GENESIS, chained, digest, short_head
from app.store.engine import is_sqlite
from app.store.errors import StoreTrouble
from app.store.store import Store
from app.store.tables import metadata
from app.store.tables.audit import audit
from app.store.tables.base import DRAFT, ENTRY, RECORD


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where the record does not hold. `seq` is the entry in the spine, 0 where it has none."""

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
    """Verify the whole store. `witnessed` holds heads from paper: entry number to the hash, or as much of it as was printed."""
    breaches: list[Breach] = []
    entries, head = 0, GENESIS
    try:
        with store.read() as connection:
            hashes = {}
            for seq, hash_, breach in _chain(connection):
                entries, head = seq, hash_
                hashes[seq] = hash_
                if breach:
                    breaches.append(breach)
            breaches += _witnesses(store, hashes, witnessed or {})
            for table in metadata.sorted_tables:
                match table.info["kind"]:
                    case "entry":
                        breaches += _entries(connection, table)
                    case "record":
                        breaches += _records(connection, table)
                    case "draft":
                        breaches += _drafts(connection, table)
            breaches += _strays(connection)
            breaches += _protection(connection)
    except (StoreTrouble, DBAPIError) as error:
        sentence = str(error) if isinstance(error, StoreTrouble) else "the file can't be read to its end"
        breaches.append(Breach(0, "file", "", sentence))
    breaches += _index(store)
    return Verdict(entries, head, tuple(breaches))


def missing_tail(store: Store) -> int:
    """How many acknowledged entries the store lacks: an older file was put back, or its tail cut off. Cheap; run at open."""
    if store.heads is None:
        return 0
    latest = store.heads.latest()
    return max(0, latest[0] - store.head().seq) if latest else 0


def _raw(connection: Connection, sql: str) -> Iterator[dict[str, Any]]:
    result = connection.execute(text(sql))
    names = list(result.keys())
    for row in result:
        yield dict(zip(names, row, strict=True))


def _columns(table: Table, prefix: str) -> str:
    return ", ".join(f'{prefix}."{column.name}"' for column in table.c)


def _chain(connection: Connection) -> Iterator[tuple[int, bytes, Breach | None]]:
    previous, expected = GENESIS, 1
    for line in _raw(connection, f"SELECT {_columns(audit, 'a')} FROM audit a ORDER BY seq"):
        seq, hash_ = line["seq"], bytes(line["hash"] or b"")
        what = None
        if seq != expected:
            what = f"the audit line before it is missing (expected {expected:,})"
        elif chained(previous, line) != hash_:
            what = "the audit line was changed after it was written"
        row = _hex(line["row"])
        yield seq, hash_, Breach(seq, "audit", row, what) if what else None
        previous, expected = hash_, seq + 1


def _witnesses(store: Store, hashes: Mapping[int, bytes], witnessed: Mapping[int, str]) -> Iterator[Breach]:
    heads = store.heads.all() if store.heads is not None else {}
    last = max(hashes, default=0)
    for seq, hash_ in sorted(heads.items()):
        if seq > last:
            yield Breach(
                last + 1,
                "audit",
                "",
                f"the record ends at entry {last:,}, but entry {max(heads):,} was once written: "
                "its tail was cut off, or an older file was put back",
            )
            break
        if hashes.get(seq) != hash_:
            yield Breach(seq, "audit", "", "it is not the entry that was written: the head kept beside the keys differs")
            break
    for seq, printed in sorted(witnessed.items()):
        wanted = printed.replace(" ", "").lower()
        if seq not in hashes:
            yield Breach(seq, "audit", "", f"a printed sheet names entry {seq:,}, but the record ends at {last:,}")
        elif not hashes[seq].hex().startswith(wanted):
            yield Breach(seq, "audit", "", "the head on the printed sheet differs from the record's")


def _entries(connection: Connection, table: Table) -> Iterator[Breach]:
    spine = ', a."table" AS a_table, a."row" AS a_row, a.resident_id AS a_resident, a.digest AS a_digest, a."at" AS a_at'
    sql = f'SELECT {_columns(table, "t")}{spine} FROM "{table.name}" t LEFT JOIN audit a ON a.seq = t.seq ORDER BY t.seq'
    for row in _raw(connection, sql):
        line = {name: row.pop(f"a_{name}") for name in ("table", "row", "resident", "digest", "at")}
        what = _row_breach(table, row, line)
        if what:
            yield Breach(row["seq"], table.name, _hex(row["id"]), what)
    gone = (
        f"SELECT a.seq, a.\"row\" FROM audit a WHERE a.\"table\" = '{table.name}' "
        f'AND NOT EXISTS (SELECT 1 FROM "{table.name}" t WHERE t.seq = a.seq)'
    )
    for line in _raw(connection, gone):
        yield Breach(line["seq"], table.name, _hex(line["row"]), f"the {_said(table)} is gone")


def _records(connection: Connection, table: Table) -> Iterator[Breach]:
    versions = table.info["versions"]
    both = (
        f'SELECT 1 AS live, {_columns(table, "t")} FROM "{table.name}" t '
        f'UNION ALL SELECT 0 AS live, {_columns(table, "v")} FROM "{versions.name}" v'
    )
    spine = 'a.seq AS a_seq, a."table" AS a_table, a."row" AS a_row, a.resident_id AS a_resident, a.digest AS a_digest, a."at" AS a_at'
    join = f"LEFT JOIN audit a ON a.\"row\" = r.id AND a.version = r.version AND a.\"table\" = '{table.name}'"
    latest: dict[str, tuple[int, int]] = {}
    live: dict[str, int] = {}
    for row in _raw(connection, f"SELECT r.*, {spine} FROM ({both}) r {join} ORDER BY a.seq"):
        line = {name: row.pop(f"a_{name}") for name in ("seq", "table", "row", "resident", "digest", "at")}
        id_, seq = _hex(row["id"]), line["seq"] or 0
        if row.pop("live"):
            live[id_] = row["version"]
        what = _row_breach(table, row, line)
        if what:
            yield Breach(seq, table.name, id_, what)
        if row["version"] >= latest.get(id_, (0, 0))[0]:
            latest[id_] = (row["version"], seq)
    for id_, (version, seq) in latest.items():
        if live.get(id_) != version:
            yield Breach(seq, table.name, id_, f"an earlier version of the {_said(table)} was put in place of the latest")
    gone = (
        f"SELECT a.seq, a.\"row\", a.version FROM audit a WHERE a.\"table\" = '{table.name}' "
        f'AND NOT EXISTS (SELECT 1 FROM "{table.name}" t WHERE t.id = a."row" AND t.version = a.version) '
        f'AND NOT EXISTS (SELECT 1 FROM "{versions.name}" v WHERE v.id = a."row" AND v.version = a.version)'
    )
    for line in _raw(connection, gone):
        what = f"version {line['version']} of the {_said(table)} is gone"
        yield Breach(line["seq"], table.name, _hex(line["row"]), what)


def _row_breach(table: Table, row: Mapping[str, Any], line: Mapping[str, Any]) -> str | None:
    if line["digest"] is None:
        return f"a {_said(table)} stands in the file that was never written by Daybook"
    if line["table"] != table.name or _hex(line["row"]) != _hex(row["id"]):
        return f"the {_said(table)} took the place of another"
    made = digest(table.name, row["salt"], row)
    if made != bytes(line["digest"]) or made != bytes(row["digest"] or b""):
        return f"the {_said(table)} was changed after it was written"
    whose = row["id"] if table.name == "resident" else row.get("resident_id")
    return None if _hex(line["resident"]) == _hex(whose) else "the audit line names another resident"


def _drafts(connection: Connection, table: Table) -> Iterator[Breach]:
    for row in _raw(connection, f"SELECT {_columns(table, 't')} FROM {table.name} t"):
        if digest(DRAFT, None, row) != bytes(row["digest"] or b""):
            yield Breach(0, "draft", _hex(row["id"]), "a draft was changed outside Daybook")


def _strays(connection: Connection) -> Iterator[Breach]:
    known = [t.name for t in metadata.sorted_tables if t.info["kind"] in {ENTRY, RECORD}]
    listed = ", ".join(f"'{name}'" for name in known)
    for line in _raw(connection, f'SELECT seq, "table", "row" FROM audit WHERE "table" NOT IN ({listed})'):
        yield Breach(line["seq"], str(line["table"]), _hex(line["row"]), "the audit line names no table of Daybook")


def _protection(connection: Connection) -> Iterator[Breach]:
    if migrations.current(connection) != migrations.latest():
        yield Breach(0, "alembic_version", "", "the schema's own number was changed")
    for name in (*guards.missing(connection), *search.broken(connection)):
        yield Breach(0, name, "", "the protection against change was taken out")


def _index(store: Store) -> Iterable[Breach]:
    try:
        # The comparison is written as an insert, so it needs the writer's lock; it stores nothing.
        with store.engine.connect().execution_options(writer=True) as connection, connection.begin() as transaction:
            search.check_content(connection)
            transaction.rollback()
            if is_sqlite(connection) and (found := _pages(store)):
                return [Breach(0, "file", "", f"a page of the file is damaged ({found})")]
    except (DBAPIError, StoreTrouble):
        return [Breach(0, "search", "", "the search index does not agree with the entries")]
    return []


def _pages(store: Store) -> str | None:
    raw = store.engine.raw_connection()
    try:
        cursor = raw.cursor()
        for pragma in ("cipher_integrity_check", "quick_check"):
            for (found,) in cursor.execute(f"PRAGMA {pragma}").fetchall():
                if found != "ok":
                    return pragma.replace("_", " ")
    finally:
        raw.close()
    return None


def _hex(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _said(table: Table) -> str:
    return table.name.removesuffix("_entry").replace("_", " ")
