"""Covers over the work: the idle lock, a quick change of user, the names covered, several windows on one sitting."""

import json
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from app.domain.house import Settings
from app.domain.sightings import How
from app.services.checks import LogCheck
from app.services.drafts import read_draft
from app.services.house import ChangeSetting
from app.ui.contact_sheet import clipped_text, settle, tab_order, unnamed_controls
from app.ui.curtain import Curtain
from app.ui.dialogs import AskSheet
from app.ui.layout import Layout
from app.ui.signin import SignInPage
from app.ui.theme import theme
from app.ui.widgets.rows import RowsView
from app.ui.windows import Pane
from tests.journeys.conftest import Person

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
CTRL, NONE = MODIFIER.ControlModifier, MODIFIER.NoModifier
MINUTES = Settings().idle_lock.total_seconds()
WORDS = "Half a thought about the boiler"


class Ticks:
    """The seconds that the idle lock counts."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def priya(at_the_window: Callable[..., Person], well_house: Path, ticks: Ticks) -> Person:
    """At the window, with a clock that only a test moves."""
    person = at_the_window(well_house, ticks=ticks)
    person.wait()
    return person


def pass_time(person: Person, ticks: Ticks, seconds: float) -> None:
    """Time passes second by second, as the window's own timer would tell it."""
    while seconds > 0:
        step = min(30.0, seconds)
        ticks.now += step
        seconds -= step
        person.window.idle.look()
    person.wait()


def her(person: Person) -> Any:
    return person.board().lines[0].who


def note(person: Person, pane: Pane | None = None) -> Any:
    """Her note, opened on the first woman as the page does it, with the cursor in it."""
    from app.ui.pages.person_entries import write_note

    pane = pane or person.window.panes[0]
    assert pane.sitting is not None
    write_note(pane.sitting, pane.shell, her(person))
    person.wait()
    return open_sheets(pane)[-1]


def open_sheets(pane: Pane) -> list[QDialog]:
    return [each for each in pane.shell.findChildren(QDialog) if each.isVisible()]


def words_on(widget: QWidget) -> str:
    """Everything that anybody standing there can read: labels, buttons and lists, painted ones included."""
    found = []
    for each in [widget, *widget.findChildren(QWidget)]:
        if not each.isVisible():
            continue
        if isinstance(each, RowsView):
            found += [cell.spoken for row in each.rows_model.rows for cell in row.cells]
        elif isinstance(each, QLabel):
            found.append(each.text())
        found += [each.accessibleName(), each.accessibleDescription(), each.toolTip(), each.windowTitle()]
        if hasattr(each, "toPlainText"):
            found.append(each.toPlainText())
    return "\n".join(found)


def everything_shown() -> str:
    return "\n".join(words_on(each) for each in QApplication.topLevelWidgets() if each.isVisible())


def names(person: Person) -> list[str]:
    return [line.who.name for line in person.board().lines]


def unlock(person: Person, pane: Pane | None = None) -> None:
    """By password, with the keyboard."""
    shell = (pane or person.window.panes[0]).shell
    page = shell.over
    assert isinstance(page, SignInPage)
    printed = {member.user: member.printed for member in person.window.keys.present}
    shell.activateWindow()
    settle()
    assert QApplication.focusWidget() is page.password.control
    QTest.keyClicks(QApplication.focusWidget(), printed[str(page.user.value())])
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    person.wait()


class TestLeftAlone:
    def test_the_screen_is_covered_and_the_work_is_kept(self, priya: Person, ticks: Ticks) -> None:
        sheet = note(priya)
        QTest.keyClicks(sheet.box.control, WORDS)
        pass_time(priya, ticks, MINUTES - 1)
        assert not priya.window.shell.covered
        pass_time(priya, ticks, 1)
        page = priya.window.shell.over
        assert isinstance(page, SignInPage)
        said = words_on(page)
        assert "Locked by itself" in said
        assert "nobody touched it for 5 minutes. Priya" in said
        assert open_sheets(priya.window.panes[0]) == []
        assert read_draft(priya.desk, "note", her(priya).id) == WORDS
        unlock(priya)
        assert not priya.window.shell.covered
        assert open_sheets(priya.window.panes[0]) == [sheet]
        assert sheet.words == WORDS
        sheet.reject()

    @pytest.mark.parametrize("kind", [QEvent.Type.KeyPress, QEvent.Type.Wheel])
    def test_a_key_or_the_wheel_keeps_it_open(self, priya: Person, ticks: Ticks, kind: QEvent.Type) -> None:
        for _ in range(3):
            pass_time(priya, ticks, MINUTES - 10)
            if kind is QEvent.Type.KeyPress:
                priya.press(KEY.Key_Shift)
            else:
                QApplication.sendEvent(priya.window.shell, QEvent(kind))
        assert not priya.window.shell.covered

    def test_nothing_leaves_it_open(self, priya: Person, ticks: Ticks) -> None:
        hannah = priya
        hannah.window.sign_out()
        hannah.wait()
        hannah.sign_in("hannah")
        assert type(hannah.desk.do(ChangeSetting(key="idle_lock", value=0))).__name__ == "Done"
        hannah.later(seconds=1)
        pass_time(hannah, ticks, 10 * MINUTES)
        assert not hannah.window.shell.covered

    def test_the_key_that_comes_too_late_does_nothing(self, priya: Person, ticks: Ticks) -> None:
        priya.press(KEY.Key_F2)
        before = priya.desk.store.head().seq
        ticks.now += 50
        priya.window.idle.look()
        ticks.now += 50
        priya.window.idle.look()
        # The timer did not come in time; the key does.
        priya.window._idle_look.stop()
        for _ in range(5):
            priya.window.idle._looked = ticks.now = ticks.now + 50
        priya.press("s")
        assert priya.window.shell.covered
        assert priya.desk.store.head().seq == before
        page: Any = priya.window.shell.over
        assert page.password.value() == ""

    def test_a_computer_that_slept_is_covered(self, priya: Person, ticks: Ticks) -> None:
        ticks.now += 61
        priya.window.idle.look()
        priya.wait()
        assert "the computer was asleep" in words_on(priya.window.shell.over)  # type: ignore[arg-type]

    def test_a_clock_that_jumps_forward_covers_it_and_one_put_back_does_not(self, priya: Person) -> None:
        clock: Any = priya.clock
        clock.set(clock.now() - timedelta(minutes=2))
        priya.window._time_passed()
        priya.wait()
        assert not priya.window.shell.covered
        clock.set(clock.now() + timedelta(hours=1))
        priya.window._time_passed()
        priya.wait()
        assert priya.window.shell.covered
        assert "asleep" in words_on(priya.window.shell.over)  # type: ignore[arg-type]

    def test_the_computers_own_lock_covers_it(self, priya: Person) -> None:
        priya.window.session.went(False)
        assert not priya.window.shell.covered
        priya.window.session.went(True)
        assert "the computer was locked" in words_on(priya.window.shell.over)  # type: ignore[arg-type]

    def test_a_second_reason_does_not_begin_a_second_lock(self, priya: Person, ticks: Ticks) -> None:
        priya.press("l", CTRL)
        page = priya.window.shell.over
        ticks.now += 3600
        priya.window.idle.look()
        priya.window.session.went(True)
        assert priya.window.shell.over is page

    def test_what_waits_is_counted_on_the_lock_and_names_nobody(self, priya: Person) -> None:
        everyone = names(priya)
        priya.press("l", CTRL)
        page: Any = priya.window.shell.over
        priya.later(minutes=20)
        assert any(letter.isdigit() for letter in page.waiting.text()), page.waiting.text()
        shown = everything_shown()
        assert not [name for name in everyone if name in shown]


class TestSheetsUnderACover:
    def test_ctrl_l_works_in_a_sheet(self, priya: Person) -> None:
        sheet = note(priya)
        QTest.keyClicks(sheet.box.control, WORDS)
        QTest.keyClick(sheet.box.control, KEY.Key_L, CTRL)
        priya.wait()
        assert priya.window.shell.covered
        assert not sheet.isVisible()
        assert sheet.words == WORDS
        unlock(priya)
        assert sheet.isVisible()
        sheet.reject()

    def test_a_sheet_that_was_asked_for_before_waits_beneath(self, priya: Person) -> None:
        priya.press("l", CTRL)
        late = AskSheet(priya.window.shell, f"About {her(priya).name}", "Is she in?", "Yes")
        late.open()
        settle()
        assert not late.isVisible()
        assert her(priya).name not in everything_shown()
        unlock(priya)
        assert late.isVisible()
        late.reject()

    @pytest.mark.parametrize(("key", "section"), [(KEY.Key_F8, "fire"), (KEY.Key_F9, "emergency")])
    def test_fire_and_emergency_do_not_wait_for_a_sheet(
        self, priya: Person, key: Qt.Key, section: str
    ) -> None:
        sheet = note(priya)
        QTest.keyClicks(sheet.box.control, WORDS)
        QTest.keyClick(sheet.box.control, key)
        priya.wait()
        assert priya.window.shell.page_id == section
        assert not sheet.isVisible()
        assert read_draft(priya.desk, "note", her(priya).id) == WORDS
        priya.window.shell.activateWindow()
        priya.press("1", CTRL)
        assert sheet.isVisible()
        assert sheet.words == WORDS
        sheet.reject()

    def test_a_held_key_locks_once(self, priya: Person) -> None:
        sheet = note(priya)
        held = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_F12, NONE, "", autorep=True)
        QApplication.sendEvent(sheet.box.control, held)
        assert not priya.window.shell.curtained
        sheet.reject()


class TestAnotherPerson:
    def test_by_keyboard_alone_and_each_finds_her_own_words(self, priya: Person) -> None:
        window, who = priya.window, her(priya)
        sheet = note(priya)
        QTest.keyClicks(sheet.box.control, WORDS)
        QTest.keyClick(sheet.box.control, KEY.Key_L, CTRL | MODIFIER.ShiftModifier)
        priya.wait()
        page = window.shell.over
        assert isinstance(page, SignInPage)
        assert page.user.value() == ""
        assert "Priya" in words_on(page)
        priya.count()
        while page.accounts.current_key != "dawn" and priya.keys < 20:
            priya.press(KEY.Key_Down)
        priya.press(KEY.Key_Return)
        assert priya.keys < 15
        assert priya.desk.actor.user == "dawn"
        assert open_sheets(window.panes[0]) == []
        assert WORDS not in everything_shown()
        assert read_draft(priya.desk, "note", who.id) == ""
        other = note(priya)
        assert other.words == ""
        QTest.keyClicks(other.box.control, "Dawn's own")
        other.reject()
        priya.wait()
        priya.press("l", CTRL | MODIFIER.ShiftModifier)
        priya.sign_in("priya")
        again = note(priya)
        assert again.words == WORDS
        again.reject()

    def test_the_first_is_signed_out_in_the_record_and_her_pages_are_gone(self, priya: Person) -> None:
        old = priya.page()
        before = priya.desk.store.head().seq
        priya.press("l", CTRL | MODIFIER.ShiftModifier)
        priya.sign_in("dawn")
        with priya.desk.store.read() as connection:
            said = [
                row.text
                for row in connection.exec_driver_sql(
                    f"SELECT text FROM event WHERE seq > {before} ORDER BY seq"
                )
            ]
        assert sorted(said) == ["Signed in", "Signed out"]
        assert priya.page() is not old

    def test_she_may_come_back_herself_and_nothing_is_lost(self, priya: Person) -> None:
        page = priya.page()
        sheet = note(priya)
        QTest.keyClicks(sheet.box.control, WORDS)
        priya.window.another()
        priya.wait()
        priya.sign_in("priya")
        assert priya.page() is page
        assert sheet.isVisible()
        assert sheet.words == WORDS
        sheet.reject()

    @pytest.mark.parametrize("opens", ["entries.check_now", "plan.edit_plan", "plan.edit_agreement"])
    def test_every_long_form_is_offered_again(self, priya: Person, opens: str) -> None:
        module, name = opens.split(".")
        open_form = getattr(import_module(f"app.ui.pages.person_{module}"), name)
        who, shell = her(priya), priya.window.shell
        more = () if module == "entries" else (None,)

        def form() -> Any:
            open_form(priya.window.sitting, shell, who, *more)
            priya.wait()
            return open_sheets(priya.window.panes[0])[-1]

        first = form()
        box = next(b for b in first.form.boxes.values() if hasattr(b.control, "toPlainText"))
        QTest.keyClicks(box.control, WORDS)
        priya.window.another()
        priya.wait()
        priya.sign_in("dawn")
        priya.window.another()
        priya.wait()
        priya.sign_in("priya")
        again = form()
        assert WORDS in str(again.form[box.field.name].value())
        assert "what you were typing last time" in again.error.text()
        again.reject()


class TestNamesCovered:
    def test_names_go_at_once_and_come_back(self, priya: Person) -> None:
        everyone = names(priya)
        assert any(name in everything_shown() for name in everyone)
        focus = QApplication.focusWidget()
        priya.press(KEY.Key_F12)
        shown = everything_shown()
        assert not [name for name in everyone if name in shown]
        curtain = priya.window.shell.over
        assert isinstance(curtain, Curtain)
        assert curtain.tiles["in"].accessibleName() == "22 in"
        assert curtain.clock.text() == "Sun 22 Nov 23:05"
        assert "Priya" not in priya.window.shell.windowTitle()
        priya.press(KEY.Key_Escape)
        assert not priya.window.shell.curtained
        assert QApplication.focusWidget() is focus
        priya.press(KEY.Key_F12)
        priya.press(KEY.Key_F12)
        assert not priya.window.shell.curtained

    def test_it_covers_an_open_sheet_and_gives_it_back(self, priya: Person) -> None:
        sheet = note(priya)
        QTest.keyClicks(sheet.box.control, WORDS)
        QTest.keyClick(sheet.box.control, KEY.Key_F12)
        priya.wait()
        assert her(priya).name not in everything_shown()
        assert not sheet.isVisible()
        priya.press(KEY.Key_F12)
        assert sheet.isVisible()
        assert sheet.words == WORDS
        sheet.reject()

    def test_counts_go_on_and_no_key_of_the_page_works(self, priya: Person) -> None:
        priya.press(KEY.Key_F2)
        priya.press(KEY.Key_F12)
        before = priya.desk.store.head().seq
        priya.press("s")
        priya.press("2", CTRL)
        assert priya.desk.store.head().seq == before
        curtain: Any = priya.window.shell.over
        waiting = curtain.waiting.text()
        priya.later(minutes=30)
        assert curtain.waiting.text() not in ("", waiting)
        assert not [name for name in names(priya) if name in everything_shown()]

    def test_it_is_not_a_lock_and_the_lock_still_comes(self, priya: Person, ticks: Ticks) -> None:
        priya.press(KEY.Key_F12)
        pass_time(priya, ticks, MINUTES)
        assert isinstance(priya.window.shell.over, SignInPage)
        unlock(priya)
        assert priya.window.shell.over is None

    def test_ctrl_l_locks_from_it(self, priya: Person) -> None:
        priya.press(KEY.Key_F12)
        priya.press("l", CTRL)
        assert isinstance(priya.window.shell.over, SignInPage)

    @pytest.mark.parametrize("scale", [1.0, 2.0])
    def test_everything_on_it_fits_and_is_named(self, priya: Person, scale: float) -> None:
        theme().set_scale(scale)
        priya.window.shell.resize(1280, 720)
        priya.press(KEY.Key_F12)
        priya.later(minutes=30)
        curtain = priya.window.shell.over
        assert curtain is not None
        assert clipped_text(curtain) == []
        assert unnamed_controls(curtain) == []
        assert [each.accessibleName() for each in tab_order(curtain)][:2] == ["Show the screen again", "Lock"]
        theme().set_scale(1.0)


def second(person: Person) -> Pane:
    person.press("n", CTRL)
    return person.window.panes[-1]


class TestSeveralWindows:
    def test_a_check_in_one_shows_in_the_other(self, priya: Person) -> None:
        other = second(priya)
        assert len(priya.window.panes) == 2
        assert (priya.window.shell.page_id, other.shell.page_id) == ("now", "round")
        assert other.shell.windowTitle() == "Daybook (2) – training house"
        other.shell.go("now")
        priya.wait()
        who = her(priya)
        first_sitting = priya.window.sitting
        assert first_sitting is not None
        first_sitting.do(LogCheck(resident=who.id, how=How.SPOKE))
        priya.wait()
        seen = [pane.shell.page("now").board.line(who.id).last_seen for pane in priya.window.panes]  # type: ignore[attr-defined]
        assert seen[0] == seen[1]
        assert seen[1].how is How.SPOKE
        assert len({pane.shell.status.saved.text() for pane in priya.window.panes}) == 1

    def test_a_lock_covers_both_and_either_unlocks_both(self, priya: Person) -> None:
        other = second(priya)
        priya.window.shell.activateWindow()
        priya.press("l", CTRL)
        assert [pane.shell.covered for pane in priya.window.panes] == [True, True]
        assert not [name for name in names(priya) if name in everything_shown()]
        unlock(priya, other)
        assert [pane.shell.covered for pane in priya.window.panes] == [False, False]

    def test_names_are_covered_and_come_back_in_both(self, priya: Person) -> None:
        second(priya)
        priya.press(KEY.Key_F12)
        assert not [name for name in names(priya) if name in everything_shown()]
        priya.press(KEY.Key_Escape)
        assert [pane.shell.over for pane in priya.window.panes] == [None, None]

    def test_another_person_finds_nothing_of_the_first_in_either(self, priya: Person) -> None:
        other = second(priya)
        sheet = note(priya, other)
        QTest.keyClicks(sheet.box.control, WORDS)
        priya.window.another()
        priya.wait()
        priya.sign_in("dawn")
        assert [pane.sitting.desk.actor.user for pane in priya.window.panes if pane.sitting] == ["dawn"] * 2
        assert (priya.window.shell.page_id, other.shell.page_id) == ("now", "round")
        assert open_sheets(other) == []
        assert WORDS not in everything_shown()

    def test_sign_out_covers_both(self, priya: Person) -> None:
        second(priya)
        priya.window.sign_out()
        priya.wait()
        for pane in priya.window.panes:
            assert isinstance(pane.shell.over, SignInPage)
            assert pane.sitting is None
            assert pane.shell.pages() == {}

    def test_one_closes_and_the_other_goes_on(self, priya: Person) -> None:
        other = second(priya)
        sheet = note(priya, other)
        QTest.keyClicks(sheet.box.control, WORDS)
        other.shell.close()
        settle()
        assert len(priya.window.panes) == 1
        assert read_draft(priya.desk, "note", her(priya).id) == WORDS
        priya.window.shell.activateWindow()
        priya.press(KEY.Key_2, CTRL)
        assert priya.window.shell.page_id == "round"
        again = second(priya)
        assert again.number == 2

    def test_the_first_may_close_first(self, priya: Person) -> None:
        other = second(priya)
        first = priya.window.shell
        first.close()
        settle()
        assert priya.window.shell is other.shell
        other.shell.activateWindow()
        priya.press("l", CTRL)
        assert other.shell.covered
        unlock(priya)
        assert not other.shell.covered

    def test_one_draft_in_two_windows_is_one_text(self, priya: Person) -> None:
        other = second(priya)
        one, two = note(priya), note(priya, other)
        QTest.keyClicks(one.box.control, WORDS)
        one.drafts.flush()
        assert two.words == WORDS
        QTest.keyClicks(two.box.control, " and the door")
        two.drafts.flush()
        priya.wait()
        assert one.words == two.words == WORDS + " and the door"
        assert read_draft(priya.desk, "note", her(priya).id) == WORDS + " and the door"
        before = priya.desk.store.head().seq
        QTest.keyClick(one.box.control, KEY.Key_Return, CTRL)
        priya.wait()
        assert priya.desk.store.head().seq == before + 1
        assert two.words == ""
        assert "other window" in two.box.control.placeholderText()
        two.reject()
        priya.wait()
        assert read_draft(priya.desk, "note", her(priya).id) == ""
        assert priya.desk.store.head().seq == before + 1

    def test_a_fault_is_shown_once(self, priya: Person, quiet_faults: list[Any]) -> None:
        second(priya)

        def broken() -> None:
            raise ValueError("Kelly-Ann Moss")

        priya.window.jobs.write(broken, doing="Saving the check")
        priya.wait()
        assert len(quiet_faults) == 1
        quiet_faults.clear()


class TestRemembered:
    def test_windows_and_sections_come_back_and_no_name_is_kept(
        self, at_the_window: Callable[..., Person], well_house: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "layout.json"
        priya = at_the_window(well_house, layout=Layout(path))
        other = second(priya)
        other.shell.setGeometry(60, 70, 700, 500)
        other.shell.go("handover")
        priya.window.shell.go("round")
        priya.wait()
        everyone = names(priya)
        priya.window.lock()
        kept = json.loads(path.read_text(encoding="utf-8"))
        assert [one["section"] for one in kept["windows"]] == ["round", "handover"]
        assert not [name for name in everyone if name in path.read_text(encoding="utf-8")]
        again = at_the_window(well_house, layout=Layout(path))
        assert [pane.shell.page_id for pane in again.window.panes] == ["round", "handover"]
        assert again.window.panes[1].shell.geometry().size().toTuple() == (700, 500)

    def test_the_next_person_begins_at_now(
        self, at_the_window: Callable[..., Person], well_house: Path, tmp_path: Path
    ) -> None:
        priya = at_the_window(well_house, layout=Layout(tmp_path / "layout.json"))
        priya.window.shell.go("handover")
        priya.window.sign_out()
        priya.wait()
        priya.sign_in("dawn")
        assert priya.window.shell.page_id == "now"
