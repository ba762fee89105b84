"""A store that an earlier commit made still opens, upgraded and verified, with nothing lost.

Each folder of db/samples is a training house as that schema's release wrote it, with what it held in `held.json`:
the entries and head of its spine, and how many rows each table had.
"""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.domain.time import SystemClock
from app.services.board import read_board
from app.services.entrance import sign_in, training_account
from app.store.migrations import latest
from app.store.tables import metadata
from app.store.verify import verify

SAMPLES = sorted(
    path for path in (Path(__file__).resolve().parents[2] / "db" / "samples").iterdir() if path.is_dir()
)


def test_every_schema_has_a_sample() -> None:
    assert latest() in {path.name for path in SAMPLES}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_it_opens_verified_and_whole(sample: Path, tmp_path: Path) -> None:
    folder = tmp_path / "house"
    shutil.copytree(sample, folder)
    held = json.loads((folder / "held.json").read_text(encoding="utf-8"))
    account = training_account(folder)
    assert account is not None
    desk = sign_in(folder, *account, SystemClock(), note=False)
    try:
        verdict = verify(desk.store, witnessed={held["entries"]: held["head"]})
        assert verdict.ok, verdict.first_broken
        assert verdict.entries == held["entries"]
        with desk.read() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == latest()
            counts = {
                name: connection.execute(select(func.count()).select_from(table)).scalar()
                for name, table in metadata.tables.items()
            }
        assert {name: counts[name] for name in held["rows"]} == held["rows"]
        assert len(read_board(desk).lines) == held["residents"]
    finally:
        desk.store.close()
