"""The pack of an absence: what is on it, to whom it went, who may print it; and that no other paper carries a case."""

import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.domain.absences import Decision, StepKind
from app.domain.papers import PaperKind
from app.domain.residents import LegalBasis
from app.reports.fire import render as render_roll
from app.services.absences import CaseStep, CloseCase, Decide, OpenCase
from app.services.case_pack import PrintCase, case_pdf
from app.services.movements import ComeIn, GoOut
from app.services.papers import papers
from app.services.plans import AddContact, WritePlan
from app.services.residents import ListReader, Restrict
from app.services.rolls import fire_roll
from app.services.round_sheet import round_sheet_pdf, sheet_now
from tests.support.houses import House, small_house

TO = ("PC Hale, Avon and Somerset",)


def text_of(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def absent(tmp_path: Path) -> House:
    told = [
        (
            "Leanne Carr",
            {
                "preferred_name": "Lee",
                "born": date(1992, 3, 4),
                "crn": "X481203",
                "practitioner": "Colin Webb",
                "practitioner_phone": "0117 496 0001",
            },
        ),
        ("Hope", {"legal_basis": LegalBasis.BAIL}),
    ]
    house = small_house(tmp_path / "house", ["Leanne Carr", "Hope"], told=told)
    for her in house.women.values():
        answers = {
            "no_return": "Ring her mother.",
            "suitable": "12 Field Road, Kingswood",
            "unsuitable": "4 St Pauls Court",
            "victims": "SECRETVICTIM lives in Bath",
        }
        house.do(WritePlan(resident=her, answers=answers))
        house.do(AddContact(resident=her, agency="Mother", name="Jean Carr", phone="07700 900112"))
        house.do(GoOut(resident=her, seen_at=house.at(20)))
    house.clock.set(house.at(23, 31))
    for her in house.women.values():
        house.do(OpenCase(resident=her, due_back=house.at(23)))
    return house


def test_it_says_who_she_is_where_she_was_last_seen_and_what_was_done(absent: House) -> None:
    her = absent.women["Leanne Carr"]
    absent.clock.advance(timedelta(minutes=9))
    step = CaseStep(
        resident=her, kind=StepKind.TOLD_MANAGER, result="Will ring back", seen_by=absent.staff("dawn")
    )
    absent.do(step)
    absent.by("dawn", Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by="Olive Brandt"))
    paper = absent.do(PrintCase(resident=her, names=TO))
    said = text_of(case_pdf(absent.desk, paper, paper.copies[0]))
    for words in (
        "Leanne Carr",
        "Lee",
        "04/03/1992",
        "X481203",
        "licence",
        "Colin Webb · 0117 496 0001",
        "up, seen awake, 20:00, by Priya Nair",
        "Sun 22 Nov 23:00–06:00",
        "done 23:40 by Dawn Ellery, typed by Priya Nair",
        "23:40 recall asked for, decided by Olive Brandt; written 23:40 by Dawn Ellery",
        "07700 900112",
        "12 Field Road, Kingswood",
        "4 St Pauls Court",
        "No photograph is kept",
        "For PC Hale, Avon and Somerset",
        "copy 1 of 1",
        "TRAINING HOUSE",
    ):
        assert words in said
    assert "SECRETVICTIM" not in said


def test_the_same_copy_is_the_same_bytes_whatever_was_written_since(absent: House) -> None:
    her = absent.women["Leanne Carr"]
    paper = absent.do(PrintCase(resident=her, names=TO))
    first = case_pdf(absent.desk, paper, paper.copies[0])
    absent.clock.advance(timedelta(minutes=9))
    absent.do(CaseStep(resident=her, kind=StepKind.CALLED_HER))
    absent.do(ComeIn(resident=her))
    assert case_pdf(absent.desk, paper, paper.copies[0]) == first


def test_to_whom_it_went_is_written_down(absent: House) -> None:
    her = absent.women["Leanne Carr"]
    nobody = absent.refused("priya", PrintCase(resident=her, names=()))
    assert nobody.fields == ("names",)
    paper = absent.do(PrintCase(resident=her, names=(*TO, "Olive Brandt, on call")))
    assert [copy.said for copy in paper.copies] == [
        "copy 1 of 2 · for PC Hale, Avon and Somerset",
        "copy 2 of 2 · for Olive Brandt, on call",
    ]
    (kept,) = papers(absent.desk, PaperKind.CASE)
    assert (kept.resident, kept.made_by.name) == (her, "Priya Nair")


def test_only_listed_readers_print_it_or_know_of_it(absent: House) -> None:
    her = absent.women["Leanne Carr"]
    absent.by("hannah", Restrict(resident=her))
    absent.by("hannah", ListReader(resident=her, staff=absent.staff("priya")))
    paper = absent.do(PrintCase(resident=her, names=TO))
    assert "restricted" in str(absent.refused("dawn", PrintCase(resident=her, names=TO)))
    assert papers(absent.as_user("dawn"), PaperKind.CASE) == ()
    with pytest.raises(LookupError):
        case_pdf(absent.as_user("dawn"), paper, paper.copies[0])


def test_on_bail_no_paper_says_recall(absent: House) -> None:
    her = absent.women["Hope"]
    absent.do(CaseStep(resident=her, kind=StepKind.TAG_RANG, who="EMS"))
    absent.do(Decide(resident=her, decision=Decision.COURT_TOLD, decided_by="Olive Brandt"))
    absent.do(ComeIn(resident=her))
    absent.do(CloseCase(resident=her, outcome="Back.", reason="Told in the morning."))
    paper = absent.do(PrintCase(resident=her, names=TO))
    said = text_of(case_pdf(absent.desk, paper, paper.copies[0])).casefold()
    assert "recall" not in said
    assert "court or police told" in said
    assert "it does not say that she was seen" in said


def test_who_never_had_a_case_has_no_pack(tmp_path: Path) -> None:
    house = small_house(tmp_path / "house", ["Hope"])
    assert "no absence case" in str(house.refused("priya", PrintCase(resident=house.women["Hope"], names=TO)))
    house.desk.store.close()


def test_no_paper_that_residents_may_see_says_anything_of_a_case(absent: House) -> None:
    """The round sheet and the roll are carried along corridors; every report there is stands in one of the two lists."""
    her = absent.women["Leanne Carr"]
    planted = "PLANTEDWORD police recall"
    absent.do(
        CaseStep(
            resident=her, kind=StepKind.TOLD_POLICE, who=planted, result=planted, reference="PLANTEDWORD"
        )
    )
    absent.do(Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by=planted))
    seen_by_residents = {
        "round_sheet": round_sheet_pdf(sheet_now(absent.desk)),
        "fire": render_roll(fire_roll(absent.desk, shared=True)),
    }
    for_staff = {"handover", "appendix", "grab", "case_pack"}
    no_documents = {"__init__", "bidi", "paper", "setting", "text"}
    there = {path.stem for path in Path("app/reports").glob("*.py")}
    assert there == {*seen_by_residents, *for_staff, *no_documents}
    for name, content in seen_by_residents.items():
        said = set(re.findall(r"[a-z]+", text_of(content).casefold()))
        assert "leanne" in said
        found = said & {"plantedword", "police", "recall", "recalled", "case", "licence", "bail", "court"}
        assert found == set(), name
