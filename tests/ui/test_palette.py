"""The palette, the menu of everything and what they open, by keyboard, on a real store."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton

from app.domain.presence import Presence
from app.domain.sightings import How
from app.services import find as find_service
from app.services.board import read_board
from app.services.checks import LogCheck, Strike
from app.services.notes import WriteNote
from app.services.residents import Depart
from app.services.rooms import CloseRoom
from app.ui import palette as palettes
from app.ui.actions import NO_LINE, Actions
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.dialogs import ChooseSheet, FormSheet, TellSheet
from app.ui.finder import NOT_HERE, Finder
from app.ui.jobs import Jobs
from app.ui.layout import screen_of
from app.ui.pages.handover import HandoverPage
from app.ui.pages.now import NowPage
from app.ui.pages.residents import ResidentsPage
from app.ui.palette import Palette
from app.ui.palette_entry import EntrySheet
from app.ui.shell import Section, Shell
from app.ui.sitting import Sitting
from app.ui.theme import Theme
from app.ui.widgets.fields import TextBox
from tests.ui.houses import NAMES, House, small_house

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
LONG = NAMES[-1]
WOMEN = ("Leanne Carr", "Hope", "Niamh Ní Bhriain", LONG)


class Desk:
    """A window with Now, Residents and Handover on a small house, and its finder."""

    def __init__(self, house: House, jobs: Jobs, actions: Actions, shown: Callable[..., Any]) -> None:
        self.house, self.jobs, self.actions = house, jobs, actions
        pages: dict[str, Any] = {"now": NowPage, "residents": ResidentsPage, "handover": HandoverPage}
        sections = [
            Section(name, name.capitalize(), f"Ctrl+{i}", lambda p=page: p(self.sitting))
            for i, (name, page) in enumerate(pages.items(), 1)
        ]
        zone = house.desk.house.zone
        self.shell = Shell(jobs, actions, sections, now=house.clock.now, zone=zone, training=True)
        self.sitting = Sitting(house.desk, jobs, actions, self.shell, self.shell)
        self.sitting.page_asked.connect(self.shell.go)
        self.owner = QObject(self.shell)
        self.finder = Finder(self.shell, actions, lambda: self.sitting, self.owner)
        shown(self.shell, 1366, 768)
        self.shell.go("now")
        self.wait()

    def wait(self) -> None:
        for _ in range(3):
            assert self.jobs.wait_idle()
            settle()

    def key(self, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """One key where the focus is."""
        top: Any = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if top is None:  # without a window manager nothing gives the focus back when a sheet closes
            top = self.shell
            top.activateWindow()
            settle()
        QTest.keyClick(top.focusWidget() or top, key, modifier)
        settle()

    def type(self, text: str) -> None:
        top = QApplication.activeModalWidget() or self.shell
        QTest.keyClicks(top.focusWidget(), text)

    def open(self, text: str = "") -> Palette:
        self.key(KEY.Key_K, CTRL)
        found = QApplication.activeModalWidget()
        assert isinstance(found, Palette)
        if text:
            self.type(text)
        self.wait()
        return found

    @property
    def sheet(self) -> Any:
        return QApplication.activeModalWidget()

    @property
    def person(self) -> Any:
        page: Any = self.shell.page("residents")
        return page.person


@pytest.fixture
def desk(tmp_path: Path, jobs: Jobs, actions: Actions, shown: Callable[..., Any]) -> Iterator[Desk]:
    told = [("Hope", {"restricted": True}), ("Leanne Carr", {"preferred_name": "Lee"})]
    made = Desk(small_house(tmp_path / "house", WOMEN, told=told), jobs, actions, shown)
    yield made
    made.wait()
    made.shell.forget_pages()
    made.shell.hide()
    made.house.desk.store.close()


def rows(palette: Palette) -> list[tuple[str, str]]:
    """Each row as (its kind, its first cell as a screen reader says it)."""
    return [(str(row.key[0]), row.cells[0].spoken) for row in palette.list.rows_model.rows]  # type: ignore[index]


def kinds(palette: Palette) -> list[str]:
    return [spoken for kind, spoken in rows(palette) if kind == "section"]


def test_women_come_first_then_rooms_actions_and_entries(desk: Desk) -> None:
    desk.house.do(WriteNote(resident=desk.house.women["Leanne Carr"], text="The leaflets came."))
    desk.house.do(WriteNote(resident=None, text="Sage green paint, room leaks"))
    palette = desk.open("lea")
    assert kinds(palette) == ["Residents", "What you can do", "In the record, newest first"]
    assert rows(palette)[1] == ("resident", "in, Leanne Carr, likes “Lee”, in")
    palette.box.setText("sage")
    desk.wait()
    assert kinds(palette) == ["Residents", "Rooms", "In the record, newest first"]
    desk.key(KEY.Key_Escape)
    assert desk.sheet is None


@pytest.mark.parametrize("kind", [QLineEdit, TextBox])
def test_ctrl_k_opens_it_from_a_text_box_which_keeps_its_words(desk: Desk, kind: Any) -> None:
    box = kind(desk.shell.page("now"))
    box.setAccessibleName("Note")
    box.show()
    box.setFocus()
    desk.type("half a thought")
    box.moveCursor(box.textCursor().MoveOperation.Start) if kind is TextBox else box.setCursorPosition(3)
    desk.open()
    desk.key(KEY.Key_Escape)
    assert (box.toPlainText() if kind is TextBox else box.text()) == "half a thought"


def test_enter_on_a_woman_goes_to_her_page(desk: Desk) -> None:
    desk.open("ni bh")
    desk.key(KEY.Key_Return)
    desk.wait()
    assert desk.shell.page_id == "residents"
    assert desk.person.name.text() == "Niamh Ní Bhriain"


def test_who_has_left_is_marked_and_opens(desk: Desk) -> None:
    desk.house.do(Depart(resident=desk.house.women["Leanne Carr"]))
    palette = desk.open("leanne")
    assert rows(palette)[1][1] == "Leanne Carr, likes “Lee”, left Sun 22 Nov"
    desk.key(KEY.Key_Right)
    assert palette.list.rows_model.rows[0].cells[0].under == NOT_HERE
    desk.key(KEY.Key_Return)
    assert palette.error.text() == NOT_HERE
    assert palette.isVisible()
    desk.key(KEY.Key_Backspace)
    desk.wait()
    assert palette.box.text() == "leanne"
    desk.key(KEY.Key_Return)
    desk.wait()
    assert desk.person.name.text() == "Leanne Carr"


@pytest.mark.parametrize("aside", [KEY.Key_Tab, KEY.Key_Right])
def test_with_a_woman_chosen_her_acts_are_shown_and_done(desk: Desk, aside: Any) -> None:
    palette = desk.open("leanne")
    desk.key(aside)
    assert palette.whom.text() == "Leanne Carr · 1 Sage"
    assert ("act", "Check now") in rows(palette)
    assert "Back to the list" not in [spoken for _, spoken in rows(palette)]
    desk.type("out or")
    desk.wait()
    desk.key(KEY.Key_Return)
    desk.wait()
    line = read_board(desk.house.desk).line(desk.house.women["Leanne Carr"])
    assert line is not None
    assert line.presence is Presence.OUT


def test_an_act_about_her_that_opens_a_sheet_opens_it_over_her_page(desk: Desk) -> None:
    desk.open("niamh")
    desk.key(KEY.Key_Tab)
    desk.type("note")
    desk.key(KEY.Key_Return)
    desk.wait()
    assert isinstance(desk.sheet, FormSheet)
    assert "Niamh" in desk.sheet.heading.text()
    desk.sheet.reject()


def test_a_room_opens_her_page_or_says_how_it_is(desk: Desk) -> None:
    free, closed = desk.house.rooms[-2], desk.house.rooms[-1]
    desk.house.by("hannah", CloseRoom(room=closed, reason="repair"))
    for number, said in ((desk.house.rooms.index(free), "free"), (desk.house.rooms.index(closed), "repair")):
        palette = desk.open(f"room {number + 1}")
        assert said in rows(palette)[1][1]
        desk.key(KEY.Key_Return)
        assert isinstance(desk.sheet, TellSheet)
        assert said in " ".join(each.text() for each in desk.sheet.findChildren(QLabel))
        desk.sheet.accept()
    palette = desk.open("thyme")
    assert rows(palette)[1][1] == "2 Thyme, One woman, restricted"
    desk.key(KEY.Key_Return)
    desk.wait()
    assert desk.person.name.text() == "One woman, restricted"


def test_a_restricted_woman_is_in_no_row(desk: Desk) -> None:
    desk.house.do(WriteNote(resident=desk.house.women["Hope"], text="Xyzzy was seen"))
    for typed in ("hope", "xyzzy"):
        palette = desk.open(typed)
        assert "resident" not in [kind for kind, _ in rows(palette)]
        assert "entry" not in [kind for kind, _ in rows(palette)]
        assert not palette.list.isVisible()
        assert "Nothing matches" in palette.state.panel.title.text()
        desk.key(KEY.Key_Escape)


def test_an_action_is_found_by_other_words_and_done(desk: Desk) -> None:
    palette = desk.open("briefing")
    assert rows(palette) == [("section", "What you can do"), ("act", "Handover")]
    desk.key(KEY.Key_Return)
    desk.wait()
    assert desk.shell.page_id == "handover"


@pytest.mark.parametrize("view", ["plan", "list"])
def test_what_is_about_a_line_is_offered_with_her_name_and_only_from_its_list(desk: Desk, view: str) -> None:
    now: Any = desk.shell.page("now")
    now.show_view(view)
    board = now.plan if view == "plan" else now.list
    board.setFocus()
    board.select(desk.house.women["Niamh Ní Bhriain"])
    palette = desk.open("gone")
    assert ("act", "Out – Niamh Ní Bhriain") in rows(palette)
    palette.list.select(("act", "now.out"))
    desk.key(KEY.Key_Return)
    desk.wait()
    out = read_board(desk.house.desk).line(desk.house.women["Niamh Ní Bhriain"])
    assert out is not None
    assert out.presence is Presence.OUT
    now.finder.setFocus()
    palette = desk.open("gone")
    assert NO_LINE in dict.fromkeys(spoken.split(", ")[-1] for _, spoken in rows(palette))
    desk.key(KEY.Key_Escape)


def test_an_entry_opens_her_page_at_it(desk: Desk) -> None:
    her = desk.house.women["Leanne Carr"]
    entry = desk.house.do(WriteNote(resident=her, text="The teapot is hers.")).id
    for number in range(5):
        desk.house.do(WriteNote(resident=her, text=f"Later {number}"))
    desk.open("teapot")
    desk.key(KEY.Key_Return)
    desk.wait()
    assert desk.sheet is None
    assert desk.person.lines.current_key == entry
    assert desk.shell.focusWidget() is desk.person.lines


def test_an_old_entry_is_shown_in_full_and_can_be_struck(desk: Desk) -> None:
    her = desk.house.women["Leanne Carr"]
    entry = desk.house.do(WriteNote(resident=her, text="The teapot is hers. " + "Said again. " * 60)).id
    desk.house.clock.advance(timedelta(days=3))
    desk.open("teapot")
    desk.key(KEY.Key_Return)
    desk.wait()
    assert isinstance(desk.sheet, EntrySheet)
    said = [each.text() for each in desk.sheet.findChildren(QLabel)]
    assert "Note · Leanne Carr" in said
    assert any(text.count("Said again.") == 60 for text in said)
    assert "Typed by Priya Nair, 23:05, Sun 22 Nov." in said
    change = next(each for each in desk.sheet.findChildren(QPushButton) if "strike" in each.text())
    QTest.mouseClick(change, Qt.MouseButton.LeftButton)
    desk.wait()
    assert isinstance(desk.sheet, ChooseSheet)
    desk.sheet.reject()
    desk.house.do(Strike(entry=entry, reason="not hers"))
    palette = desk.open("teapot")
    assert rows(palette)[1][1].startswith("struck, ")
    desk.key(KEY.Key_Return)
    desk.wait()
    assert "Struck: not hers" in [each.text() for each in desk.sheet.findChildren(QLabel)]
    desk.sheet.accept()


def test_an_entry_about_the_house_is_shown_in_full(desk: Desk) -> None:
    desk.house.do(WriteNote(resident=None, text="The boiler is off."))
    desk.open("boiler")
    desk.key(KEY.Key_Return)
    desk.wait()
    assert isinstance(desk.sheet, EntrySheet)
    assert desk.shell.page_id == "now"
    desk.sheet.accept()


def test_one_query_at_a_time_and_a_stale_answer_is_not_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys pressed before the answer came wait for it: Enter takes nothing of an earlier answer."""
    asked: list[str] = []
    at_once: list[int] = []
    inside, go = threading.Semaphore(1), threading.Event()

    def slow(*arguments: Any) -> Any:
        asked.append(arguments[1])
        at_once.append(inside.acquire(blocking=False))
        go.wait(20)
        inside.release()
        return find_service.find(*arguments)

    monkeypatch.setattr(palettes, "find", slow)
    desk.key(KEY.Key_K, CTRL)
    palette = desk.sheet
    desk.type("leanne")
    desk.key(KEY.Key_Return)
    assert palette.isVisible()
    assert rows(palette)[0] != ("section", "Residents")
    for _ in range(6):
        desk.key(KEY.Key_Backspace)
    desk.type("niamh")
    go.set()
    desk.wait()
    assert asked == ["l", "niamh"]
    assert all(at_once)
    assert [spoken for kind, spoken in rows(palette) if kind == "resident"] == ["Niamh Ní Bhriain, in"]
    assert palette.isVisible(), "the Enter was meant for what stood in the box then"
    desk.key(KEY.Key_Escape)


def test_enter_before_the_answer_takes_the_first_of_the_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(*arguments: Any) -> Any:
        go.wait(20)
        return find_service.find(*arguments)

    monkeypatch.setattr(palettes, "find", slow)
    desk.key(KEY.Key_K, CTRL)
    desk.type("niamh")
    desk.key(KEY.Key_Return)
    assert desk.shell.page_id == "now"
    go.set()
    desk.wait()
    assert desk.person.name.text() == "Niamh Ní Bhriain"


def test_a_read_that_fails_is_said_and_the_palette_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("no disk")

    monkeypatch.setattr(palettes, "find", broken)
    palette = desk.open("leanne")
    assert "could not be read" in palette.state.panel.title.text()
    monkeypatch.undo()
    palette.box.setText("leann")
    desk.wait()
    assert rows(palette)[0] == ("section", "Residents")
    desk.key(KEY.Key_Escape)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_cut_and_every_control_has_a_name(desk: Desk, look: Theme, scale: float) -> None:
    look.set_scale(scale)
    her = desk.house.women[LONG]
    desk.house.do(LogCheck(resident=her, how=How.SPOKE, note="She asked for Marguerite's letter. " * 9))
    palette = desk.open("marg")
    assert clipped_text(palette) == unnamed_controls(palette) == []
    room = screen_of(palette).availableGeometry()
    assert palette.height() <= room.height()
    palette.list.select(("resident", her))
    desk.key(KEY.Key_Tab)
    assert clipped_text(palette) == unnamed_controls(palette) == []
    assert palette.box.accessibleName() == f"What about {LONG}?"
    desk.key(KEY.Key_Escape)


def test_f10_opens_everything_by_area_for_letters_and_arrows(desk: Desk) -> None:
    now: Any = desk.shell.page("now")
    now.show_view("list")
    now.list.setFocus()
    now.list.select(desk.house.women["Leanne Carr"])
    desk.key(KEY.Key_F10)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    areas = [each.text().replace("&", "") for each in menu.actions()]
    assert areas[:2] == ["Now: the list", "Now: this page"]
    assert {"Go to", "Daybook"} <= set(areas)
    first = menu.actions()[0].menu()
    assert isinstance(first, QMenu)
    texts = [each.text().replace("&", "") for each in first.actions()]
    assert texts[0] == "Leanne Carr"
    assert "Out\tO" in texts
    marked = [each.text()[each.text().index("&") + 1].lower() for each in menu.actions()]
    assert len(set(marked)) == len(marked)
    QTest.keyClick(menu, marked[areas.index("Go to")])
    settle()
    go = menu.actions()[areas.index("Go to")].menu()
    assert isinstance(go, QMenu)
    assert go.isVisible()
    handover = next(each for each in go.actions() if "andover" in each.text().replace("&", ""))
    handover.trigger()
    menu.close()
    desk.wait()
    assert desk.shell.page_id == "handover"


def test_the_menu_names_nobody_when_no_list_has_the_focus(desk: Desk) -> None:
    now: Any = desk.shell.page("now")
    now.finder.setFocus()
    menu = desk.finder.menu()
    first = menu.actions()[0].menu()
    assert isinstance(first, QMenu)
    enabled = {each.text().replace("&", "").split("\t")[0]: each.isEnabled() for each in first.actions()}
    assert next(iter(enabled)) == NO_LINE
    assert not enabled["Out"]
    assert enabled["Find a name"]
    menu.close()
