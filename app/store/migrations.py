"""From the first schema on: a store is made and upgraded by the same migrations, then guarded and indexed.

Alembic is only loaded to upgrade: it takes as long to import as all the rest of the store, and whether a store is
current is told by its own number and the migrations' first lines.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.store import guards, search
from app.store.errors import Damaged, Newer

MIGRATIONS = Path(__file__).resolve().parents[2] / "db"
_REVISION = re.compile(r'^(down_revision|revision)\b[^=\n]*= *(?:"(\w+)"|None)', re.MULTILINE)


def latest(migrations: Path = MIGRATIONS) -> str:
    """The schema that this Daybook writes."""
    known = _known(migrations)
    heads = known.keys() - set(known.values())
    if len(heads) != 1:
        raise Damaged("Daybook's own migrations are missing or don't fit together. Install it again.")
    return heads.pop()


def current(connection: Connection) -> str | None:
    """The schema of this store, None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version ORDER BY version_num"))
    return " ".join(str(number) for (number,) in found) or None


def is_current(connection: Connection, migrations: Path = MIGRATIONS) -> bool:
    """Whether the store needs no upgrade. Raises Newer for one that a newer Daybook has written."""
    revision = current(connection)
    if revision == latest(migrations):
        return True
    if revision is not None and revision not in _known(migrations):
        raise Newer(
            "This house was last used with a newer Daybook than this one. Nothing was changed. "
            "Install the newer Daybook, then open it again."
        )
    return False


def upgrade(connection: Connection, migrations: Path = MIGRATIONS) -> None:
    """Bring an empty or older store to the latest schema, then install guards and index, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    guards.install(connection)
    search.install(connection)


def _known(migrations: Path) -> dict[str, str]:
    """Each revision with the one before it ("" before the first)."""
    known = {}
    for script in sorted((migrations / "versions").glob("*.py")):
        said = dict(_REVISION.findall(script.read_text(encoding="utf-8")))
        known[said["revision"]] = said["down_revision"]
    return known
