"""The headless commands: their shapes, their exit codes, and what they say of bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from app.domain.time import SetClock
from app.services.entrance import make_house, sign_in
from app.store.keys import NewMember
from tests.support.attacks import unguarded
from tests.support.demo_houses import EVENING, daybook, demo_house, script

NOW = "2026-11-22T21:42"
#: What no answer may show a person: a traceback.
TRACE = "Traceback"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return demo_house(tmp_path)


def test_demo(tmp_path: Path) -> None:
    said = daybook("demo", "--house", tmp_path / "new", "--days", 1, "--seed", 3, "--now", NOW, "--json")
    assert said.code == 0, said.err
    assert set(said.json) == {"house", "residents", "staff"}
    assert said.json["residents"] == 22
    assert {one["role"] for one in said.json["staff"]} == {
        "residential", "key_worker", "shift_lead", "deputy", "manager", "on_call", "quality",
    }  # fmt: skip
    assert len(said.json["staff"]) == 10
    for one in said.json["staff"]:
        password = tmp_path / "password"
        password.write_text(one["password"] + "\n", encoding="utf-8")
        opened = daybook(
            "board", "--house", tmp_path / "new", "--user", one["user"], "--password-file", password
        )
        assert opened.code == 0, opened.err
    again = daybook("demo", "--house", tmp_path / "new")
    assert (again.code, TRACE in again.err) == (2, False)
    assert "There is a house in this folder already" in again.err


def test_board(house: Path) -> None:
    said = daybook("board", "--house", house, "--now", NOW, "--json")
    assert said.code == 0, said.err
    assert set(said.json) == {"at", "staff_in", "residents"}
    assert said.json["at"] == "2026-11-22T21:42:00+00:00"
    assert len(said.json["staff_in"]) >= 2
    rows = said.json["residents"]
    assert len(rows) == 22
    assert all(
        set(row) == {"id", "name", "room", "presence", "last_seen", "overdue", "next_due"} for row in rows
    )
    lee = next(row for row in rows if row["name"] == "Leanne Carr")
    assert [(one["kind"], one["to"]) for one in lee["overdue"]] == [("every", "2026-11-22T21:34:00+00:00")]
    ifeoma = next(row for row in rows if row["name"] == "Ifeoma Chukwu")
    assert ifeoma["next_due"]["to"] == "2026-11-22T21:55:00+00:00"


def test_the_offset_is_the_houses_own(house: Path, tmp_path: Path) -> None:
    autumn = tmp_path / "autumn"
    daybook("demo", "--house", autumn, "--days", 1, "--now", "2026-10-25T01:30+01:00")
    said = daybook("board", "--house", autumn, "--now", "2026-10-25T01:30+01:00", "--json")
    assert said.json["at"] == "2026-10-25T01:30:00+01:00"
    later = daybook("board", "--house", autumn, "--now", "2026-10-25T01:30+00:00", "--json")
    assert later.json["at"] == "2026-10-25T01:30:00+00:00"


def test_due(house: Path) -> None:
    window = ("--from", "2026-11-21T23:00", "--to", "2026-11-21T23:30", "--now", NOW)
    said = daybook("due", "--house", house, *window, "--json")
    assert said.code == 0, said.err
    slots = [slot for slot in said.json["slots"] if slot["rule"] == "curfew"]
    assert len(slots) == 20
    assert {tuple(slot) for slot in said.json["slots"]} == {
        (
            "resident", "resident_id", "room", "kind", "rule", "from", "to", "outcome",
            "seen_at", "typed_at", "entered_later", "late_minutes", "why", "entry",
        )
    }  # fmt: skip
    assert {slot["outcome"] for slot in said.json["slots"]} <= {"due", "on_time", "late", "missed", "excused"}
    known = daybook("due", "--house", house, *window, "--known-at", "2026-11-21T22:59", "--json")
    # Amara was excused that afternoon, for a late shift.
    curfew = [slot for slot in known.json["slots"] if slot["rule"] == "curfew"]
    assert {slot["outcome"] for slot in curfew if slot["resident"] != "Amara Okafor"} == {"due"}
    assert {slot["outcome"] for slot in curfew if slot["resident"] == "Amara Okafor"} == {"excused"}


def test_tables_for_people(house: Path) -> None:
    board = daybook("board", "--house", house, "--now", NOW).out
    assert "Leanne Carr" in board
    assert "every 30–60 min by 21:34" in board
    due = daybook("due", "--house", house, "--now", NOW, "--from", "2026-11-22T21:00").out
    assert "her curfew 21:00" in due


def test_handover(house: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    said = daybook("handover", "--house", house, "--now", NOW, "--out", out, "--json")
    assert said.code == 0, said.err
    assert set(said.json) == {"number", "pages", "head"}
    pages = pypdf.PdfReader(out).pages
    text = " ".join(page.extract_text() for page in pages)
    assert len(pages) == said.json["pages"]
    assert f"Handover {said.json['number']}" in text
    assert said.json["head"] in text
    assert "Tamsin" not in text
    again = daybook("handover", "--house", house, "--now", NOW, "--out", out, "--json")
    assert again.json["number"] == said.json["number"] + 1


def test_a_sheet_that_can_not_be_written_is_not_offered(house: Path, tmp_path: Path) -> None:
    before = daybook("verify", "--house", house, "--json").json["entries"]
    said = daybook("handover", "--house", house, "--now", NOW, "--out", tmp_path / "nowhere" / "sheet.pdf")
    assert (said.code, TRACE in said.err) == (2, False)
    assert daybook("verify", "--house", house, "--json").json["entries"] == before


def test_who_may_not_offer_is_told_so(house: Path, tmp_path: Path) -> None:
    said = daybook(
        "handover", "--house", house, "--user", "quinn", "--now", NOW, "--out", tmp_path / "no.pdf"
    )
    assert said.code == 1
    assert "quality lead" in said.err


def test_verify(house: Path) -> None:
    said = daybook("verify", "--house", house, "--json")
    assert said.code == 0
    assert said.json["ok"] is True
    assert said.json["first_broken"] is None
    entries, head = said.json["entries"], said.json["head"]
    printed = f"{head[:4]} {head[4:8]} {head[8:12]}"
    assert daybook("verify", "--house", house, "--sheet", f"{entries:,} {printed}").code == 0
    wrong = daybook("verify", "--house", house, "--sheet", f"{entries} 0000 0000 0000", "--json")
    assert (wrong.code, wrong.json["ok"]) == (1, False)
    assert wrong.json["first_broken"]["entry"] == entries
    assert daybook("verify", "--house", house, "--sheet", "nonsense").code == 2


def test_verify_tells_of_a_changed_row(house: Path) -> None:
    desk = sign_in(house, "hannah", "eden-hannah", SetClock(EVENING), note=False)
    with unguarded(desk.store, "resident") as connection:
        connection.exec_driver_sql("UPDATE resident SET name = 'Somebody Else' WHERE name = 'Hope'")
    desk.store.close()
    said = daybook("verify", "--house", house, "--json")
    assert said.code == 1
    assert said.json["ok"] is False
    assert said.json["first_broken"]["table"] == "resident"


def test_play(house: Path, tmp_path: Path) -> None:
    acts = script(
        tmp_path,
        {"at": "2026-11-22T21:45", "by": "priya", "do": "check", "resident": "Lee", "how": "spoke"},
        {"at": "2026-11-22T21:46", "by": "priya", "do": "in", "resident": "Lee"},
    )
    said = daybook("play", acts, "--house", house, "--json")
    assert said.code == 0, said.err
    done, refused = said.rows
    assert set(done) == {"line", "at", "by", "do", "done", "seq", "entry"}
    assert (done["line"], done["done"]) == (1, True)
    assert set(refused) == {"line", "at", "by", "do", "done", "refused"}
    assert refused["refused"] == ["Leanne Carr is in already, as the record has it."]
    told = daybook(
        "play",
        script(tmp_path, {**json.loads(acts.read_text("utf-8").splitlines()[0]), "at": "2026-11-22T21:50"}),
        "--house",
        house,
    )
    assert "done" in told.out


def test_a_script_with_a_slip_does_nothing(house: Path, tmp_path: Path) -> None:
    before = daybook("verify", "--house", house, "--json").json["entries"]
    check = {"at": "2026-11-22T21:45", "by": "priya", "do": "check", "resident": "Lee", "how": "spoke"}
    said = daybook("play", script(tmp_path, check, {**check, "do": "chek"}), "--house", house, "--json")
    assert said.code == 2
    assert said.out == ""
    assert "Line 2: there is no act called chek." in said.err
    assert daybook("verify", "--house", house, "--json").json["entries"] == before
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    assert daybook("play", tmp_path / "latin", "--house", house).code == 2
    assert daybook("play", tmp_path / "nothing", "--house", house).code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("board", "--now", "2027-03-28T01:30"), "did not happen"),
        (("board", "--now", "2026-10-25T01:30"), "happened twice"),
        (("board", "--now", "soon"), "Write a date and time"),
        (("due", "--from", NOW, "--to", NOW), "has to end after it begins"),
        (("board", "--user", "nobody"), "no printed password"),
        (("frobnicate",), "No such command"),
        (("handover",), "--out"),
    ],
)
def test_bad_usage(house: Path, arguments: tuple[str, ...], said: str) -> None:
    more = () if arguments == ("frobnicate",) else ("--house", house)
    told = daybook(*arguments, *more)
    assert (told.code, TRACE in told.err) == (2, False)
    assert said in told.err


def test_a_wrong_password(house: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("not it\n", encoding="utf-8")
    for user in ("priya", "nobody"):
        said = daybook("board", "--house", house, "--user", user, "--password-file", password)
        assert (said.code, said.err.strip()) == (2, "The name or the password is not right.")


def test_no_house(tmp_path: Path) -> None:
    for command in (("board",), ("due",), ("verify",), ("handover", "--out", str(tmp_path / "x.pdf"))):
        said = daybook(*command, "--house", tmp_path / "nothing")
        assert (said.code, TRACE in said.err) == (2, False)
        assert "no house" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_cut_file(house: Path) -> None:
    store = house / "house.db"
    store.write_bytes(store.read_bytes()[:5000])
    said = daybook("verify", "--house", house, "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    board = daybook("board", "--house", house)
    assert (board.code, TRACE in board.err) == (1, False)
    assert board.err.strip()


def test_a_live_house_gives_nothing_away(tmp_path: Path) -> None:
    members = [NewMember("hannah", "Hannah Marsh", "manager", "three plain words")]
    folder = tmp_path / "live"
    make_house(folder, "Real House", "Europe/London", False, members, SetClock(EVENING)).store.close()
    assert daybook("board", "--house", folder).code == 2
    assert daybook("board", "--house", folder, "--user", "hannah").code == 2
    password = tmp_path / "password"
    password.write_text("three plain words", encoding="utf-8")
    account = ("--house", folder, "--user", "hannah", "--password-file", password)
    assert daybook("board", *account).code == 0
    assert "Only a training house" in daybook("board", *account, "--now", NOW).err
    check = {"at": NOW, "by": "hannah", "do": "note", "text": "x"}
    played = daybook("play", script(tmp_path, check), *account)
    assert played.code == 2
    assert "Only a training house" in played.err
    assert daybook("night", "--house", folder).code == 2


def test_as_a_process(house: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", *arguments]
        environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
        return subprocess.run(command, capture_output=True, encoding="utf-8", env=environ, check=False)

    board = run("board", "--house", str(house), "--now", NOW, "--json")
    assert board.returncode == 0
    assert "مريم الحسن" in {row["name"] for row in json.loads(board.stdout)["residents"]}
    missing = run("verify", "--house", str(house / "none"))
    assert (missing.returncode, missing.stdout) == (2, "")
    assert TRACE not in missing.stderr
    assert "Commands:" in run("--help").stdout
