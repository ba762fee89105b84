"""The one registry of actions, walked on every page of the real window: nothing without words, no key twice, no button
that does something on its own, and a help that says what is there."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from app.services.entrance import sign_in
from app.store.keys import load
from app.ui import theme as themes
from app.ui.actions import Act, Actions, Scope, mnemonics, normal_key
from app.ui.app import Window
from app.ui.contact_sheet import settle
from app.ui.help import HELP
from app.ui.palette_rows import Offered, matching_acts
from app.ui.thesaurus import THESAURUS
from app.ui.widgets.basics import key_text
from app.ui.widgets.buttons import ActionButton
from tests.ui.houses import NAMES, small_house

#: Buttons of a page that are no action of the registry, and why: by what they are called.
REASONS = {
    "Close": "puts a notice away",
    "": "a part of a box: clearing it, opening its list; or a state's button, hidden until it has words",
}
#: Keys that widgets take themselves: movement, and what ends a sheet.
OF_WIDGETS = {"↑ ↓", "→", "Enter", "Tab", "Esc", "Ctrl Enter", "Ctrl"}


@pytest.fixture(scope="module")
def window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """The real window with every page made, signed in as a manager. It is only read."""
    themes.install(qapp)
    folder = tmp_path_factory.mktemp("registry") / "house"
    house = small_house(folder, NAMES[:4])
    house.desk.store.close()
    made = Window(folder, load(folder), house.clock)
    made.shell.resize(1366, 768)
    made.shell.setProperty("kept", True)
    made.shell.show()
    made.signed_in(sign_in(folder, "hannah", "training", house.clock, note=False))
    for number in sections(made):
        made.shell.go(number)
        wait(made)
    yield made
    wait(made)
    made.shell.close()
    made.shell.setProperty("kept", False)


def wait(window: Window) -> None:
    for _ in range(3):
        assert window.jobs.wait_idle()
        settle()


def sections(window: Window) -> list[str]:
    return list(window.shell.rail.buttons)


def acts(actions: Actions) -> list[Act]:
    return list(actions._acts.values())


def test_every_action_has_words_and_a_way_to_it(window: Window) -> None:
    actions = window.actions
    places = sections(window)
    listed = {act.id for place in places for area in actions.by_area(place, place).values() for act in area}
    said = {(act.place, act.title) for place in places for act in actions.at(place)}
    for act in acts(actions):
        assert act.text.strip(), act.id
        assert act.title[0] == act.title[0].upper(), act.id
        assert act.id in listed or (act.place, act.title) in said or act.keys, act.id
        reason = actions.why_not(act)
        assert reason is None or reason.rstrip("”)").endswith((".", "?")), (act.id, reason)


def test_every_action_is_found_in_the_palette_by_its_own_words(window: Window) -> None:
    for place in sections(window):
        offered = [Offered(act, None, None) for act in window.actions.at(place)]
        for each in offered:
            found = [one.act.id for one in matching_acts(offered, each.title)]
            assert each.act.id in found, each.act.id


def test_no_two_keys_clash_anywhere(window: Window) -> None:
    claimed: dict[tuple[str, str], str] = {}
    everywhere = {normal_key(key): act.id for act in window.actions.of(Scope.WINDOW) for key in act.keys}
    assert len(everywhere) == sum(len(act.keys) for act in window.actions.of(Scope.WINDOW))
    for act in acts(window.actions):
        for key in map(normal_key, act.keys):
            if act.scope is not Scope.WINDOW:
                assert key not in everywhere, (act.id, everywhere.get(key))
            assert (act.place, key) not in claimed, (act.id, claimed.get((act.place, key)))
            claimed[act.place, key] = act.id


def test_letters_belong_to_lists(window: Window) -> None:
    for act in acts(window.actions):
        for key in act.keys:
            if len(key) == 1 and key.isalnum():
                assert act.scope is Scope.LIST, (act.id, key)


def test_every_button_of_a_page_is_an_action_or_has_a_reason(window: Window) -> None:
    strangers, known = [], 0
    for number in sections(window):
        window.shell.go(number)
        wait(window)
        page = window.shell.page(number)
        for button in page.findChildren(QPushButton):
            if isinstance(button, ActionButton):
                assert window.actions.get(button._number).text, button.text()
                known += 1
            elif button.isVisibleTo(page) and not _own(button) and button.text() not in REASONS:
                strangers.append(f"{number}: {type(button).__name__} {button.text()!r}")
    assert strangers == []
    assert known > 20


def _own(button: QAbstractButton) -> bool:
    """A button that its widget says the use of itself: a tile that filters, a line of a list, a choice of a form."""
    if button.isCheckable():
        return True
    parent: QWidget | None = button
    while parent is not None:
        if type(parent).__name__ in OWN_BUTTONS:
            return True
        parent = parent.parentWidget()
    return False


#: Widgets whose buttons belong to what they show, and why.
OWN_BUTTONS = {
    "StatePanel": "tries again what could not be read",
    "Notice": "puts a sentence away",
}


def bold(markdown: str) -> set[str]:
    return {found.strip() for found in re.findall(r"\*\*(.+?)\*\*", markdown)}


def test_the_keys_of_everywhere_are_those_in_the_help_and_no_others(window: Window) -> None:
    page = (HELP / "keys.md").read_text(encoding="utf-8").split("## What the")[0]
    there = {
        key_text(key)
        for act in window.actions.of(Scope.WINDOW)
        for key in act.keys
        if not re.fullmatch(r"Ctrl\+[1-9]", key)
    }
    assert bold(page) - OF_WIDGETS == there


def test_every_key_that_a_pages_help_names_is_there(window: Window) -> None:
    """Bold in a help page is a key only when it is spelt as one."""
    for path in HELP.glob("*.md"):
        if path.stem in ("keys", "alarms") or path.stem not in sections(window):
            continue
        known = {
            key_text(key)
            for act in acts(window.actions)
            if act.place.split(".")[0] in (path.stem, "")
            for key in act.keys
        }
        named = {
            each
            for each in bold(path.read_text(encoding="utf-8"))
            if re.fullmatch(r"(?:(?:Ctrl|Shift|Alt) )*(?:F\d+|[A-Z0-9/]|[←→↑↓])", each)
        }
        assert named - known - OF_WIDGETS == set(), path.stem


def test_other_words_are_of_actions_that_exist(window: Window) -> None:
    assert set(THESAURUS) - {act.id for act in acts(window.actions)} == set()


def test_every_key_is_one_that_a_keyboard_has(window: Window) -> None:
    for act in acts(window.actions):
        for key in act.keys:
            assert QKeySequence(key).count() == 1, (act.id, key)


@pytest.mark.parametrize(
    ("texts", "marked"),
    [
        (["Out", "Out, with where", "Open"], ["&Out", "Out, &with where", "O&pen"]),
        (["A & B", "A"], ["&A && B", "A"]),
        (["…"], ["…"]),
    ],
)
def test_each_item_of_a_menu_has_a_letter_of_its_own(texts: list[str], marked: list[str]) -> None:
    assert mnemonics(texts) == marked
