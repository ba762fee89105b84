"""Nothing of the women is left in the open: not in the house's files, not in a log, not in a temporary file."""

import logging
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.services.notes import WriteNote
from tests.conftest import HOME
from tests.journeys.conftest import Person

KEY = Qt.Key
SQLITE = b"SQLite format 3"
#: Bytes. Four letters stand by chance in one of some hundred houses' ciphertext; seven bytes, never.
LEAST = 7
TYPED = "Zanzibar marigold, said at the kitchen table"


def traces(folders: Iterable[Path], words: Iterable[str]) -> list[str]:
    """Files under these folders that hold one of the words, in either common encoding, or begin as a plain SQLite file.

    A word too short to be told from chance (`LEAST`) counts for nothing."""
    coded = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le")]
    wanted = [SQLITE, *(word for word in coded if len(word) >= LEAST)]
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                found += [f"{path.name}: {word[:40]!r}" for word in wanted if word in content]
    return found


def test_no_name_no_word_and_no_plain_database_is_left(
    at_the_window: Callable[..., Person],
    well_house: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    caplog.set_level(logging.DEBUG)

    priya = at_the_window(well_house)
    names = [line.who.name for line in priya.board().lines]
    assert len(names) == 22
    priya.press(KEY.Key_F2)
    for answer in "sbu":
        priya.press(answer)
    priya.desk.do(WriteNote(resident=priya.board().lines[3].id, text=TYPED, hand_over=True))
    priya.sitting_draft("note", "half a sentence about the zanzibar evening")
    for section in ("now", "residents", "handover"):
        priya.window.shell.go(section)
        priya.wait()
    words = [*names, TYPED, "zanzibar evening"]
    places = [priya.folder, temporary, HOME]
    assert traces(places, words) == []
    priya.window.sign_out()
    priya.wait()
    priya.close()
    assert traces(places, words) == []
    assert not [name for name in words if name in caplog.text]

    (temporary / "planted").write_text(f"… {max(names, key=len)} …", encoding="utf-8")
    (temporary / "plain.db").write_bytes(SQLITE + b"\0")
    assert len(traces(places, words)) == 2
