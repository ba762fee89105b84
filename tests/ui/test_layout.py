"""The remembered windows: what is kept, what never is, and a file or a screen that is no good."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.ui.layout import LEAST, Layout, Place, on_a_screen

HERE = Place((10, 20, 700, 500), False, "DP-1", "now", {"now": {"view": "plan", "width": 240}})


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "layout.json"
    Layout(path).keep([HERE, Place(maximised=True, section="round")])
    first, second = Layout(path).places
    assert first == HERE
    assert (second.maximised, second.section) == (True, "round")
    assert [each.name for each in path.parent.iterdir()] == ["layout.json"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"windows": 3}', '{"windows": [3]}', '{"windows": [{"at": [1, 2, 3]}]}',
     '{"windows": [{"at": ["x", 2, 3, 4]}]}', '{"windows": [{"at": [1, 2, 3, 1e30]}]}', "[" * 100_000],
)  # fmt: skip
def test_a_spoilt_file_counts_for_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "layout.json"
    path.write_text(content, encoding="utf-8")
    layout = Layout(path)
    assert layout.places == ()
    layout.keep([HERE])
    assert Layout(path).places == (HERE,)


def test_one_that_cannot_be_read_or_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    layout = Layout(tmp_path / "file" / "layout.json")
    layout.keep([HERE])
    assert layout.places == (HERE,)
    assert Layout(tmp_path).places == ()


def test_no_name_and_no_id_gets_into_the_file(tmp_path: Path) -> None:
    pages: dict[str, dict[str, Any]] = {
        "now": {
            "find": "Kelly-Ann Moss",
            "her": "0192f6c0-1234-7abc-8def-001122334455",
            "bare": "0192f6c012347abc8def001122334455",
            "Kelly-Ann": 3,
            "list": ["plan", "Anne Doyle", 7],
            "inner": {"note": "She said", "view": "list"},
            "view": "plan",
        }
    }
    Layout(tmp_path / "layout.json").keep([Place(pages=pages)])
    text = (tmp_path / "layout.json").read_text(encoding="utf-8")
    for word in ("Kelly", "Moss", "Anne", "0192f6c0", "She said"):
        assert word not in text
    kept = json.loads(text)["windows"][0]["pages"]["now"]
    assert kept == {"list": ["plan", 7], "inner": {"view": "list"}, "view": "plan"}


def test_what_somebody_wrote_into_the_file_is_read_with_the_same_care(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    window = {"at": [0, 0, 1, 1], "section": "Not A Word", "pages": {"now": {"view": "Plan It", "n": 1}}}
    path.write_text(json.dumps({"windows": [window] * 40}), encoding="utf-8")
    places = Layout(path).places
    assert len(places) == 4
    assert places[0].at[2:] == LEAST.toTuple()
    assert places[0].section == ""
    assert places[0].pages == {"now": {"n": 1}}


def test_a_window_on_a_screen_stays_where_it_was(qapp: QApplication) -> None:
    assert on_a_screen(HERE).getRect() == HERE.at


@pytest.mark.parametrize("at", [(5000, 20, 700, 500), (-3000, -900, 700, 500), (10, 2000, 700, 500)])
def test_a_screen_that_is_gone_puts_it_on_a_real_one(
    qapp: QApplication, at: tuple[int, int, int, int]
) -> None:
    box = on_a_screen(Place(at))
    assert QGuiApplication.primaryScreen().availableGeometry().contains(box)
    assert box.size().toTuple() == at[2:]


def test_a_window_larger_than_the_screen_is_made_to_fit(qapp: QApplication) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    box = on_a_screen(Place((9000, 9000, 90_000, 90_000)))
    assert room.contains(box)
