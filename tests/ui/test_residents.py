"""The list of residents: here, expected, left; found, sorted and copied by keyboard; her page behind Enter."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.residents import RESTRICTED_NAME, LegalBasis
from app.services.movements import GoOut
from app.services.residents import Arrive, Depart, ExpectResident
from app.ui.actions import Actions, Scope
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.jobs import Jobs
from app.ui.pages import residents as pages
from app.ui.pages.residents import ResidentsPage
from app.ui.sitting import Sitting
from app.ui.theme import Theme
from tests.ui.houses import NAMES, House, small_house
from tests.ui.test_person import Teller

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
LONG = NAMES[-1]
WOMEN = ("Ruth Adeyemi", "Hope", "Amara Okafor", LONG)


class Listed:
    def __init__(self, house: House, jobs: Jobs, actions: Actions) -> None:
        self.house, self.jobs, self.teller = house, jobs, Teller()
        self.page = ResidentsPage(Sitting(house.desk, jobs, actions, self.teller))
        actions.attach(self.page, Scope.PAGE, "residents")

    def load(self) -> None:
        self.page.opened()
        self.wait()

    def wait(self) -> None:
        assert self.jobs.wait_idle()
        settle()

    def rows(self) -> list[str]:
        return [row.cells[0 if row.section else 1].text for row in self.page.list.rows_model.rows]


@pytest.fixture
def listed(tmp_path: Path, jobs: Jobs, actions: Actions, shown: Callable[..., Any]) -> Iterator[Listed]:
    house = small_house(tmp_path / "house", WOMEN, told=[("Hope", {"restricted": True})])
    house.do(Depart(resident=house.women["Amara Okafor"]))
    house.by("hannah", ExpectResident(name="Tamsin Reid", legal_basis=LegalBasis.BAIL))
    made = Listed(house, jobs, actions)
    shown(made.page, 1240, 800)
    made.load()
    yield made
    made.wait()
    house.desk.store.close()


def test_who_is_here_stands_before_who_is_expected_and_who_left(listed: Listed) -> None:
    assert listed.rows() == [
        "Here · 3",
        "Ruth Adeyemi",
        RESTRICTED_NAME,
        LONG,
        "Expected · 1",
        "Tamsin Reid",
        "Left, the last first · 1",
        "Amara Okafor",
    ]
    assert listed.page.counts.text() == "3 here · 1 expected · 1 who left"


def test_a_name_or_room_finds_her_also_one_who_left_and_a_restricted_woman_by_her_room_only(
    listed: Listed, qtbot: Any
) -> None:
    listed.page.list.setFocus()
    qtbot.keyClick(listed.page.list, "/")
    assert listed.page.finder.hasFocus()
    for typed, found in (
        ("oka", ["Amara Okafor"]),
        ("elodie", [LONG]),
        ("thyme", [RESTRICTED_NAME]),
        ("hope", []),
        ("one", []),
        ("restricted", []),
    ):
        listed.page.finder.setText(typed)
        listed.wait()
        assert [each for each in listed.rows() if " · " not in each] == found, typed
    assert not listed.page.list.isVisible()
    assert "Nobody matches “restricted”." in listed.page.state.panel.title.text()
    qtbot.keyClick(listed.page.finder, KEY.Key_Escape)
    listed.wait()
    assert len(listed.rows()) == 8


def test_who_left_long_ago_is_found_by_name(listed: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LEFT", 1)
    house = listed.house
    for name in ("Zadie Moss", "Paula Vance"):
        her = house.by("hannah", ExpectResident(name=name, legal_basis=LegalBasis.BAIL)).id
        house.do(Arrive(resident=her, room=house.rooms[-1]))
        house.clock.advance(timedelta(minutes=1))
        house.do(Depart(resident=her))
    listed.load()
    assert "Paula Vance" in listed.rows()
    assert "Zadie Moss" not in listed.rows()
    assert "a name finds others" in listed.page.counts.text()
    listed.page.finder.setText("zad")
    listed.wait()
    assert "Zadie Moss" in listed.rows()


def test_enter_in_the_box_opens_who_alone_matches(listed: Listed, qtbot: Any) -> None:
    listed.page.finder.setFocus()
    qtbot.keyClicks(listed.page.finder, "ruth")
    listed.wait()
    qtbot.keyClick(listed.page.finder, KEY.Key_Return)
    listed.wait()
    assert listed.page.person.name.text() == "Ruth Adeyemi"
    listed.page.show_list()
    listed.page.finder.clear()
    qtbot.keyClicks(listed.page.finder, "s")
    listed.wait()
    qtbot.keyClick(listed.page.finder, KEY.Key_Down)
    assert listed.page.list.hasFocus()


def test_a_column_sorts_each_group_by_key_and_by_its_heading(listed: Listed, qtbot: Any) -> None:
    listed.house.do(GoOut(resident=listed.house.women["Ruth Adeyemi"], place="clinic"))
    listed.load()
    listed.page.list.setFocus()
    qtbot.keyClick(listed.page.list, "s")
    assert listed.rows()[1:4] == [LONG, RESTRICTED_NAME, "Ruth Adeyemi"]
    assert listed.page.list.accessibleDescription() == "Sorted by name"
    listed.page.list.horizontalHeader().sectionClicked.emit(2)
    assert listed.rows()[3] == "Ruth Adeyemi"
    assert listed.page.remember() == {"sort": 2}
    listed.page.recall({"sort": 0})
    assert listed.rows()[1] == "Ruth Adeyemi"
    for strange in ({}, {"sort": 99}, {"sort": "name"}):
        listed.page.recall(strange)
    assert listed.page.remember() == {"sort": 0}


def test_the_chosen_line_is_copied_as_text(listed: Listed, qtbot: Any) -> None:
    listed.page.list.setFocus()
    listed.page.list.select(listed.house.women["Ruth Adeyemi"])
    qtbot.keyClick(listed.page.list, KEY.Key_C, CTRL)
    assert QApplication.clipboard().text() == "1 Sage\tRuth Adeyemi\tin\tweek 2, licence"


def test_the_list_keeps_its_line_when_the_record_moves_on(listed: Listed) -> None:
    her = listed.house.women[LONG]
    listed.page.list.select(her)
    listed.house.do(GoOut(resident=listed.house.women["Ruth Adeyemi"]))
    listed.page.changed(1)
    listed.wait()
    assert listed.page.list.current_key == her


def test_what_is_asked_for_when_her_page_is_read_is_done_once_and_for_her(listed: Listed) -> None:
    done: list[str] = []
    ruth, other = listed.house.women["Ruth Adeyemi"], listed.house.women[LONG]
    listed.page.show_resident(ruth, lambda: done.append("ruth"))
    listed.page.show_resident(other)
    listed.wait()
    assert done == []
    listed.page.show_resident(ruth, lambda: done.append(listed.page.person.name.text()))
    listed.wait()
    listed.page.changed(2)
    listed.wait()
    assert done == ["Ruth Adeyemi"]


def test_no_key_of_her_page_acts_on_her_while_the_list_is_shown(listed: Listed, actions: Actions) -> None:
    listed.page.show_resident(listed.house.women["Ruth Adeyemi"])
    listed.wait()
    assert actions.get("person.note").reason is None
    listed.page.show_list()
    assert actions.get("person.note").reason == "Open her page first."


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_cut_and_every_control_has_a_name(listed: Listed, look: Theme, scale: float) -> None:
    look.set_scale(scale)
    settle()
    assert clipped_text(listed.page) == unnamed_controls(listed.page) == []
