"""The handover page: offered, saved, read, asked about and taken over, by key, on a real store."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.sightings import How
from app.services.checks import LogCheck
from app.services.handovers import Ask, Offer, PrintCopies, ReadSheet, TakeOver, list_sheets, sheet
from app.services.residents import ListReader
from app.services.staff import ComeOnDuty
from app.ui import papers as module
from app.ui.actions import Actions, Scope
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.dialogs import AskSheet, FormSheet
from app.ui.jobs import Jobs
from app.ui.pages.handover import HandoverPage
from app.ui.papers import make_grab_pack, write_new
from app.ui.sitting import Sitting
from app.ui.theme import Theme
from app.ui.widgets.rows import RowsView
from tests.ui.houses import NAMES, House, small_house
from tests.ui.test_person import Teller, texts


class Desk:
    """The handover page of one member of staff."""

    def __init__(self, house: House, jobs: Jobs, user: str, shown: Callable[..., Any]) -> None:
        self.jobs, self.actions, self.teller = jobs, Actions(), Teller()
        self.sitting = Sitting(house.as_user(user), jobs, self.actions, self.teller)
        self.page = HandoverPage(self.sitting)
        self.sitting.committed.connect(lambda: self.page.changed(0))
        self.actions.attach(self.page, Scope.PAGE, "handover")
        shown(self.page, 1240, 820)
        self.page.opened()
        jobs.wait_idle()

    def next(self) -> list[str]:
        """What the page leads with: its main button."""
        return [word for word, button in self.page.buttons.items() if button.property("kind") == "main"]

    def do(self, word: str) -> bool:
        done = self.actions.trigger(f"handover.{word}")
        self.jobs.wait_idle()
        return done


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = small_house(tmp_path / "house", NAMES[:6])
    yield made
    made.desk.store.close()


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path / "documents")
    return tmp_path / "documents" / "Daybook"


def test_saving_offers_numbers_and_keeps_it(
    house: House, jobs: Jobs, shown: Callable[..., Any], documents: Path
) -> None:
    priya = Desk(house, jobs, "priya", shown)
    assert "not offered yet" in priya.page.title.text()
    priya.do("save")
    (saved,) = documents.iterdir()
    assert saved.name == "Handover 1 copy 1.pdf"
    read = PdfReader(BytesIO(saved.read_bytes()))
    printed = "\n".join(page.extract_text() for page in read.pages)
    for name in NAMES[:6]:
        assert name in printed
    assert "Handover 1" in printed
    assert priya.page.title.text() == "Handover 1, night to day"
    assert (
        priya.page.after.copies.rows_model.rows[0].cells[0].spoken
        == "out, 1. Priya Nair, printed 23:05, not back yet"
    )
    priya.do("save")
    assert {path.name for path in documents.iterdir()} == {"Handover 1 copy 1.pdf", "Handover 1 copy 2.pdf"}


def test_read_asked_answered_and_taken_over_by_name(
    house: House, jobs: Jobs, shown: Callable[..., Any], qtbot: Any
) -> None:
    priya = Desk(house, jobs, "priya", shown)
    assert not priya.do("take_over")
    assert priya.next() == ["offer"]
    priya.do("offer")
    hannah = Desk(house, jobs, "hannah", shown)
    hannah.page.list.select(list_sheets(house.desk)[0].id)
    jobs.wait_idle()
    assert hannah.next() == ["take_over"]
    hannah.do("read")
    hannah.do("ask")
    (question,) = [found for found in hannah.page.findChildren(FormSheet) if found.isVisible()]
    question.form["question"].set_value("Who has the laundry key?")
    question.submit()
    jobs.wait_idle()
    hannah.do("take_over")
    (sure,) = [found for found in hannah.page.findChildren(AskSheet) if found.isVisible()]
    sure.confirmed.emit()
    jobs.wait_idle()
    kept = sheet(house.desk, 1)
    assert kept is not None
    assert kept.taken is not None
    assert kept.taken.name == "Hannah Marsh"
    shown_text = texts(hannah.page)
    assert "Read by Hannah Marsh, 23:05" in shown_text
    assert "1. Hannah Marsh asks: Who has the laundry key?" in shown_text
    assert "Taken over by Hannah Marsh, 23:05" in shown_text
    assert hannah.next() == ["print"]


def test_a_sheet_does_not_change_after_it_was_offered(
    house: House, jobs: Jobs, shown: Callable[..., Any]
) -> None:
    priya = Desk(house, jobs, "priya", shown)
    priya.do("offer")
    before = sheet(house.desk, 1)
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE, note="up with a headache", concern=True))
    priya.page.changed(1)
    jobs.wait_idle()
    after = sheet(house.desk, 1)
    assert before is not None
    assert after is not None
    assert after.lines == before.lines
    assert "up with a headache" in texts(priya.page)


def test_a_full_disk_is_said_and_nothing_half_written(
    house: House, jobs: Jobs, shown: Callable[..., Any], documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    priya = Desk(house, jobs, "priya", shown)
    monkeypatch.setattr(module.os, "fsync", full)
    priya.do("save")
    said, tone = priya.teller.said[-1]
    assert tone == "red"
    assert "could not be saved" in said
    assert list(documents.iterdir()) == []


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "Handover 1 copy 1.pdf"
    write_new(path, b"first")
    with pytest.raises(FileExistsError):
        write_new(path, b"second")
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_clipped(
    house: House, jobs: Jobs, shown: Callable[..., Any], look: Theme, qapp: QApplication, scale: float
) -> None:
    look.set_scale(scale)
    priya = Desk(house, jobs, "priya", shown)
    priya.do("offer")
    settle()
    assert clipped_text(priya.page) == []
    assert unnamed_controls(priya.page) == []


def choose_last(desk: Desk, house: House) -> None:
    desk.page.list.select(list_sheets(house.desk)[0].id)
    desk.jobs.wait_idle()


def test_who_has_not_read_is_said_until_she_has(house: House, jobs: Jobs, shown: Callable[..., Any]) -> None:
    house.do(Offer())
    house.by("kim", ComeOnDuty())
    kim = Desk(house, jobs, "kim", shown)
    choose_last(kim, house)
    assert "Nobody has taken over yet. Not read yet: Kim Osei." in kim.page.waits.text()
    kim.do("read")
    kim.page.changed(1)
    jobs.wait_idle()
    assert "Not read yet" not in kim.page.waits.text()
    assert "Nobody has taken over yet." in kim.page.waits.text()
    house.by("kim", TakeOver())
    kim.page.changed(2)
    jobs.wait_idle()
    assert not kim.page.waits.isVisible()


def test_taking_over_with_a_question_open_asks_first(
    house: House, jobs: Jobs, shown: Callable[..., Any]
) -> None:
    house.do(Offer())
    house.by("kim", Ask(question="Who has the laundry key?"))
    kim = Desk(house, jobs, "kim", shown)
    choose_last(kim, house)
    kim.do("take_over")
    (sure,) = [found for found in kim.page.findChildren(AskSheet) if found.isVisible()]
    assert "Who has the laundry key?" in texts(sure)
    assert sheet(house.desk, 1).taken is None  # type: ignore[union-attr]
    sure.confirmed.emit()
    jobs.wait_idle()
    assert sheet(house.desk, 1).taken is not None  # type: ignore[union-attr]


def test_a_copy_is_marked_back_with_one_key_in_its_list(
    house: House, jobs: Jobs, shown: Callable[..., Any], qtbot: Any
) -> None:
    house.do(Offer())
    house.do(PrintCopies(names=("Kim Osei", "Dawn Ellery")))
    priya = Desk(house, jobs, "priya", shown)
    choose_last(priya, house)
    qtbot.keyClick(priya.page.list, Qt.Key.Key_B)
    jobs.wait_idle()
    assert [copy.returned for copy in sheet(house.desk, 1).copies] == [None, None]  # type: ignore[union-attr]
    copies = priya.page.after.copies
    copies.setFocus()
    copies.select(2)
    qtbot.keyClick(copies, Qt.Key.Key_B)
    jobs.wait_idle()
    first, second = sheet(house.desk, 1).copies  # type: ignore[union-attr]
    assert first.returned is None
    assert second.returned is not None and second.returned.name == "Priya Nair"
    assert copies.current_key == 2
    assert "back 23:05, shredded (Priya Nair)" in copies.rows_model.rows[1].cells[0].spoken


def test_the_appendix_opens_for_who_is_listed_and_nobody_else(
    tmp_path: Path, jobs: Jobs, shown: Callable[..., Any], documents: Path
) -> None:
    house = small_house(tmp_path / "restricted", told=[(NAMES[1], {"restricted": True})])
    house.by("hannah", ListReader(resident=house.women[NAMES[1]], staff=house.staff("kim")))
    house.do(Offer())
    dawn = Desk(house, jobs, "dawn", shown)
    choose_last(dawn, house)
    assert not dawn.page.buttons["appendix"].isVisible()
    assert not dawn.do("appendix")
    kim = Desk(house, jobs, "kim", shown)
    choose_last(kim, house)
    assert kim.page.buttons["appendix"].isVisible()
    assert kim.do("appendix")
    assert kim.page.title.text() == "Handover 1, restricted appendix, for Kim Osei only"
    kim.do("save")
    (saved,) = documents.iterdir()
    assert saved.name == "Handover 1 appendix copy 1.pdf"
    printed = "\n".join(page.extract_text() for page in PdfReader(BytesIO(saved.read_bytes())).pages)
    assert NAMES[1] in printed
    assert "FOR Kim Osei ONLY" in printed
    assert kim.page.after.copies.rows_model.rowCount() == 1
    kim.do("appendix")
    assert kim.page.title.text() == "Handover 1, night to day"
    assert kim.page.after.copies.rows_model.rowCount() == 0
    house.desk.store.close()


def test_the_grab_pack_in_one_action(
    house: House, jobs: Jobs, shown: Callable[..., Any], documents: Path
) -> None:
    dawn = Desk(house, jobs, "dawn", shown)
    make_grab_pack(dawn.sitting, dawn.page)
    jobs.wait_idle()
    (saved,) = documents.iterdir()
    assert saved.name == "Grab pack 1 copy 1.pdf"
    cover = PdfReader(BytesIO(saved.read_bytes())).pages[0].extract_text()
    assert "Grab pack 1 · copy 1 of 1 · for Dawn Ellery" in cover
    said, tone = dawn.teller.said[-1]
    assert tone == "green"
    assert str(saved) in said


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_is_clipped_with_everything_on_it(
    house: House, jobs: Jobs, shown: Callable[..., Any], look: Theme, scale: float
) -> None:
    house.by("kim", ComeOnDuty())
    house.do(Offer())
    house.do(PrintCopies(names=("Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh", "Dawn Ellery")))
    house.by("kim", ReadSheet(question="W" * 60 + " and who has the key?"))
    look.set_scale(scale)
    priya = Desk(house, jobs, "priya", shown)
    choose_last(priya, house)
    settle()
    assert clipped_text(priya.page) == []
    assert unnamed_controls(priya.page) == []
    assert priya.page.after.copies in priya.page.findChildren(RowsView)
