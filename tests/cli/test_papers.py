"""Paper from the command line: the restricted appendix for who is listed, and the grab pack."""

from pathlib import Path

import pypdf
import pytest

from tests.support.demo_houses import daybook, demo_house

NOW = "2026-11-22T21:42"
TRACE = "Traceback"
#: Who is restricted in the demo house; Sal is listed for her, Dawn is not.
HER = "Tamsin"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return demo_house(tmp_path)


def text(path: Path) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def test_the_appendix_is_for_who_is_listed(house: Path, tmp_path: Path) -> None:
    out = tmp_path / "appendix.pdf"
    daybook("handover", "--house", house, "--now", NOW, "--out", tmp_path / "sheet.pdf")
    said = daybook("appendix", "--house", house, "--user", "sal", "--now", NOW, "--out", out, "--json")
    assert said.code == 0, said.err
    assert set(said.json) == {"number", "copy", "women"}
    assert said.json["women"] == 1
    assert HER not in said.out
    printed = text(out)
    assert HER in printed
    assert "FOR Sal Whitt ONLY" in printed
    again = daybook("appendix", "--house", house, "--user", "sal", "--now", NOW, "--out", out)
    assert "restricted appendix, copy 2, for Sal Whitt only" in again.out


def test_nobody_else_gets_a_word_of_it(house: Path, tmp_path: Path) -> None:
    out = tmp_path / "appendix.pdf"
    daybook("handover", "--house", house, "--now", NOW, "--out", tmp_path / "sheet.pdf")
    before = daybook("verify", "--house", house, "--json").json["entries"]
    said = daybook("appendix", "--house", house, "--user", "dawn", "--now", NOW, "--out", out)
    assert (said.code, TRACE in said.err) == (1, False)
    assert "no restricted appendix that you may read" in said.err
    assert HER not in said.out + said.err
    assert not out.exists()
    assert daybook("verify", "--house", house, "--json").json["entries"] == before


def test_the_grab_pack(house: Path, tmp_path: Path) -> None:
    out = tmp_path / "grab.pdf"
    said = daybook("grab", "--house", house, "--now", NOW, "--out", out, "--json")
    assert said.code == 0, said.err
    assert set(said.json) == {"number", "pages", "head"}
    printed = text(out)
    assert said.json["pages"] == len(pypdf.PdfReader(out).pages)
    assert said.json["head"] in printed
    assert f"Grab pack {said.json['number']}" in printed
    assert "Leanne Carr" in printed
    assert HER not in printed
    again = daybook("grab", "--house", house, "--now", NOW, "--out", out)
    assert f"Grab pack {said.json['number'] + 1}, " in again.out


@pytest.mark.parametrize("command", ["grab", "appendix"])
def test_a_paper_that_can_not_be_written_is_not_numbered(house: Path, tmp_path: Path, command: str) -> None:
    before = daybook("verify", "--house", house, "--json").json["entries"]
    said = daybook(command, "--house", house, "--now", NOW, "--out", tmp_path / "nowhere" / "paper.pdf")
    assert (said.code, TRACE in said.err) == (2, False)
    assert daybook("verify", "--house", house, "--json").json["entries"] == before
