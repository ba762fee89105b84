"""The whole window by keyboard alone, as a screen reader hears it, and at twice the size: every page in every state and
every sheet that an action opens, on a house with the longest names, an open case and a restricted woman."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAccessible, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QWidget

from app.domain.rolls import Occasion
from app.services.absences import OpenCase
from app.services.emergencies import EndEmergency
from app.services.entrance import sign_in
from app.services.movements import GoOut
from app.services.notes import WriteNote
from app.services.rolls import StartRoll
from app.store.keys import load
from app.ui import theme as themes
from app.ui.actions import Act, Scope
from app.ui.app import Window
from app.ui.contact_sheet import clipped_text, settle
from app.ui.theme import colour
from app.ui.widgets.rows import RowsView
from tests.ui.houses import NAMES, NIGHT, House, small_house
from tests.ui.reader import misheard, mouse_only, name, unordered, unreached, untested

#: What is not done here, and why.
LEFT_OUT = {
    "window.sign_out": "ends the sitting",
    "window.lock": "a screen of its own below",
    "window.another": "a screen of its own below",
    "window.privacy": "a screen of its own below",
    "window.menu": "a screen of its own below",
    "window.new": "a second window of the same pages",
    "window.larger": "changes the size that is tested",
    "window.smaller": "changes the size that is tested",
    "window.usual": "changes the size that is tested",
    "window.theme": "colours are tested by token",
    "window.backup_to": "the system's own dialog",
    "fire.print": "the system's own dialog",
    "handover.print": "the system's own dialog",
    "handover.save": "writes a file",
}
LATE, HIDDEN, LONGEST = "Kelly-Ann Moss", "Tamsin Reid", max(NAMES, key=len)
Look = Callable[[str, QWidget], None]


class Desk:
    """One window on that house, gone through screen by screen; `look` is shown each."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        told = [(HIDDEN, {"restricted": True})]
        self.house: House = small_house(folder, NAMES, told=told, now=NIGHT)
        self._busy_evening()
        self.house.desk.store.close()
        self.window = Window(folder, load(folder), self.house.clock)
        self.shell = self.window.shell
        self.shell.resize(*size)
        self.shell.show()
        self.shell.activateWindow()
        settle()

    def _busy_evening(self) -> None:
        house = self.house
        house.clock.set(NIGHT - timedelta(hours=3))
        for who in (LATE, "Jo Hale"):
            house.do(GoOut(resident=house.women[who]))
        house.do(WriteNote(resident=house.women["Hope"], text="Talked for a while. She rang her sister."))
        house.clock.set(NIGHT + timedelta(minutes=20))
        house.do(OpenCase(resident=house.women[LATE], due_back=NIGHT - timedelta(minutes=5)))

    def wait(self) -> None:
        for _ in range(3):
            assert self.window.jobs.wait_idle()
            settle()

    def close(self) -> None:
        while (sheet := self.sheet()) is not None:
            sheet.reject()
            self.wait()
        self.wait()
        self.shell.close()
        settle()

    def sheet(self) -> QDialog | None:
        found = [
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, QDialog) and each.isModal() and each.isVisible()
        ]
        return found[-1] if found else None

    def walk(self, look: Look) -> None:
        """Every screen of a shift, from the sign-in to the cover at its end."""
        look("sign-in", self.shell)
        self.window.signed_in(sign_in(self.window.folder, "priya", "training", self.house.clock, note=False))
        self.wait()
        self._pages(look)
        self._women(look)
        self._emergency(look)
        self._fire(look)
        self._covers(look)

    def go(self, section: str) -> None:
        self.shell.go(section)
        self.wait()

    def _pages(self, look: Look) -> None:
        for section in ("now", "round", "residents", "handover"):
            self.go(section)
            look(section, self.shell)
            self.window.actions.trigger("window.help")
            self._look_and_close(f"help of {section}", look)
        self.go("now")
        page: Any = self.shell.page("now")
        self.sheets("", look)
        page.show_view("list")
        self.wait()
        look("now as a list", self.shell)
        for section in ("now", "round", "handover"):
            self.go(section)
            self.sheets(section, look)
            look(f"{section} when all was tried", self.shell)

    def _women(self, look: Look) -> None:
        for who in ("Gita Sandhu", LATE, HIDDEN, LONGEST):
            self.window.open_resident(self.house.women[who])
            self.wait()
            look(f"the page of {who}", self.shell)
            if who != LONGEST:
                self.sheets("residents", look, who)

    def _emergency(self, look: Look) -> None:
        self.go("emergency")
        look("no emergency", self.shell)
        self.shell.ask("emergency")
        self.wait()
        look("an emergency", self.shell)
        self.sheets("emergency", look, but=("emergency.end", "emergency.mistake"))
        self.window.actions.trigger("emergency.end")
        self.wait()
        self._look_and_close("emergency.end", look)
        assert self.window.desk is not None
        self.window.desk.do(EndEmergency(late_reason="All of us were with her."))
        self.go("now")
        self.go("emergency")
        look("after the emergency", self.shell)

    def _fire(self, look: Look) -> None:
        self.go("fire")
        look("the fire roll", self.shell)
        assert self.window.desk is not None
        self.window.desk.do(StartRoll(occasion=Occasion.DRILL))
        self.go("now")
        self.go("fire")
        look("a roll call", self.shell)
        self.sheets("fire", look)

    def _covers(self, look: Look) -> None:
        self.go("now")
        for cover, lift in (
            (self.window.cover_names, self.window.show_names),
            (self.window.lock, self.shell.uncover),
            (self.window.another, self.shell.uncover),
        ):
            cover()
            self.wait()
            assert self.shell.over is not None
            look(cover.__name__, self.shell)
            lift()
            self.wait()

    def sheets(self, place: str, look: Look, who: str = "", but: tuple[str, ...] = ()) -> None:
        """Try every action of a place; where one opens a sheet, look at it, and leave it by Esc's way."""
        acts = [each for each in self.window.actions._acts.values() if each.place.split(".")[0] == place]
        for act in acts:
            if act.id in LEFT_OUT or act.id in but or act.id.startswith("go.") or act.id == "person.back":
                continue
            if place and self.shell.page_id != place:
                self.go(place)
            self._ready(act)
            if act.reason is None:
                act.run()
                self.wait()
            self._look_and_close(f"{act.id} {who}".strip(), look)

    def _look_and_close(self, title: str, look: Look) -> None:
        for _ in range(3):
            sheet = self.sheet()
            if sheet is None:
                return
            look(title, sheet)
            sheet.reject()
            self.wait()
        assert self.sheet() is None, title

    def _ready(self, act: Act) -> None:
        """Put the cursor on a line for which it can be done."""
        if act.reason is None or act.scope is not Scope.LIST:
            return
        for view in self.window.actions._views.get(act.place, []):
            if isinstance(view, RowsView) and view.isVisible():
                for row in view.rows_model.rows:
                    if view.select(row.key) and act.reason is None:
                        return


class Seen:
    """What is wrong with each screen, by what was asked."""

    def __init__(self, **asked: Callable[[QWidget], list[str]]) -> None:
        self.asked = asked
        self.screens: list[str] = []
        self.wrong: dict[str, dict[str, list[str]]] = defaultdict(dict)

    def look(self, title: str, screen: QWidget) -> None:
        screen.window().activateWindow()
        settle()
        self.screens.append(title)
        for what, ask in self.asked.items():
            if found := ask(screen):
                self.wrong[what][title] = found


def walked(folder: Path, size: tuple[int, int], seen: Seen) -> Seen:
    QAccessible.setActive(True)
    desk = Desk(folder, size)
    try:
        desk.walk(seen.look)
    finally:
        desk.close()
    return seen


@pytest.fixture(scope="module")
def heard(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    themes.install(qapp)
    asked = Seen(
        misheard=misheard, unreached=unreached, unordered=unordered, mouse_only=mouse_only, untested=untested
    )
    return walked(tmp_path_factory.mktemp("heard") / "house", (1440, 900), asked)


def test_every_control_is_heard_by_its_name_its_role_and_its_state(heard: Seen) -> None:
    assert heard.wrong["misheard"] == {}


def test_tab_reaches_every_control_and_comes_back(heard: Seen) -> None:
    assert heard.wrong["unreached"] == {}


def test_tab_goes_as_one_reads(heard: Seen) -> None:
    assert heard.wrong["unordered"] == {}


def test_nothing_needs_a_mouse(heard: Seen) -> None:
    assert heard.wrong["mouse_only"] == {}


def test_colours_that_meet_are_a_tested_pair(heard: Seen) -> None:
    assert heard.wrong["untested"] == {}


def test_a_pair_that_nobody_tested_is_seen(shown: Callable[..., Any]) -> None:
    strange = QLabel()
    picture = QPixmap(40, 40)
    picture.fill(colour("accent_soft"))
    painter = QPainter(picture)
    painter.fillRect(10, 10, 20, 20, colour("edge"))
    painter.end()
    strange.setPixmap(picture)
    shown(strange)
    assert untested(strange) == ["edge on accent_soft"]


def test_the_walk_saw_every_page_and_the_sheets_behind_them(heard: Seen) -> None:
    """A walk that opens nothing finds nothing."""
    assert {"sign-in", "now", "now as a list", "round", "residents", "handover", "a roll call"} <= set(
        heard.screens
    )
    assert {
        "window.find",
        "help of round",
        "now.check",
        "round.paper",
        "round.type_back",
    } <= set(heard.screens)
    assert len(heard.screens) > 60


@pytest.mark.parametrize("size", [pytest.param((1440, 900), marks=pytest.mark.soak), (1280, 720)])
def test_nothing_is_cut_at_200_percent(
    qapp: QApplication, look: themes.Theme, tmp_path: Path, size: tuple[int, int]
) -> None:
    look.set_scale(2.0)
    assert walked(tmp_path / "house", size, Seen(cut=clipped_text)).wrong == {}


def test_the_menu_of_everything_is_heard_item_by_item(qapp: QApplication, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "house", (1440, 900))
    try:
        keys = desk.house
        desk.window.signed_in(sign_in(desk.window.folder, "priya", "training", keys.clock, note=False))
        desk.wait()
        desk.window.actions.trigger("window.menu")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for each in [menu, *menu.findChildren(QMenu)]:
            node = QAccessible.queryAccessibleInterface(each)
            items = [node.child(place) for place in range(node.childCount())]
            said = [name(item) for item in items if item.role() is QAccessible.Role.MenuItem]
            wanted = [item.text() for item in each.actions() if not item.isSeparator()]
            assert len(said) == len(wanted) > 0
            assert all(said), said
        menu.close()
    finally:
        desk.close()
