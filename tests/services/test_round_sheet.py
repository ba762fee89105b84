"""The paper round sheet on a real store: printed for nobody in particular, typed back box by box."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.domain.papers import PaperKind
from app.domain.regimes import Purpose
from app.domain.round_sheet import Box
from app.domain.rounds import Need
from app.domain.sightings import How, Precision, Source
from app.domain.slots import Outcome
from app.services.board import read_dues
from app.services.checks import Strike
from app.services.movements import GoOut
from app.services.papers import PrintPaper, papers
from app.services.regimes import StartRule
from app.services.residents import WriteAgreement
from app.services.round_sheet import (
    PrintRound,
    TypeBack,
    TypedBack,
    printed_sheet,
    round_sheet_pdf,
    sheet_now,
)
from app.services.rounds import read_round
from app.services.walks import StartWalk
from tests.ui.houses import NAMES, NIGHT, House, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = small_house(tmp_path / "house", told=[("Hope", {"restricted": True})])
    yield made
    made.desk.store.close()


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def later(house: House, **time: float) -> None:
    house.clock.advance(timedelta(**time))


def test_a_sheet_has_everyone_in_walking_order_and_names_no_restricted_woman(house: House) -> None:
    answers = {"asleep": "Torch to the floor", "wake_when": "Only if in doubt", "by_whom": "a woman"}
    house.do(WriteAgreement(resident=house.women["Anne Doyle"], answers=answers))
    house.do(GoOut(resident=house.women["Mary Ellis"], place="town"))
    house.do(StartRule(resident=house.women["Gita Sandhu"], purpose=Purpose.WELFARE, minimum=0, maximum=60))
    kept = house.by("hannah", PrintRound(names=("Dawn Ellery", "office")))
    found = printed_sheet(house.as_user("hannah"), kept.number)
    assert found is not None
    assert [line.room for line in found.sheet.lines] == ["1 Sage", "2 Thyme", "3 Mint", "4 Fennel", "5 Dill"]
    anne, mary, _, gita, hope = found.sheet.lines
    assert (anne.agreement, anne.by_whom) == ("Torch to the floor. Wake: only if in doubt.", "a woman")
    assert mary.now == "out since 23:05"
    assert gita.due == ("curfew by 23:20", "every 60 min, first by 00:05", "morning 07:30–10:00")
    assert hope.name == "one woman, restricted"
    paper = text_of(round_sheet_pdf(found.sheet, found.paper, 1))
    assert "Hope" not in paper
    assert f"Round sheet 1 · copy 1 of 2 · for Dawn Ellery · record {found.paper.head}" in paper
    for words in (
        "Torch to the floor.",
        "one woman, restricted",
        "out since 23:05",
        "5D",
        "asleep, breathing seen",
    ):
        assert words in paper


def test_the_same_sheet_and_copy_are_the_same_bytes_and_another_copy_is_not(house: House) -> None:
    house.do(PrintRound(names=("Dawn Ellery", "office")))
    found = printed_sheet(house.desk)
    assert found is not None
    assert round_sheet_pdf(found.sheet, found.paper, 1) == round_sheet_pdf(found.sheet, found.paper, 1)
    assert round_sheet_pdf(found.sheet, found.paper, 1) != round_sheet_pdf(found.sheet, found.paper, 2)


def test_numbers_run_and_a_reprint_goes_on_counting_its_copies(house: House) -> None:
    assert [house.do(PrintRound()).number for _ in range(2)] == [1, 2]
    copies = house.do(PrintPaper(kind=PaperKind.ROUND, number=1, names=("Kim Osei",)))
    assert [(copy.number, copy.of) for copy in copies] == [(2, 2)]
    assert house.refused("priya", PrintRound(passes=9)).fields == ("passes",)


def test_a_long_house_goes_over_sides_with_its_letters_on_each(tmp_path: Path) -> None:
    house = small_house(tmp_path / "long", names=NAMES)
    reader = PdfReader(BytesIO(round_sheet_pdf(sheet_now(house.desk, 6))))
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert "asleep, breathing seen" in " ".join(page.extract_text().split())
        assert "Pass F" in page.extract_text()
    house.desk.store.close()


def test_a_box_becomes_one_check_with_its_own_time_and_both_hands(house: House) -> None:
    house.do(PrintRound())
    later(house, minutes=40)
    seen = NIGHT + timedelta(minutes=4)
    house.do(TypeBack(number=1, line=1, code="b", seen_at=seen, seen_by=house.staff("dawn"), note="Warm."))
    later(house, minutes=1)
    line = read_round(house.desk).line(house.women["Anne Doyle"])
    assert line is not None
    assert line.met is not None
    assert (line.met.how, line.met.seen_to, line.met.source) == (How.ASLEEP_BREATHING, seen, Source.PAPER)
    assert (line.met.seen_by, line.met.typed_by, line.met.noted) == ("Dawn Ellery", "Priya Nair", True)
    assert line.met.unconfirmed
    assert line.late_minutes is None
    dues = read_dues(house.desk, NIGHT - timedelta(minutes=5), NIGHT + timedelta(minutes=20))
    curfew = next(
        it.resolved for it in dues if it.who.id == line.id and it.resolved.slot.purpose is Purpose.CURFEW
    )
    assert (curfew.outcome, curfew.entered_later) == (Outcome.ON_TIME, True)
    found = printed_sheet(house.desk)
    assert found is not None
    assert found.typed[Box(1, 0)].said(house.desk.house.zone) == "23:09 B"


def test_a_late_time_is_late_however_it_was_typed(house: House) -> None:
    house.do(PrintRound())
    later(house, minutes=60)
    house.do(TypeBack(number=1, line=1, code="S", seen_at=NIGHT + timedelta(minutes=35)))
    line = read_round(house.desk).line(house.women["Anne Doyle"])
    assert line is not None
    assert (line.late_minutes, line.reason_asked) == (20, True)


def test_about_between_and_out(house: House) -> None:
    house.do(PrintRound())
    later(house, minutes=40)
    at = NIGHT + timedelta(minutes=3)
    house.do(TypeBack(number=1, line=1, code="S", seen_at=at, precision=Precision.ABOUT))
    house.do(TypeBack(number=1, line=2, code="U", seen_at=at, seen_until=at + timedelta(minutes=5)))
    house.do(TypeBack(number=1, line=3, code="O", seen_at=at, note="To her sister."))
    found = printed_sheet(house.desk)
    assert found is not None
    said = [typed.said(house.desk.house.zone) for _, typed in sorted(found.typed.items())]
    assert said == ["about 23:08 S", "23:08–23:13 U", "23:08 O"]
    line = read_round(house.desk).line(house.women[NAMES[2]])
    assert line is not None
    assert line.need is Need.AWAY


def test_a_box_is_typed_back_once_and_again_only_when_it_was_struck(house: House) -> None:
    house.do(PrintRound())
    later(house, minutes=10)
    typed = house.do(TypeBack(number=1, line=1, code="S", seen_at=house.clock.now()))
    again = house.refused("dawn", TypeBack(number=1, line=1, code="U", seen_at=house.clock.now()))
    assert str(again) == "Box 1A is typed back already: 23:15 S, by Priya Nair."
    house.do(TypeBack(number=1, line=1, column=1, code="U", seen_at=house.clock.now()))
    house.do(Strike(entry=typed.id, reason="wrong line"))
    found = printed_sheet(house.desk)
    assert found is not None
    assert set(found.typed) == {Box(1, 1)}
    house.do(TypeBack(number=1, line=1, code="U", seen_at=house.clock.now()))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"seen_at": NIGHT - timedelta(minutes=1)}, "seen_at"),
        ({"seen_at": NIGHT + timedelta(hours=3)}, "seen_at"),
        ({"seen_at": NIGHT, "seen_until": NIGHT + timedelta(hours=3)}, "seen_until"),
        ({"seen_at": NIGHT, "code": "Z"}, "code"),
        ({"seen_at": NIGHT, "line": 9}, "line"),
        ({"seen_at": NIGHT, "column": 4}, "line"),
        ({"seen_at": NIGHT, "number": 7}, "number"),
    ],
)
def test_what_can_not_have_been_written_is_refused(house: House, facts: dict, field: str) -> None:  # type: ignore[type-arg]
    house.do(PrintRound())
    later(house, minutes=40)
    told = {"number": 1, "line": 1, "code": "S"} | facts
    assert house.refused("priya", TypeBack(**told)).fields == (field,)


def test_a_woman_who_was_out_is_refused_and_a_look_at_her_door_is_not(house: House) -> None:
    mary = house.women["Mary Ellis"]
    house.do(GoOut(resident=mary, place="town"))
    house.do(PrintRound())
    later(house, minutes=20)
    seen = NIGHT + timedelta(minutes=5)
    refused = house.refused("priya", TypeBack(number=1, line=2, code="S", seen_at=seen))
    assert str(refused).startswith("Mary Ellis was out then since 23:05, Sun 22 Nov, as the record has it.")
    assert refused.fields == ("seen_at",)
    house.do(TypeBack(number=1, line=2, code="2", seen_at=seen))


def test_an_empty_box_is_nothing_at_all(house: House) -> None:
    house.do(PrintRound())
    later(house, minutes=10)
    house.do(TypeBack(number=1, line=1, code="S", seen_at=house.clock.now()))
    house.do(TypedBack(number=1))
    found = read_round(house.desk)
    line = found.line(house.women["Mary Ellis"])
    assert line is not None
    assert (line.need, line.tried) == (Need.NEEDED, None)
    assert papers(house.desk, PaperKind.ROUND)[0].typed_back is not None
    done = house.refused("dawn", TypeBack(number=1, line=2, code="S", seen_at=house.clock.now()))
    assert "was typed back by Priya Nair" in str(done)
    assert house.refused("dawn", TypedBack(number=1)).fields == ("number",)


def test_who_probably_walked(house: House) -> None:
    house.do(PrintRound(names=("Dawn Ellery",)))
    house.by("kim", StartWalk())
    house.do(PrintRound(names=("office", "Dawn Ellery")))
    walked = [found.walked for n in (1, 2) if (found := printed_sheet(house.desk, n))]
    assert walked == [house.staff("dawn"), house.staff("kim")]
