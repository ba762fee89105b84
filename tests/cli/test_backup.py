"""The headless backup and restore: their shapes, their exit codes, and what they say."""

import json
from pathlib import Path

import pytest

from tests.support.demo_houses import daybook, demo_house

NOW = "2026-11-22T21:45"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return demo_house(tmp_path)


def test_a_backup_is_made_proven_and_restored(house: Path, tmp_path: Path) -> None:
    made = daybook("backup", "--house", house, "--now", NOW, "--json")
    assert made.code == 0, made.err
    assert set(made.json) == {"path", "made_at", "entries", "head", "proven"}
    assert made.json["made_at"] == "2026-11-22T21:45:00+00:00"
    assert made.json["proven"] is False
    proven = daybook("backup", "--house", house, "--now", NOW, "--prove")
    assert proven.code == 0, proven.err
    assert proven.out.startswith(
        f"Restored and compared: {made.json['entries']:,} entries, head {made.json['head'][:12]}"
    )
    new = tmp_path / "restored"
    restored = daybook("restore", made.json["path"], "--house", new, "--json")
    assert restored.code == 0, restored.err
    assert restored.json == {"house": str(new), "entries": made.json["entries"], "head": made.json["head"]}
    board = daybook("board", "--house", new, "--now", NOW, "--json")
    assert len(board.json["residents"]) == 22
    assert daybook("verify", "--house", new).code == 0


def test_another_folder(house: Path, tmp_path: Path) -> None:
    made = daybook("backup", "--house", house, "--now", NOW, "--to", tmp_path / "stick", "--json")
    assert Path(made.json["path"]).parent == tmp_path / "stick"
    assert daybook("backup", "--house", house, "--prove").code == 2, "none beside the house"
    assert daybook("backup", "--house", house, "--now", NOW, "--prove", "--to", tmp_path / "stick").code == 0


def test_bad_news_is_1_and_bad_usage_is_2(house: Path, tmp_path: Path) -> None:
    made = Path(daybook("backup", "--house", house, "--now", NOW, "--json").json["path"])
    over = daybook("restore", made, "--house", house)
    assert (over.code, "only ever restored into a new folder" in over.err) == (2, True)
    assert daybook("restore", tmp_path / "nowhere", "--house", tmp_path / "new").code == 2
    assert daybook("restore", house, "--house", tmp_path / "new").code == 2
    wrong = tmp_path / "password"
    wrong.write_text("not this one\n", encoding="utf-8")
    refused = daybook(
        "restore", made, "--house", tmp_path / "new", "--user", "priya", "--password-file", wrong
    )
    assert (refused.code, "password is not right" in refused.err) == (2, True)
    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps(manifest | {"entries": manifest["entries"] + 1}))
    for command in (("restore", made, "--house", tmp_path / "new"), ("backup", "--house", house, "--prove")):
        told = daybook(*command)
        assert (told.code, "its manifest says" in told.err, "Traceback" in told.err) == (1, True, False)
    assert not (tmp_path / "new").exists()
