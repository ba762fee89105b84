"""The full-text index over every entry's words. Its id is the entry's `seq`; the words themselves are kept once, in the entry.

SQLite: an FTS5 table whose content is a view over the entries. PostgreSQL: a table of vectors. Both are filled by
triggers, so nothing that is written can miss the index, and both are remade by `install`.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, text

from app.store.engine import is_sqlite
from app.store.tables import metadata
from app.store.tables.base import ENTRY


def _indexed() -> Iterator[tuple[Table, str]]:
    """Each table of entries with its words joined, as SQL over the prefix {p}."""
    for table in metadata.sorted_tables:
        columns = [c.name for c in table.c if c.info.get("search")]
        if table.info["kind"] == ENTRY and columns:
            yield table, " || ' ' || ".join(f"coalesce({{p}}{name}, '')" for name in columns)


def sqlite_objects() -> dict[str, str]:
    """Name to SQL of the view, the index and its triggers, as SQLite keeps them."""
    source = " UNION ALL ".join(f"SELECT seq, {words.format(p='')} AS words FROM {t.name}" for t, words in _indexed())
    made = {
        "search_source": f"CREATE VIEW search_source AS {source}",
        "search": "CREATE VIRTUAL TABLE search USING fts5("
        "words, content='search_source', content_rowid='seq', tokenize='unicode61 remove_diacritics 2')",
    }
    for table, words in _indexed():
        name = f"search_{table.name}"
        made[name] = (
            f"CREATE TRIGGER {name} AFTER INSERT ON {table.name} WHEN trim({words.format(p='NEW.')}) != '' "
            f"BEGIN INSERT INTO search(rowid, words) VALUES (NEW.seq, {words.format(p='NEW.')}); END"
        )
    return made


def install(connection: Connection) -> None:
    """Make the index anew and fill it from the entries."""
    if is_sqlite(connection):
        for name, sql in sqlite_objects().items():
            kind = "VIEW" if sql.startswith("CREATE VIEW") else "TRIGGER" if "TRIGGER" in sql else "TABLE"
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")
            connection.exec_driver_sql(sql)
        connection.exec_driver_sql(
            "INSERT INTO search(rowid, words) SELECT seq, words FROM search_source WHERE trim(words) != ''"
        )
        return
    connection.execute(text("DROP TABLE IF EXISTS search"))
    connection.execute(text("CREATE TABLE search (seq bigint PRIMARY KEY, words tsvector NOT NULL)"))
    connection.execute(text("CREATE INDEX ix_search_words ON search USING gin (words)"))
    for table, words in _indexed():
        insert = f"INSERT INTO search SELECT {{p}}seq, to_tsvector('simple', {words}) "
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION search_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF trim({words.format(p='NEW.')}) <> '' THEN {insert.format(p='NEW.')}; END IF; RETURN NULL; END $$"
            )
        )
        connection.execute(
            text(
                f"CREATE OR REPLACE TRIGGER search_{table.name} AFTER INSERT ON {table.name} "
                f"FOR EACH ROW EXECUTE FUNCTION search_{table.name}()"
            )
        )
        connection.execute(text(insert.format(p="") + f"FROM {table.name} WHERE trim({words.format(p='')}) <> ''"))


def broken(connection: Connection) -> tuple[str, ...]:
    """What is missing or altered in the index; the index is compared with the entries, word by word, on SQLite."""
    if not is_sqlite(connection):
        return ()
    there = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")}
    altered = tuple(name for name, sql in sqlite_objects().items() if there.get(name) != sql)
    return altered


def check_content(connection: Connection) -> None:
    """Raise the driver's error when the SQLite index disagrees with the entries it was made from."""
    if is_sqlite(connection):
        connection.exec_driver_sql("INSERT INTO search(search, rank) VALUES ('integrity-check', 1)")


def matching(connection: Connection, query: str, limit: int) -> list[int]:
    """Sequence numbers of entries that have every word of `query` (the last as a beginning), newest first, unfiltered.

    The caller joins them with what the actor may read: a hit count is never shown before that.
    """
    terms = [term for term in "".join(c if c.isalnum() else " " for c in query).split() if term]
    if not terms:
        return []
    parameters: dict[str, Any] = {"limit": limit}
    if is_sqlite(connection):
        parameters["q"] = " ".join(f'"{term}"' for term in terms[:-1]) + f' "{terms[-1]}"*'
        sql = "SELECT rowid FROM search WHERE search MATCH :q ORDER BY rowid DESC LIMIT :limit"
    else:
        parameters["q"] = " & ".join([*terms[:-1], terms[-1] + ":*"])
        sql = "SELECT seq FROM search WHERE words @@ to_tsquery('simple', :q) ORDER BY seq DESC LIMIT :limit"
    return [row[0] for row in connection.execute(text(sql), parameters)]
