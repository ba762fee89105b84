"""What is read from the migrations' first lines is what Alembic makes of them."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.store import migrations
from app.store.errors import Damaged


def test_the_latest_schema_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert migrations.latest() == ScriptDirectory.from_config(config).get_current_head()


def test_migrations_that_fork_or_are_missing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="Install it again"):
        migrations.latest(tmp_path)
    (tmp_path / "versions").mkdir()
    for name, before in (("0001", None), ("0002a", "0001"), ("0002b", "0001")):
        script = f"revision: str = {name!r}\ndown_revision = {before!r}\n".replace("'", '"')
        (tmp_path / "versions" / f"{name}.py").write_text(script, encoding="utf-8")
    with pytest.raises(Damaged, match="don't fit together"):
        migrations.latest(tmp_path)
    (tmp_path / "versions" / "0002b.py").unlink()
    assert migrations.latest(tmp_path) == "0002a"


def test_a_house_opens_without_alembic(folder: Path) -> None:
    """It takes as long to load as all the rest of the store."""
    program = (
        "import sys, pathlib; from app.store.store import Store; "
        "Store.open(pathlib.Path(sys.argv[1]), bytes(range(32))).close(); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'alembic', 'mako', 'pytest'}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout == "[]\n"
