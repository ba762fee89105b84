"""A whole night without a window: sixty acts, played twice from the same seed, and the night that `run` plays where there
is no display.
"""

from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pypdf
import pytest

from app.__main__ import main
from app.services.demo import make_demo
from tests.support.demo_houses import EVENING, daybook, demo_house, script

MINUTE = timedelta(minutes=1)
MORNING = "2026-11-23T07:20"
#: The women who are in, in walking order, whom nobody has to break glass to name.
ROUND = (
    "Anne Doyle", "Anne Doyles", "Gita Sandhu", "Hope", "Laura Quill", "Simone Tavares-Quintanilha", "Paula Vance", "Lee",
    "Tamsin Reid", "Beatrix Fox-Pemberton", "Ruth Adeyemi", "Ifeoma Chukwu", "Sunniva", "Deb", "Amara Okafor",
    "Niamh Ní Bhriain", "Jo Hale", "Zofia Wiśniewska", "مريم الحسن", "Margot",
)  # fmt: skip


def night() -> list[dict[str, Any]]:
    """Sixty acts from a quarter to ten in the evening to the take-over in the morning."""
    acts: list[dict[str, Any]] = []

    def act(at: datetime, do: str, by: str = "priya", **fields: Any) -> None:
        acts.append({"at": at.isoformat(), "by": by, "do": do, **fields})

    act(EVENING + 3 * MINUTE, "check", resident="Lee", how="spoke", late_reason="on the absence call")
    act(EVENING + 4 * MINUTE, "check", by="dawn", resident="Ifeoma Chukwu", how="awake")
    act(EVENING + 5 * MINUTE, "strike", by="dawn", entry="#2", reason="wrong line")
    act(EVENING + 6 * MINUTE, "check", by="dawn", resident="Ifeoma Chukwu", how="spoke", occasion="talk")
    act(EVENING + 12 * MINUTE, "note", resident="Hope", text="Wants the early wash", hand_over=True)
    act(EVENING + 14 * MINUTE, "check", resident="Amara Okafor", how="spoke", occasion="sign_in")
    act(EVENING + 30 * MINUTE, "in", by="dawn", resident="Jo Hale")
    act(EVENING + 50 * MINUTE, "in", by="dawn", resident="Deb", how="spoke")
    act(
        EVENING + 52 * MINUTE, "case_step", resident="Kelly-Ann Moss", kind="told_manager", who="Olive Brandt"
    )
    act(
        EVENING + 55 * MINUTE,
        "decide",
        by="olive",
        resident="Kelly-Ann Moss",
        decision="wait",
        decided_by="Olive Brandt",
    )
    at = datetime(2026, 11, 22, 23, 2, tzinfo=UTC)
    hows = cycle(("spoke", "asleep_breathing", "awake"))
    for number, name in enumerate(ROUND):
        act(at + number * timedelta(seconds=40), "check", resident=name, how=next(hows))
    act(at + 15 * MINUTE, "amend", entry="#11", how="awake", reason="she was up")
    act(at + 20 * MINUTE, "note", text="Landing light out on the second floor", hand_over=True)
    act(
        at + 21 * MINUTE,
        "action",
        text="Lamp for the second floor landing",
        owner="ruta",
        due="2026-11-23T12:00",
    )
    act(at + 30 * MINUTE, "in", resident="Kelly-Ann Moss", how="spoke", condition="Cold, sober")
    act(
        at + 32 * MINUTE,
        "close_case",
        resident="Kelly-Ann Moss",
        outcome="Back at 23:32",
        reason="She came back before the rest was needed.",
    )
    act(
        at + 33 * MINUTE,
        "rule",
        by="dawn",
        resident="Laura Quill",
        purpose="close",
        title="close",
        minimum=0,
        maximum=15,
    )
    act(at + 34 * MINUTE, "end_rule", by="dawn", rule="Laura Quill: close")
    checks = [(number, name) for number in range(14) for name in ("Laura Quill", "Lee")]
    for number, name in checks[: 60 - len(acts) - 6]:
        seen = at + (40 + 22 * number + (name == "Lee")) * MINUTE
        act(seen, "check", by="dawn", resident=name, how="asleep_breathing" if name == "Lee" else "roused")
    last = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)
    act(last, "excuse", resident="Beatrix Fox-Pemberton", reason="court", ends="2026-11-23T10:00")
    act(last + 10 * MINUTE, "on_duty", by="tess")
    act(last + 12 * MINUTE, "offer")
    act(last + 14 * MINUTE, "print", names=["Tess Lovell", "Sal Whitt"])
    act(last + 22 * MINUTE, "read", by="tess", question="Is the landing safe?")
    act(last + 25 * MINUTE, "take_over", by="tess")
    return acts


def play_it(folder: Path) -> tuple[Any, ...]:
    played = daybook("play", script(folder.parent, *night()), "--house", folder, "--json")
    assert played.code == 0, played.err
    common = ("--house", folder, "--now", MORNING, "--json")
    due = daybook("due", *common, "--from", "2026-11-22T19:00", "--to", "2026-11-23T10:00")
    board = daybook("board", *common)
    paper = folder.parent / "sheet.pdf"
    sheet = daybook("handover", *common, "--out", paper)
    proof = daybook("verify", "--house", folder, "--json")
    assert (due.code, board.code, sheet.code, proof.code) == (0, 0, 0, 0)
    return played.rows, due.json, board.json, sheet.json, paper.read_bytes(), proof.json


def test_sixty_acts_played_twice_come_out_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    make_demo(second / "house", days=6, now=EVENING)
    one, two = play_it(demo_house(first)), play_it(second / "house")
    assert len(one[0]) == 60
    assert one == two
    rows, due, board, sheet, _, proof = one
    refused = [row for row in rows if not row["done"]]
    assert [row["do"] for row in refused] == ["end_rule"]
    assert "only" in " ".join(refused[0]["refused"]) or "manager" in " ".join(refused[0]["refused"])
    assert proof["ok"] is True
    assert sheet["pages"] == 2
    by_name = {row["name"]: row for row in board["residents"]}
    assert by_name["Kelly-Ann Moss"]["presence"] == "in"
    curfew = [row for row in due["slots"] if row["rule"] == "curfew"]
    assert {row["outcome"] for row in curfew if row["resident"] == "Anne Doyle"} == {"on_time"}
    assert all(
        row["entry"] in {one["entry"] for one in rows if "entry" in one} for row in curfew if row["seen_at"]
    )


def test_without_a_display_it_plays_a_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("app.cli.data_folder", lambda: tmp_path / "data")
    house = demo_house(tmp_path)
    before = {file.name: file.read_bytes() for file in house.glob("*.json")}
    for _ in range(2):
        assert main(["--house", str(house)]) == 0
        told = capsys.readouterr().out
        assert "no display" in told
        assert "Anne Doyle" in told
        assert "Curfew round: " in told
        paper = Path(told.strip().rpartition(": ")[2])
        text = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
        assert "Eden House" in text
        assert "TRAINING" in text.upper()
    assert {file.name: file.read_bytes() for file in house.glob("*.json")} == before
    assert daybook("verify", "--house", house).code == 0
    assert daybook("verify", "--house", tmp_path / "data" / "night-rehearsed").code == 0
