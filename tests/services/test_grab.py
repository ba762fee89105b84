"""The grab pack: one act, one PDF, everything that a night without power needs, and nothing restricted named."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.domain.grab import GrabPack
from app.domain.papers import PaperKind
from app.domain.regimes import Purpose
from app.domain.residents import RESTRICTED_NAME
from app.domain.sightings import How
from app.services.checks import LogCheck
from app.services.grab import MakeGrabPack, grab_pdf
from app.services.house import ChangeSetting
from app.services.movements import GoOut, GoToHospital
from app.services.papers import PrintPaper, ReturnCopy, paper, paper_view, papers
from app.services.plans import AddContact, WritePlan
from app.services.regimes import StartRule
from app.services.residents import ListReader, Restrict, WriteAgreement
from app.services.round_sheet import TypeBack
from tests.support.houses import House, small_house

ANNE = "Anne Doyle"


def pack(house: House, user: str = "dawn") -> GrabPack:
    kept = paper(house.as_user(user), PaperKind.GRAB)
    assert kept is not None
    return paper_view(house.as_user(user), kept, GrabPack)


def pages(house: House, user: str = "dawn") -> list[str]:
    made = grab_pdf(house.as_user(user))
    assert made is not None
    return [page.extract_text() for page in PdfReader(BytesIO(made[1])).pages]


def flat(texts: list[str]) -> str:
    return " ".join(" ".join(texts).split())


@pytest.fixture
def told(house: House) -> House:
    """Anne has a plan, a contact and an agreement; Mary is at hospital, Gita out; Hope is restricted, Sal is listed."""
    anne = house.women[ANNE]
    house.do(
        WritePlan(resident=anne, answers={"no_return": "Ring her daughter first.", "victims": "None known."})
    )
    house.do(AddContact(resident=anne, agency="Family", name="Claire", phone="07700 900501"))
    house.do(
        WriteAgreement(resident=anne, answers={"asleep": "Breathing, from the door.", "by_whom": "a woman"})
    )
    house.do(StartRule(resident=anne, purpose=Purpose.WELFARE, minimum=30, maximum=60, why="asked for it"))
    house.do(GoToHospital(resident=house.women["Mary Ellis"]))
    back = house.at(9, day=23)
    house.do(GoOut(resident=house.women["Gita Sandhu"], place="her aunt's", expected_back=back))
    house.by("hannah", ListReader(resident=house.women["Hope"], staff=house.staff("sal"), reason="Keyworker"))
    house.by("hannah", ChangeSetting(key="address", value="1 Eden Road, Bristol"))
    return house


def test_one_act_keeps_a_numbered_pack_and_a_round_sheet_with_it(told: House) -> None:
    made = told.do(MakeGrabPack(names=("Priya Nair", "Dawn Ellery")))
    assert made.named == "Grab pack 1"
    assert [(it.number, it.of, it.name) for it in made.copies] == [
        (1, 2, "Priya Nair"),
        (2, 2, "Dawn Ellery"),
    ]
    kept = pack(told)
    assert kept.round_number == 1
    assert {it.named for it in papers(told.desk)} == {"Grab pack 1", "Round sheet 1"}
    assert kept.until == kept.made_at + timedelta(hours=12)


def test_it_says_where_she_is_what_is_due_and_how_she_is_checked(told: House) -> None:
    told.do(MakeGrabPack())
    kept = pack(told)
    by_name = {it.name: it for it in kept.women}
    anne = by_name[ANNE]
    assert anne.presence == "in"
    assert anne.asleep == (("When she is asleep", "Breathing, from the door."), ("By whom", "a woman"))
    assert "curfew sighting: by 23:20" in anne.due
    assert "morning sighting: 07:30–10:00" in anne.due
    assert any(due.startswith("welfare check every 30–60 min: ") for due in anne.due)
    assert anne.rules == ()
    assert ("If she is not back at curfew", "Ring her daughter first.") in anne.plan
    assert [(it.who, it.phone) for it in anne.contacts] == [("Family, Claire", "07700 900501")]
    mary = by_name["Mary Ellis"]
    assert (mary.presence, mary.due, mary.inside) == ("at hospital since 23:05", (), False)
    gita = by_name["Gita Sandhu"]
    assert gita.presence == "out since 23:05, back by 09:00"
    assert gita.ask == "No plan is written for her. Ring the on-call manager."
    assert len(kept.inside) == 3


def test_an_overdue_check_stands_first(told: House) -> None:
    told.clock.set(told.at(23, 40))
    told.do(MakeGrabPack())
    (anne,) = [it for it in pack(told).women if it.name == ANNE]
    assert anne.due[0] == "curfew sighting: overdue since 23:20"
    told.do(LogCheck(resident=told.women[ANNE], how=How.SPOKE))
    told.do(MakeGrabPack())
    (anne,) = [it for it in pack(told).women if it.name == ANNE]
    assert anne.last_seen == "23:40 spoke"
    assert all("curfew" not in due for due in anne.due)


def test_the_paper_has_a_cover_a_roll_checks_plans_and_the_round_sheet(told: House) -> None:
    told.do(MakeGrabPack())
    sides = pages(told)
    cover, roll = sides[0], sides[1]
    for text in (
        "Grab pack 1",
        "as it stood at 23:05, Sun 22 Nov",
        "07700 900461",
        "1 Eden Road, Bristol",
        "office",
    ):
        assert text in cover
    assert "3 of 5 women in the building" in cover
    for name in (ANNE, "Mary Ellis", "Gita Sandhu", RESTRICTED_NAME, "Priya Nair", "Visitors"):
        assert name in flat([roll])
    assert "Two staff on stairs" in flat([roll])
    assert "Penicillin" in flat([roll])
    whole = flat(sides)
    for text in ("Breathing, from the door.", "Ring her daughter first.", "07700 900501", "Pass A"):
        assert text in whole
    for number, side in enumerate(sides, 1):
        assert f"{number} of {len(sides)}" in side
        assert "TRAINING HOUSE" in side
        assert "copy 1 of 1 · for Priya Nair · record " in side
    assert any(side.count("Round sheet 1 · copy 1 of 1") for side in sides)


def test_nothing_restricted_is_named_and_whom_to_ask_is_said(told: House) -> None:
    told.do(MakeGrabPack())
    (hers,) = [it for it in pack(told).women if it.restricted]
    assert hers.name == RESTRICTED_NAME
    assert (hers.plan, hers.contacts, hers.rules) == ((), (), ())
    assert hers.ask == "Her record is restricted: ask Sal Byrne."
    (on_the_roll,) = [it for it in pack(told).roll.women if it.hidden]
    assert on_the_roll.evacuation == "Two staff on stairs"
    for user in ("dawn", "sal"):
        whole = flat(pages(told, user))
        assert "Hope" not in whole
        assert "ask Sal Byrne" in whole


def test_who_was_restricted_since_is_hidden_in_an_older_pack(told: House) -> None:
    told.do(MakeGrabPack())
    told.by("hannah", Restrict(resident=told.women[ANNE], reason="Her family must not find her"))
    told.by("hannah", ListReader(resident=told.women[ANNE], staff=told.staff("sal"), reason="Keyworker"))
    whole = flat(pages(told, "dawn"))
    for word in ("Doyle ", "Ring her daughter first.", "Claire"):
        assert word not in whole
    assert "Her record is restricted now" in whole
    assert "Ring her daughter first." in flat(pages(told, "sal"))


def test_the_same_pack_and_copy_are_the_same_bytes_and_another_copy_has_its_own_number(told: House) -> None:
    told.do(MakeGrabPack())
    first = grab_pdf(told.desk)
    assert first is not None
    told.clock.advance(timedelta(minutes=9))
    assert grab_pdf(told.desk) == first
    (second,) = told.by("dawn", PrintPaper(kind=PaperKind.GRAB, number=1))
    again = grab_pdf(told.as_user("dawn"), 1, second)
    assert again is not None
    assert (
        "Grab pack 1 · copy 2 of 2 · for Dawn Ellery" in PdfReader(BytesIO(again[1])).pages[0].extract_text()
    )
    assert grab_pdf(told.desk, 2) is None


def test_the_bound_round_sheet_is_typed_back_and_the_pack_returned(told: House) -> None:
    told.do(MakeGrabPack())
    told.clock.set(told.at(1, 30, day=23))
    told.do(TypeBack(number=1, line=1, code="B", seen_at=told.at(0, 45, day=23)))
    told.do(ReturnCopy(kind=PaperKind.GRAB, number=1, copy=1))
    kept = paper(told.desk, PaperKind.GRAB)
    assert kept is not None and kept.out == ()
    told.do(MakeGrabPack())
    (anne,) = [it for it in pack(told).women if it.name == ANNE]
    assert anne.last_seen == "00:45 asleep, breathing seen"


def test_an_empty_house_has_a_pack_too(tmp_path: Path) -> None:
    house = small_house(tmp_path / "house", names=())
    house.do(MakeGrabPack())
    assert "0 of 0 women in the building" in flat(pages(house))
    house.desk.store.close()


def test_quality_reads_and_does_not_print(house: House) -> None:
    assert "quality lead" in str(house.refused("quinn", MakeGrabPack()))
