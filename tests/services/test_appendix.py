"""The restricted appendix: who is listed for her reads it, and nobody else finds a word of it anywhere."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from pypdf import PdfReader

from app.domain.handovers import Appendix
from app.services.appendix import PrintAppendix, ReturnAppendix, appendix, appendix_pdf
from app.services.desk import Desk
from app.services.grab import MakeGrabPack, grab_pdf
from app.services.handovers import Offer, PrintCopies, TakeOver, draft_sheet, sheet, sheet_pdf
from app.services.notes import OpenAction, WriteNote
from app.services.papers import papers
from app.services.residents import ChangeResident, ListReader, Restrict, UnlistReader
from app.store.tables.handovers import handover_appendix, handover_mark
from app.store.verify import verify
from tests.support.houses import EVERY_ROLE, House, small_house

#: Every planted word has this in it.
MARK = "Xyzzy"


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[House]:
    """Hope is restricted; Sal and Kim are listed for her. What was written of her is marked, and so is her name."""
    made = small_house(tmp_path / "house", staff=EVERY_ROLE, told=[("Hope", {"restricted": True})])
    her = made.women["Hope"]
    for user in ("sal", "kim"):
        made.by("hannah", ListReader(resident=her, staff=made.staff(user), reason="Her keyworker"))
    made.by("sal", ChangeResident(resident=her, name=f"{MARK}a Hope", alerts=f"{MARK} alerts"))
    made.by("sal", WriteNote(resident=her, text=f"{MARK} note: {MARK}a spoke of her brother", hand_over=True))
    made.by("sal", OpenAction(resident=her, text=f"{MARK} action", due=made.at(23, 50)))
    yield made
    made.desk.store.close()


def read(house: House, user: str) -> Appendix | None:
    desk = house.as_user(user)
    shown = sheet(desk)
    assert shown is not None
    return appendix(desk, shown)


def words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_who_is_listed_reads_it_whole(planted: House) -> None:
    planted.do(Offer())
    hers = read(planted, "sal")
    assert hers is not None
    (part,) = hers.parts
    assert part.name == f"{MARK}a Hope"
    assert any(f"{MARK} note: {MARK}a spoke of her brother" in told for told in part.told)
    assert [action.what for action in part.actions] == [f"{MARK}a Hope ({part.room}): {MARK} action"]
    assert any(f"{MARK} action" in first for first in part.first)
    for user in ("priya", "dawn", "hannah", "quinn"):
        assert read(planted, user) is None
    assert verify(planted.desk.store).ok


def test_nothing_of_it_is_anywhere_else(planted: House) -> None:
    planted.do(Offer())
    planted.do(PrintCopies(names=("Dawn Ellery",)))
    planted.by("sal", PrintAppendix())
    planted.do(MakeGrabPack())
    dawn = planted.as_user("dawn")
    shown = sheet(dawn)
    assert shown is not None
    said = [
        json.dumps(msgspec.to_builtins(shown)),
        json.dumps(msgspec.to_builtins(draft_sheet(dawn))),
        json.dumps(msgspec.to_builtins(papers(dawn))),
        words(sheet_pdf(dawn, shown, shown.copies[0])),
        shown.title + repr(shown.copies) + repr(shown.copies_out),
    ]
    grab = grab_pdf(dawn)
    assert grab is not None
    said.append(words(grab[1]))
    for text in said:
        assert MARK.lower() not in text.lower()
    assert all(copy.name != "Sal Byrne" for copy in shown.copies)
    with planted.desk.read() as connection:
        kept = connection.execute(handover_appendix.select()).all()
        marks = connection.execute(handover_mark.select()).all()
    assert [row.resident_id for row in kept] == [planted.women["Hope"]]
    assert {row.resident_id for row in marks if row.kind == "appendix"} == {planted.women["Hope"]}


def test_it_is_printed_for_its_reader_alone_and_every_page_says_so(planted: House) -> None:
    planted.do(Offer())
    (copy,) = planted.by("sal", PrintAppendix())
    assert (copy.number, copy.of, copy.name) == (1, 1, "Sal Byrne")
    (second,) = planted.by("kim", PrintAppendix())
    assert (second.number, second.name) == (2, "Kim Osei")
    hers = read(planted, "sal")
    assert hers is not None
    content = appendix_pdf(planted.as_user("sal"), hers, copy)
    for page in PdfReader(BytesIO(content)).pages:
        text = page.extract_text()
        assert "RESTRICTED APPENDIX, FOR Sal Byrne ONLY" in text
        assert "copy 1 of 1 · for Sal Byrne" in text
    assert f"{MARK}a Hope" in words(content)
    assert content == appendix_pdf(planted.as_user("sal"), hers, copy)
    refusal = planted.refused("dawn", PrintAppendix())
    assert str(refusal) == "Handover 1 has no restricted appendix that you may read."


def test_a_copy_comes_back_and_only_its_readers_know_of_it(planted: House) -> None:
    planted.do(Offer())
    planted.by("sal", PrintAppendix())
    assert "is back and shredded" in planted.by("kim", ReturnAppendix(copy=1)).said
    assert "was back already" in planted.by("sal", ReturnAppendix(copy=1)).said
    hers = read(planted, "sal")
    assert hers is not None and hers.copies[0].returned is not None
    assert hers.copies[0].returned.name == "Kim Osei"
    assert "has no copy 2. It has 1." in str(planted.refused("sal", ReturnAppendix(copy=2)))
    assert "that you may read" in str(planted.refused("dawn", ReturnAppendix(copy=1)))
    shown = sheet(planted.desk)
    assert shown is not None and shown.copies == ()


def test_it_stays_as_it_was_offered_and_later_is_beside_it(planted: House) -> None:
    planted.do(Offer())
    before = read(planted, "sal")
    planted.clock.set(planted.at(23, 20))
    planted.by("sal", WriteNote(resident=planted.women["Hope"], text="asked for a nurse", hand_over=True))
    after = read(planted, "sal")
    assert before is not None and after is not None
    assert after.parts == before.parts
    assert [(later.at, later.by) for later in after.later] == [(planted.at(23, 20), "Sal Byrne")]
    assert "asked for a nurse" in after.later[0].text
    planted.by("dawn", TakeOver())
    planted.clock.set(planted.at(23, 40))
    planted.by("sal", WriteNote(resident=planted.women["Hope"], text="slept badly, she said", hand_over=True))
    taken = read(planted, "sal")
    assert taken is not None and taken.later == after.later


def test_access_is_asked_when_it_is_read_not_when_it_was_made(planted: House) -> None:
    her = planted.women["Hope"]
    planted.do(Offer())
    planted.by("hannah", UnlistReader(resident=her, staff=planted.staff("sal")))
    assert read(planted, "sal") is None
    planted.by("hannah", ListReader(resident=her, staff=planted.staff("gwen"), reason="Deputy"))
    gwen = read(planted, "gwen")
    assert gwen is not None and gwen.parts[0].resident == her


def restrict(house: House, name: str, user: str) -> UUID:
    woman = house.women[name]
    house.by("hannah", Restrict(resident=woman, reason="Her family must not find her"))
    house.by("hannah", ListReader(resident=woman, staff=house.staff(user), reason="Her keyworker"))
    return woman


def test_each_reader_has_her_own_women_and_no_other_name(planted: House) -> None:
    gita = restrict(planted, "Gita Sandhu", "dawn")
    planted.by("sal", WriteNote(resident=planted.women["Hope"], text="sat with Gita Sandhu", hand_over=True))
    planted.by("hannah", ListReader(resident=gita, staff=planted.staff("kim"), reason="Both"))
    planted.do(Offer())
    by_user = {user: read(planted, user) for user in ("sal", "dawn", "kim")}
    women = {user: {part.resident for part in hers.parts} for user, hers in by_user.items() if hers}
    assert women == {"sal": {planted.women["Hope"]}, "dawn": {gita}, "kim": {planted.women["Hope"], gita}}
    sal = by_user["sal"]
    assert sal is not None
    assert "Gita" not in json.dumps(msgspec.to_builtins(sal.parts))
    assert "sat with [restricted]" in json.dumps(msgspec.to_builtins(sal.parts))


def test_a_sheet_without_restricted_women_has_none(tmp_path: Path) -> None:
    house = small_house(tmp_path / "house", staff=EVERY_ROLE)
    house.do(Offer())
    assert read(house, "priya") is None
    assert "no restricted appendix" in str(house.refused("priya", PrintAppendix(number=1)))
    assert "The handover has no restricted appendix" in str(house.refused("priya", PrintAppendix(number=7)))
    desk: Desk = house.desk
    with desk.read() as connection:
        assert connection.execute(handover_appendix.select()).all() == []
    house.desk.store.close()
