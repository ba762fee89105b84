"""The full-text index over every entry's words. Its id is the entry's `seq`; the words themselves are kept once, in
the entry.

SQLite: an FTS5 table whose content is a view over the entries. PostgreSQL: a table of vectors. Both are filled by
triggers, so nothing that is written can miss the index, and both are remade by `install`. Letters are found with or
without their accents, words by their beginning only where they are the last of a query.
"""

# ruff: noqa: S608  (every name in the SQL is of a table that Daybook declares)

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, text

from app.store.engine import is_sqlite
from app.store.tables import metadata
from app.store.tables.base import ENTRY


def install(connection: Connection) -> None:
    """Make the index anew and fill it from the entries."""
    if is_sqlite(connection):
        for name, sql in sqlite_objects().items():
            kind = sql.split()[2 if sql.startswith("CREATE VIRTUAL") else 1]
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
            connection.exec_driver_sql(sql)
        connection.exec_driver_sql("INSERT INTO search(rowid, words) SELECT seq, words FROM search_source")
        return
    connection.exec_driver_sql("DROP TABLE IF EXISTS search")
    connection.exec_driver_sql("CREATE TABLE search (seq bigint PRIMARY KEY, words tsvector NOT NULL)")
    connection.exec_driver_sql("CREATE INDEX ix_search_words ON search USING gin (words)")
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION search_fold(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE "
        f"AS $${_FOLD}$$"
    )
    for name, body in postgres_bodies().items():
        if name != "search_fold":
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            )
    for sql in postgres_triggers().values():
        connection.exec_driver_sql(sql.replace("CREATE", "CREATE OR REPLACE", 1))
    connection.exec_driver_sql(f"INSERT INTO search SELECT seq, search_fold(words) FROM ({_source()}) s")


def sqlite_objects() -> dict[str, str]:
    """Name to SQL of the view, the index and its triggers, as SQLite keeps them."""
    made = {
        "search_source": f"CREATE VIEW search_source AS {_source()}",
        "search": "CREATE VIRTUAL TABLE search USING fts5("
        "words, content='search_source', content_rowid='seq', tokenize='unicode61 remove_diacritics 2')",
    }
    for table, words in _indexed():
        name, new = f"search_{table.name}", words.format(p="NEW.")
        made[name] = (
            f"CREATE TRIGGER {name} AFTER INSERT ON {table.name} WHEN trim({new}) != '' "
            f"BEGIN INSERT INTO search(rowid, words) VALUES (NEW.seq, {new}); END"
        )
    return made


def postgres_triggers() -> dict[str, str]:
    """Name to SQL of the index's triggers, as PostgreSQL prints them."""
    return {
        f"search_{table.name}": f"CREATE TRIGGER search_{table.name} AFTER INSERT ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION search_{table.name}()"
        for table, _ in _indexed()
    }


def postgres_bodies() -> dict[str, str]:
    """Name to body of the index's functions, as PostgreSQL keeps them."""
    made = {"search_fold": _FOLD}
    for table, words in _indexed():
        new = words.format(p="NEW.")
        made[f"search_{table.name}"] = (
            f" BEGIN IF trim({new}) <> '' THEN INSERT INTO search SELECT NEW.seq, search_fold({new}); END IF; "
            "RETURN NULL; END "
        )
    return made


def agrees(connection: Connection) -> bool:
    """Whether the index holds the entries' words, every one and no other.

    SQLite writes the comparison as an insert, so it needs a connection that writes; it stores nothing, and raises the
    driver's error "malformed" where the two differ.
    """
    if is_sqlite(connection):
        connection.exec_driver_sql("INSERT INTO search(search, rank) VALUES ('integrity-check', 1)")
        return _finds_every_leaf(connection)
    differ = (
        f"SELECT EXISTS (SELECT 1 FROM ({_source()}) s FULL JOIN search i ON i.seq = s.seq "
        "WHERE i.words IS DISTINCT FROM search_fold(s.words))"
    )
    return not connection.execute(text(differ)).scalar()


def matching(connection: Connection, query: str, limit: int) -> list[int]:
    """Sequence numbers of entries that have every word of `query` (the last as a beginning), newest first, unfiltered.

    The query is only words: no sign in it means anything. The caller joins the numbers with what the actor may read:
    a hit count is never shown before that.
    """
    terms = _terms(query)
    if not terms:
        return []
    parameters: dict[str, Any] = {"limit": limit}
    if is_sqlite(connection):
        parameters["q"] = " ".join(f'"{term}"' for term in terms) + "*"
        sql = "SELECT rowid FROM search WHERE search MATCH :q ORDER BY rowid DESC LIMIT :limit"
    else:
        parameters["q"] = " & ".join(f"'{term}'" for term in terms) + ":*"
        sql = "SELECT seq FROM search WHERE words @@ to_tsquery('simple', :q) ORDER BY seq DESC LIMIT :limit"
    return [row[0] for row in connection.execute(text(sql), parameters)]


def _finds_every_leaf(connection: Connection) -> bool:
    """Whether FTS5's own table of leaves names each leaf in which a word begins: its integrity check reads the leaves in
    turn and asks nobody where they are, but a search does. (Leaves, and the number of each: fts5_index.c, FTS5_SEGMENT_ROWID.)
    """
    leaves = set()
    for id_, head, length in connection.exec_driver_sql(
        "SELECT id, substr(block, 3, 2), length(block) FROM search_data WHERE id >> 37 > 0 AND (id >> 31) & 63 = 0"
    ):
        if length > int.from_bytes(head, "big"):  # behind its content a leaf lists the words that begin in it
            leaves.add((id_ >> 37, id_ & (1 << 31) - 1))
    named = connection.exec_driver_sql("SELECT segid, pgno >> 1 FROM search_idx")
    return {tuple(row) for row in named} == leaves


def _terms(query: str) -> list[str]:
    """The words of a query, as both indexes fold them: without accents, ended by any sign."""
    folded = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", query)))
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded)
    return [word for word in kept.split() if any(c.isalnum() for c in word)]


def _indexed() -> Iterator[tuple[Table, str]]:
    """Each table of entries with its words joined, as SQL over the prefix {p}."""
    for table in metadata.sorted_tables:
        columns = [c.name for c in table.c if c.info.get("search")]
        if table.info["kind"] == ENTRY and columns:
            yield table, " || ' ' || ".join(f"coalesce({{p}}{name}, '')" for name in columns)


def _source() -> str:
    """Every entry that has words. Those without are left out here as they are by the triggers."""
    each = ((t.name, words.format(p="")) for t, words in _indexed())
    return " UNION ALL ".join(
        f"SELECT seq, {words} AS words FROM {name} WHERE trim({words}) != ''" for name, words in each
    )


_MARKS = re.compile("[\u0300-\u036f]")
# Signs become spaces first: the server's own parser would keep an address, a number or a path as one word, and in some
# locales takes any sign beyond ASCII for a letter. Which letters have capitals is for the server's locale to know.
_SIGNS = r"[!-/:-@\[-`{-~\u00A1-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u2000-\u206F\u3000-\u3004]+"
_FOLD = (
    "SELECT strip(to_tsvector('simple', regexp_replace(normalize(regexp_replace(normalize(words, NFD), "
    rf"'[\u0300-\u036F]', '', 'g'), NFC), '{_SIGNS}', ' ', 'g')))"
)
