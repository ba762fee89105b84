"""From the first schema on: a store is made and upgraded by the same migrations, then guarded and indexed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.store import guards, search
from app.store.errors import Damaged, Newer

MIGRATIONS = Path(__file__).resolve().parents[2] / "db"


def _config(connection: Connection | None = None, migrations: Path = MIGRATIONS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def latest(migrations: Path = MIGRATIONS) -> str:
    """The schema that this Daybook writes."""
    head = ScriptDirectory.from_config(_config(migrations=migrations)).get_current_head()
    if head is None:
        raise Damaged("Daybook's own migrations are missing. Install it again.")
    return head


def current(connection: Connection) -> str | None:
    """The schema of this store, None when it is empty."""
    return " ".join(MigrationContext.configure(connection).get_current_heads()) or None


def is_current(connection: Connection, migrations: Path = MIGRATIONS) -> bool:
    """Whether the store needs no upgrade. Raises Newer for one that a newer Daybook has written."""
    revision = current(connection)
    if revision == latest(migrations):
        return True
    scripts = ScriptDirectory.from_config(_config(migrations=migrations))
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise Newer(
            "This house was last used with a newer Daybook than this one. Nothing was changed. "
            "Install the newer Daybook, then open it again."
        )
    return False


def upgrade(connection: Connection, migrations: Path = MIGRATIONS) -> None:
    """Bring an empty or older store to the latest schema, then install guards and index, in one transaction."""
    command.upgrade(_config(connection, migrations), "head")
    guards.install(connection)
    search.install(connection)
