"""The window: sections, top bar, keys, cover, help, faults and a close that loses nothing."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from app.domain.fields import Field, Kind
from app.ui.actions import Act, Actions, Scope
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.dialogs import ErrorSheet, TextSheet
from app.ui.help import HelpSheet, help_text
from app.ui.jobs import Jobs
from app.ui.shell import Page, Section, Shell, TopBar
from app.ui.theme import Theme
from app.ui.widgets.basics import column, label
from app.ui.widgets.drafts import DraftKeeper
from app.ui.widgets.fields import TextBox
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from tests.ui.conftest import LONDON, NOW

CTRL = Qt.KeyboardModifier.ControlModifier
TOP = TopBar(
    "Eden House",
    "Next: 22:00 sign-in, Amara O.",
    "amber",
    2,
    2,
    "07700 900461",
    "office",
    "Priya N.",
    "Night lead",
)


class Listed(Page):
    """A page with a list, a box and a draft."""

    def __init__(self, actions: Actions, number: str, told: list[str]) -> None:
        super().__init__()
        self.page_id, self._told = number, told
        self.list = RowsView([Column("Name", 120, 1)], "Residents")
        self.list.set_rows([Row(i, (Cell(f"Woman {i}"),)) for i in range(5)])
        self.box, self.words = QLineEdit(), TextBox()
        self.box.setAccessibleName("Find")
        self.words.setAccessibleName("Note")
        self.keeper = DraftKeeper(self.words, lambda text: told.append(f"draft {text}"), 3_600_000)
        actions.add(
            Act(f"{number}.note", "Note", lambda: told.append(f"{number} note"), ("N",), Scope.LIST, number),
            Act(
                f"{number}.start",
                "Start",
                lambda: told.append(f"{number} start"),
                ("F2",),
                Scope.PAGE,
                number,
            ),
        )
        actions.bind_list(self.list, number)
        column(self, label(number.title(), "title"), self.list, self.box, self.words, margins=20)

    def asked(self) -> None:
        self._told.append(f"{self.page_id} asked")

    def opened(self) -> None:
        self._told.append(f"{self.page_id} opened")

    def left(self) -> None:
        self._told.append(f"{self.page_id} left")

    def changed(self, seq: int) -> None:
        self._told.append(f"{self.page_id} changed {seq}")

    def home(self) -> QWidget:
        return self.list


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def shell(jobs: Jobs, actions: Actions, told: list[str], shown: Callable[..., Any]) -> Shell:
    sections = [
        Section(n, n.capitalize(), f"Ctrl+{i}", lambda n=n: Listed(actions, n, told))
        for i, n in enumerate(("now", "round", "residents", "handover"), 1)
    ]
    window = Shell(jobs, actions, sections, now=lambda: NOW, zone=LONDON, training=True, house="Eden House")
    window.show_top(TOP)
    return shown(window, 1366, 768)


def test_the_title_names_no_one_and_says_training(shell: Shell, jobs: Jobs, qtbot: Any) -> None:
    assert shell.windowTitle() == "Daybook – training house"
    assert shell.status.training.text() == "TRAINING HOUSE"
    assert shell.status.training.isVisible()
    live = Shell(jobs, Actions(), [], now=lambda: NOW, zone=LONDON)
    qtbot.addWidget(live)
    assert live.windowTitle() == "Daybook"
    assert not live.status.training.isVisibleTo(live)


def test_sections_open_by_key_and_by_rail(shell: Shell, told: list[str], qtbot: Any) -> None:
    shell.go("now")
    assert QApplication.focusWidget() is shell.page("now").list  # type: ignore[attr-defined]
    qtbot.keyClick(shell, Qt.Key.Key_2, CTRL)
    assert (shell.page_id, told) == ("round", ["now opened", "round asked", "now left", "round opened"])
    assert shell.rail.buttons["round"].isChecked()
    qtbot.mouseClick(shell.rail.buttons["now"], Qt.MouseButton.LeftButton)
    assert shell.page_id == "now"
    assert told[-3:] == ["now asked", "round left", "now opened"]


def test_what_is_asked_for_when_something_has_happened_stands_at_the_foot(
    jobs: Jobs, actions: Actions, told: list[str], shown: Callable[..., Any], qtbot: Any
) -> None:
    sections = [
        Section("now", "Now", "Ctrl+1", lambda: Listed(actions, "now", told)),
        Section("fire", "Fire", "F8", lambda: Listed(actions, "fire", told), foot=True),
        Section("round", "Round", "Ctrl+2", lambda: Listed(actions, "round", told)),
    ]
    shell = shown(Shell(jobs, actions, sections, now=lambda: NOW, zone=LONDON), 1000, 700)
    now, round_, fire = (shell.rail.buttons[n].y() for n in ("now", "round", "fire"))
    assert now < round_ < fire
    assert fire - round_ > 2 * (round_ - now)
    shell.go("now")
    qtbot.keyClick(shell, Qt.Key.Key_F8)
    assert told[-3:] == ["fire asked", "now left", "fire opened"]


def test_an_alarm_bar_stands_between_the_top_and_the_page(shell: Shell) -> None:
    shell.go("now")
    bar = QLabel("2 checks are overdue")
    shell.set_alarm_bar(bar)
    settle()
    assert bar.isVisible()
    top, page = shell.top.mapToGlobal(shell.top.rect().bottomLeft()), shell.stack.mapToGlobal(QPoint(0, 0))
    assert top.y() < bar.mapToGlobal(QPoint(0, 0)).y() < page.y()
    other = QLabel("1 check is overdue")
    shell.set_alarm_bar(other)
    settle()
    assert other.isVisible()
    assert not bar.isVisible()


def test_a_page_is_made_once_and_only_when_asked_for(shell: Shell, told: list[str]) -> None:
    shell.go("now")
    page = shell.page("now")
    shell.go("round")
    shell.go("now")
    assert shell.page("now") is page
    assert not any("handover" in line for line in told)


def test_a_pages_keys_work_on_that_page_only(shell: Shell, told: list[str], qtbot: Any) -> None:
    shell.go("now")
    shell.go("round")
    told.clear()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F2)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_N)
    assert told == ["round start", "round note"]


def test_the_top_bar_says_what_it_must(shell: Shell) -> None:
    assert shell.top.clock.text() == "Sun 22 Nov 21:42"
    assert shell.top.next_due.text() == "Next: 22:00 sign-in, Amara O."
    facts = shell.top.facts.text().replace("&nbsp;", " ")
    for fact in ("Staff <b>2</b>", "On call <b>07700 900461</b>", "Naloxone: <b>office</b>"):
        assert fact in facts
    assert shell.top.who.text() == "Priya N. · Night lead"
    assert not shell.top.staff_pill.isVisible()


@pytest.mark.parametrize(
    ("staff", "words"),
    [(1, "Staff: one, since 02:48; 2 are needed"), (0, "Staff: none, since 02:48; 2 are needed")],
)
def test_under_two_staff_is_said_with_since_when(shell: Shell, staff: int, words: str) -> None:
    shell.show_top(TopBar(staff_in=staff, staff_since="02:48", who="Priya N."))
    assert shell.top.staff_pill.isVisible()
    assert shell.top.staff_pill.text() == words


def test_the_find_button_stands_there_only_when_there_is_a_finder(
    shell: Shell, actions: Actions, told: list[str], qtbot: Any
) -> None:
    assert not shell.top.finder.isVisible()
    shell.top.find_asked.emit()
    actions.add(Act("window.find", "Find anyone, anything", lambda: told.append("find"), ("Ctrl+K",)))
    assert shell.top.finder.isVisible()
    qtbot.mouseClick(shell.top.finder, Qt.MouseButton.LeftButton)
    assert told == ["find"]


def test_what_is_typed_in_the_house_settings_is_not_markup(shell: Shell) -> None:
    shell.show_top(TopBar(staff_in=2, naloxone="<b>office</b> & hall", who="Priya N."))
    assert "&lt;b&gt;office&lt;/b&gt;" in shell.top.facts.text()


def test_nobody_signed_in_shows_nobodys_facts(shell: Shell) -> None:
    shell.show_top(TopBar("Eden House"))
    assert shell.top.facts.text() == shell.top.who.text() == ""
    assert not shell.top.lock.isVisible()
    assert not shell.top.staff_pill.isVisible()


def test_theme_and_size_change_by_key_and_keep_the_page(shell: Shell, look: Theme, qtbot: Any) -> None:
    shell.go("round")
    qtbot.keyClick(shell, Qt.Key.Key_T, CTRL)
    assert look.name == "night"
    qtbot.keyClick(shell, Qt.Key.Key_Plus, CTRL)
    assert look.scale == 1.1
    qtbot.keyClick(shell, Qt.Key.Key_Minus, CTRL)
    assert look.scale == 1.0
    qtbot.keyClick(shell, Qt.Key.Key_Equal, CTRL)
    qtbot.keyClick(shell, Qt.Key.Key_0, CTRL)
    assert look.scale == 1.0
    assert shell.page_id == "round"


@pytest.mark.parametrize("name", ["day", "night"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_frame_fits_a_small_screen_at_any_size(
    shell: Shell, look: Theme, name: str, scale: float
) -> None:
    shell.actions_.add(Act("window.find", "Find anyone, anything", lambda: None, ("Ctrl+K",)))
    look.set_mode(name)
    look.set_scale(scale)
    shell.go("now")
    shell.set_badge("round", 12)
    shell.saved("Saved 21:41:58")
    shell.verified(48_212, "7f3a91c022beffff")
    shell.tell("Two staff are needed on site; one is signed in.", "amber")
    settle()
    assert (shell.width(), shell.height()) == (1366, 768), "the window had to grow"
    assert clipped_text(shell) == []
    assert unnamed_controls(shell) == []


def test_the_status_line_tells_saved_saving_and_verified(shell: Shell, jobs: Jobs) -> None:
    go = threading.Event()
    jobs.write(lambda: go.wait(20))
    assert shell.status.busy.text() == "Saving 1…"
    go.set()
    assert jobs.wait_idle()
    assert shell.status.busy.text() == ""
    shell.saved("Saved 21:41:58")
    assert shell.status.saved.text() == "Saved 21:41:58"
    shell.verified(48_212, "7f3a91c022beffff")
    assert shell.status.verified.text() == "Record verified to entry 48,212 · 7f3a 91c0 22be"
    shell.verified(48_212, "7f3a", broken_at=310)
    assert shell.status.verified.text() == "The record does not verify: first broken at entry 310"
    assert shell.status.verified.property("tone") == "red"


def test_a_badge_is_said_and_goes(shell: Shell) -> None:
    shell.set_badge("round", 3)
    assert shell.rail.buttons["round"].accessibleName() == "Round, 3 waiting"
    shell.set_badge("round", 0)
    assert shell.rail.buttons["round"].accessibleName() == "Round"


def test_under_a_cover_no_page_key_works_and_the_work_is_kept(
    shell: Shell, look: Theme, told: list[str], qtbot: Any
) -> None:
    shell.go("now")
    page = shell.page("now")
    qtbot.keyClicks(page.words, "Half a thought")  # type: ignore[attr-defined]
    cover, box = QWidget(), QLineEdit()
    column(cover, box)
    cover.setFocusProxy(box)
    shell.cover(cover)
    assert told[-1] == "draft Half a thought"
    told.clear()
    assert QApplication.focusWidget() is box
    for key, modifier in ((Qt.Key.Key_2, CTRL), (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)):
        qtbot.keyClick(box, key, modifier)
    shell.record_changed(7)
    assert (shell.page_id, told) == ("now", [])
    qtbot.keyClick(box, Qt.Key.Key_T, CTRL)
    assert look.name == "night"
    shell.uncover()
    assert not shell.covered
    assert page.words.toPlainText() == "Half a thought"  # type: ignore[attr-defined]
    assert page.isVisible()


def test_a_lock_hides_an_open_sheet_and_brings_it_back(shell: Shell, qtbot: Any) -> None:
    shell.go("now")
    words = TextSheet(shell, "Note about Kelly-Ann Moss", Field("note", "Note", Kind.MULTILINE))
    words.open()
    qtbot.keyClicks(words.box.control, "Half a thought")
    shell.cover(QWidget())
    assert not words.isVisible()
    shell.cover(QWidget())
    shell.uncover()
    assert words.isVisible()
    assert words.words == "Half a thought"
    words.reject()


def test_the_focus_comes_back_after_a_lock(shell: Shell) -> None:
    shell.go("now")
    page: Any = shell.page("now")
    page.box.setFocus()
    cover, box = QWidget(), QLineEdit()
    column(cover, box)
    shell.cover(cover)
    box.setFocus()
    shell.uncover()
    assert QApplication.focusWidget() is page.box


def test_the_next_person_does_not_see_the_last_ones_sheet(shell: Shell, qtbot: Any) -> None:
    shell.go("now")
    TextSheet(shell, "Note about Kelly-Ann Moss", Field("note", "Note", Kind.MULTILINE)).open()
    shell.forget_pages()
    settle()
    assert not [each for each in shell.findChildren(TextSheet) if each.isVisible()]


def test_lock_saves_drafts_before_it_asks(shell: Shell, told: list[str], qtbot: Any) -> None:
    shell.go("now")
    qtbot.keyClicks(shell.page("now").words, "x")  # type: ignore[attr-defined]
    shell.lock_asked.connect(lambda: told.append("lock"))
    qtbot.keyClick(shell, Qt.Key.Key_L, CTRL)
    assert told[-2:] == ["draft x", "lock"]
    shell.sign_out_asked.connect(lambda: told.append("out"))
    qtbot.mouseClick(shell.top.sign_out, Qt.MouseButton.LeftButton)
    assert told[-1] == "out"


def test_the_next_person_gets_fresh_pages(shell: Shell, told: list[str], qtbot: Any) -> None:
    shell.go("now")
    old = shell.page("now")
    shell.tell("Kelly-Ann Moss is back.")
    shell.forget_pages()
    assert shell.notice.text.text() == ""
    shell.go("now")
    assert shell.page("now") is not old
    told.clear()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_N)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F2)
    assert told == ["now note", "now start"]


def test_the_shown_page_hears_that_the_record_moved_on(shell: Shell, told: list[str]) -> None:
    shell.go("now")
    shell.go("round")
    shell.record_changed(412)
    assert [line for line in told if "changed" in line] == ["round changed 412"]


def sheet(shell: Shell, kind: type) -> Any:
    return next(child for child in shell.children() if isinstance(child, kind))


def test_the_keys_of_the_page_are_shown(shell: Shell, qtbot: Any) -> None:
    shell.go("round")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1)
    made = sheet(shell, HelpSheet)
    settle()
    words = {each.text() for each in made.findChildren(QLabel)}
    assert {
        "Keys: Round",
        "N",
        "Note",
        "F2",
        "Start",
        "Ctrl T",
        "Ctrl L",
        "In the list",
        "On this page",
    } <= words
    assert "What the ✓ means" in made.text.toPlainText()
    assert clipped_text(made) == unnamed_controls(made) == []
    qtbot.keyClick(made, Qt.Key.Key_Escape)


def test_a_question_mark_asks_for_help_but_not_in_a_text_box(shell: Shell, qtbot: Any) -> None:
    shell.go("now")
    page: Any = shell.page("now")
    page.box.setFocus()
    qtbot.keyClicks(page.box, "who?")
    assert page.box.text() == "who?"
    assert not shell.findChildren(HelpSheet)
    page.list.setFocus()
    qtbot.keyClicks(page.list, "?")
    assert len(shell.findChildren(HelpSheet)) == 1


def test_help_of_a_page_stands_before_that_of_all(tmp_path: Any) -> None:
    (tmp_path / "round.md").write_text("# Rounds", encoding="utf-8")
    (tmp_path / "keys.md").write_text("# Keys", encoding="utf-8")
    assert help_text("round", tmp_path) == "# Rounds\n\n# Keys"
    assert help_text("now", tmp_path) == "# Keys"
    assert "## The shapes" in help_text("keys")


def test_what_is_not_available_is_said_in_the_window(shell: Shell, actions: Actions) -> None:
    actions.add(Act("end", "End checks", lambda: None, available=lambda: "Only a manager ends checks."))
    actions.trigger("end")
    assert shell.notice.text.text() == "Only a manager ends checks."
    assert shell.notice.isVisible()


def test_a_fault_that_nobody_took_is_shown_without_names(shell: Shell, jobs: Jobs) -> None:
    def broken() -> None:
        raise ValueError("Kelly-Ann Moss")

    jobs.write(broken, doing="Saving the check")
    assert jobs.wait_idle()
    made = sheet(shell, ErrorSheet)
    words = " ".join(each.text() for each in made.findChildren(QLabel))
    assert "Saving the check did not work." in words
    assert "Kelly" not in words
    made.close()


def test_closing_saves_drafts_and_finishes_what_is_queued(
    shell: Shell, jobs: Jobs, told: list[str], qtbot: Any
) -> None:
    shell.go("now")
    qtbot.keyClicks(shell.page("now").words, "x")  # type: ignore[attr-defined]
    jobs.write(lambda: told.append("written"))
    shell.closing.connect(lambda: told.append("closing"))
    shell.close()
    assert told[-3:] in (["written", "draft x", "closing"], ["draft x", "written", "closing"])
    assert not shell.isVisible()


def test_a_window_that_cannot_finish_stays_open(
    shell: Shell, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "drain", lambda: False)
    assert shell.close() is False
    assert shell.isVisible()
    assert "still being saved" in shell.notice.text.text()
    monkeypatch.undo()
