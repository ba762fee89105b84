"""The round in a real page on a real store, by keyboard alone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.rounds import Need
from app.domain.sightings import How, Precision, Source
from app.services.board import read_board
from app.services.checks import LogCheck
from app.services.emergencies import EndEmergency, StartEmergency
from app.services.movements import GoOut
from app.services.regimes import StartRule
from app.services.residents import WriteAgreement
from app.services.rounds import read_round
from app.ui.contact_sheet import clipped_text, settle, tab_order, unnamed_controls
from tests.ui.houses import NAMES, NIGHT, small_house
from tests.ui.walked import Walked


def start(walk: Walked) -> None:
    walk.press(Qt.Key.Key_F2)
    walk.wait()


def facts(walk: Walked) -> list[str]:
    """What stands in the card about this round, line by line."""
    layout = walk.page.side.facts
    lines = [layout.itemAt(number).widget() for number in range(layout.count())]
    return [line.label.text() for line in lines if not line.isHidden()]


def test_a_curfew_round_of_22_takes_at_most_30_keys_from_the_board_to_the_last_tick(walked: Any) -> None:
    walk = walked(names=NAMES)
    start(walk)
    for number in range(22):
        walk.house.clock.advance(timedelta(seconds=17))
        walk.press("SUBR"[number % 4])
    walk.wait()
    assert walk.keys <= 30
    found = read_round(walk.house.desk, NIGHT)
    assert (found.done, found.total) == (22, 22)
    assert walk.page.end.isVisible()
    assert walk.page.end.said.label.text() == "22 of 22 seen, 23:05–23:11"
    assert "morning sighting" in walk.page.end.next.text()
    assert all("done" in walk.cells(name)[2] for name in NAMES)
    assert walk.cells("Anne Doyle")[3] == "23:05:17"
    assert walk.current() == ""


def test_the_walk_is_in_the_order_of_the_rooms(walked: Any) -> None:
    walk = walked()
    start(walk)
    order = []
    while name := walk.current():
        order.append(name)
        walk.press("s")
    assert order == list(NAMES[:5])


def test_a_key_paints_saving_at_once_and_a_tick_only_after_the_commit(walked: Any) -> None:
    walk = walked()
    start(walk)
    writer = walk.jobs
    held: list[Any] = []
    real = writer.write

    def later(fn: Any, then: Any = None, failed: Any = None, **more: Any) -> None:
        held.append((fn, then, failed, more))

    writer.write = later
    walk.press("s")
    assert "saving" in walk.cells("Anne Doyle")[2]
    assert "done" not in walk.cells("Anne Doyle")[2]
    assert walk.current() == "Mary Ellis"
    assert read_round(walk.house.desk).done == 0
    writer.write = real
    for fn, then, failed, more in held:
        real(fn, then, failed, **more)
    walk.wait()
    assert "done" in walk.cells("Anne Doyle")[2]
    assert walk.cells("Anne Doyle")[3] == "23:05:00"


def test_a_held_key_counts_once(walked: Any) -> None:
    walk = walked()
    start(walk)
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    for repeat in (False, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier, "s", repeat)
        QApplication.sendEvent(walk.page.list, event)
    walk.wait()
    assert read_round(walk.house.desk).done == 1


def test_there_is_no_key_for_all(walked: Any) -> None:
    walk = walked()
    start(walk)
    for key in (Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_End):
        walk.press(key)
    walk.wait()
    assert read_round(walk.house.desk).done == 0
    assert walk.committed == 0


def test_at_the_end_another_key_writes_nothing(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press(*"sssss")
    walk.wait()
    before = walk.committed
    walk.press("s")
    walk.wait()
    assert walk.committed == before == 7  # five sightings, and the walk's beginning and end
    assert "Nobody is waiting" in walk.said


def test_door_only_is_kept_and_she_is_asked_for_again(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("1", *"ssss")
    walk.wait()
    assert walk.current() == "Anne Doyle"
    assert "door only" in walk.cells("Anne Doyle")[2]
    assert "not seen yet" in walk.cells("Anne Doyle")[4]
    assert not walk.page.end.isVisible()
    assert walk.line("Anne Doyle").tried.how is How.DOOR_ONLY
    walk.press("r")
    walk.wait()
    assert walk.page.end.isVisible()
    assert walk.line("Anne Doyle").met.how is How.ROUSED


def test_a_struck_key_stays_readable_and_she_is_asked_for_again(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("s", "b")
    walk.wait()
    QTest.keyClick(walk.page.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    walk.wait()
    assert walk.current() == "Mary Ellis"
    state = walk.page.list.rows_model.rows[1].cells[2]
    assert state.struck
    assert state.text.startswith("asleep, breathing seen 23:05")
    assert "asleep, breathing seen" in walk.page.card.struck.text()
    line = walk.line("Mary Ellis")
    assert (line.need, len(line.struck)) == (Need.NEEDED, 1)
    walk.press("s")
    walk.wait()
    assert "one struck" in walk.cells("Mary Ellis")[4]


def test_the_card_says_how_she_is_checked_before_the_keys(walked: Any, tmp_path: Path) -> None:
    house = small_house(
        tmp_path / "agreed",
        told=[("Anne Doyle", {"watch_from": NIGHT - timedelta(days=3), "alerts": "Stairs with staff."})],
    )
    answers = {
        "asleep": "Knock twice. Torch to the floor",
        "wake_when": "Only if in doubt",
        "by_whom": "a woman, please",
    }
    house.do(WriteAgreement(resident=house.women["Anne Doyle"], answers=answers))
    walk = walked(house)
    start(walk)
    card = walk.page.card
    assert card.name.text() == "Anne Doyle"
    assert card.agreement.text() == "Her agreement: Knock twice. Torch to the floor."
    assert card.wake.text() == "Wake: only if in doubt."
    assert card.by_whom.text() == "By whom: a woman, please."
    pills = [pill.text() for pill in card.pills.shown()]
    assert pills == ["first fortnight · day 4", "not Anne Doyles, 3 Mint"]
    assert card.name.fontMetrics().height() > card.agreement.fontMetrics().height()
    assert all(
        card.agreement.fontMetrics().height() > shown.fontMetrics().height()
        for shown in (card.asks, card.about, card.room)
    )
    assert "Woken tonight: 0" in card.about.text()
    assert "Stairs with staff." in card.about.text()
    assert card.agreement.y() < card.buttons[0].y()


def test_asleep_does_not_settle_a_close_check(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "close", now=NIGHT - timedelta(minutes=20))
    house.do(StartRule(resident=house.women["Anne Doyle"], purpose=Purpose.CLOSE, minimum=0, maximum=15))
    house.clock.set(NIGHT)
    walk = walked(house)
    start(walk)
    assert "does not count" in walk.page.card.hint.text()
    walk.press("b")
    walk.wait()
    line = walk.line("Anne Doyle")
    assert line.need is Need.NEEDED
    walk.press(*"ssss")
    walk.wait()
    assert walk.current() == "Anne Doyle"


def test_seen_by_another_stays_until_it_is_changed_and_waits_for_her(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("v")
    walk.press("dawn radio", Qt.Key.Key_Return)
    assert walk.page.side.mode.text() == "Seen now, by Dawn Ellery, by radio"
    walk.press("s", "b")
    walk.wait()
    for name in NAMES[:2]:
        met = walk.line(name).met
        assert (met.seen_by, met.typed_by, met.source, met.unconfirmed) == (
            "Dawn Ellery",
            "Priya Nair",
            Source.RADIO,
            True,
        )
    assert "seen by Dawn Ellery, by radio" in walk.cells("Anne Doyle")[4]
    assert "Typed for Dawn E. by radio (2)" in facts(walk)
    walk.press("v")
    walk.press("me", Qt.Key.Key_Return)
    walk.press("s")
    walk.wait()
    assert walk.line("Anne Doyles").met.seen_by == "Priya Nair"


def test_a_declared_pair_makes_one_entry_with_two_people(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("w")
    walk.press("kim", Qt.Key.Key_Return)
    assert "with Kim Osei (a declared pair)" in walk.page.side.mode.text()
    walk.press("s")
    walk.wait()
    met = walk.line("Anne Doyle").met
    assert (met.seen_by, met.second) == ("Priya Nair", "Kim Osei")


def test_a_paper_round_is_typed_back_with_true_times(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "paper", now=NIGHT + timedelta(minutes=40))
    walk = walked(house)
    start(walk)
    walk.press("t")
    walk.press("2307", Qt.Key.Key_Return)
    assert walk.page.side.mode.text() == "Seen earlier, from paper, by me"
    walk.press("s")
    walk.press("b")
    walk.press("23:09", Qt.Key.Key_Return)
    walk.wait()
    first, second = walk.line("Anne Doyle").met, walk.line("Mary Ellis").met
    assert (first.seen_from, first.source, first.precision) == (
        house.at(23, 7),
        Source.PAPER,
        Precision.EXACT,
    )
    assert (second.seen_from, second.how) == (house.at(23, 9), How.ASLEEP_BREATHING)
    assert first.typed_at == house.clock.now()
    assert walk.cells("Anne Doyle")[3] == "23:07"
    assert walk.line("Anne Doyle").late_minutes is None


def test_a_late_sighting_asks_why_once_and_may_be_answered_later(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "late", now=NIGHT + timedelta(minutes=35))
    walk = walked(house)
    start(walk)
    walk.press("s")
    assert walk.sheet is not None
    walk.press("An ambulance was called for another resident", Qt.Key.Key_Return)
    walk.wait()
    line = walk.line("Anne Doyle")
    assert (line.late_minutes, line.met.late_reason) == (20, "An ambulance was called for another resident")
    assert line.met.how is How.SPOKE
    walk.press("s")
    walk.press(Qt.Key.Key_Escape)
    walk.wait()
    assert walk.line("Mary Ellis").reason_asked
    assert "late 20 min, reason asked" in walk.cells("Mary Ellis")[4]
    assert "2 late, 1 without a reason yet" in facts(walk)
    walk.press(Qt.Key.Key_Up)
    assert walk.current() == "Mary Ellis"
    walk.press("l")
    walk.press(Qt.Key.Key_Return)
    walk.wait()
    assert walk.line("Mary Ellis").met.late_reason == "An ambulance was called for another resident"


def test_nobody_is_asked_why_while_an_emergency_makes_it_late(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "late", now=NIGHT)
    house.do(StartEmergency(seen_at=NIGHT))
    house.clock.advance(timedelta(minutes=35))
    walk = walked(house)
    start(walk)
    walk.press("s")
    assert walk.sheet is None
    assert walk.line("Anne Doyle").late_minutes == 20
    assert walk.line("Anne Doyle").reason_asked
    assert walk.current() == "Mary Ellis"
    house.do(EndEmergency(late_reason="Ambulance in the house"))
    assert walk.line("Anne Doyle").met.late_reason == "Ambulance in the house"
    walk.page.changed(0)
    walk.wait()
    assert "1 late" in facts(walk)


def test_an_emergency_that_began_after_the_deadline_is_no_reason(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "late", now=NIGHT + timedelta(minutes=35))
    house.do(StartEmergency())
    walk = walked(house)
    start(walk)
    walk.press("s")
    assert walk.sheet is not None


def test_one_reason_can_serve_the_rest_of_the_round(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "late", now=NIGHT + timedelta(minutes=35))
    walk = walked(house)
    start(walk)
    walk.press("s")
    walk.sheet.same.setChecked(True)
    walk.press("Fire alarm", Qt.Key.Key_Return)
    walk.press(*"ssss")
    walk.wait()
    assert walk.sheet is None
    assert {walk.line(name).met.late_reason for name in NAMES[:5]} == {"Fire alarm"}


def test_excused_with_a_reason_and_until_when(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("x")
    walk.press("At her mother's bedside, agreed by Hannah")
    walk.sheet.submit()
    walk.wait()
    line = walk.line("Anne Doyle")
    assert (line.need, line.reason) == (Need.EXCUSED, "At her mother's bedside, agreed by Hannah")
    assert walk.current() == "Mary Ellis"
    assert "excused" in walk.cells("Anne Doyle")[2]


def test_an_excusal_that_ends_too_early_is_refused_in_words(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("x")
    walk.press("Asleep after a long day")
    walk.sheet.form["until"].set_value(walk.house.at(23, 10).time())
    walk.sheet.submit()
    walk.wait()
    assert walk.sheet.form["until"].error.text() == "She is asked for until 23:20: give a later time."
    assert walk.line("Anne Doyle").need is Need.NEEDED
    walk.press(Qt.Key.Key_Escape)


def test_a_concern_goes_with_the_look_and_on_any_line(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("c")
    sheet = walk.sheet
    sheet.form["how"].set_value("spoke")
    sheet.form["text"].set_value("She asked twice for the office to stay near.")
    sheet.submit()
    walk.wait()
    met = walk.line("Anne Doyle").met
    assert (met.how, met.concern, met.noted) == (How.SPOKE, True, True)
    assert "concern" in walk.cells("Anne Doyle")[4]
    walk.press(Qt.Key.Key_Up)
    assert walk.current() == "Anne Doyle"
    walk.press("c")
    assert "how" not in walk.sheet.form.boxes
    walk.sheet.form["text"].set_value("She has settled a little, she says.")
    walk.sheet.submit()
    walk.wait()
    assert walk.sheet is None
    assert walk.line("Anne Doyle").met.entry_id == met.entry_id


def test_a_concern_needs_how_she_was_seen_to_be_chosen(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("c")
    walk.sheet.form["text"].set_value("Crying.")
    walk.sheet.submit()
    assert walk.sheet.form["how"].error.text()
    walk.press(Qt.Key.Key_Escape)
    walk.wait()
    assert walk.line("Anne Doyle").need is Need.NEEDED
    walk.press("c")
    walk.wait()
    assert walk.sheet.form["text"].value() == "Crying."
    walk.press(Qt.Key.Key_Escape)


def test_women_who_are_out_are_skipped_and_said(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "out", now=NIGHT - timedelta(hours=2))
    house.do(GoOut(resident=house.women["Mary Ellis"], place="town"))
    house.clock.set(NIGHT)
    walk = walked(house)
    start(walk)
    walk.press("s")
    assert walk.current() == "Anne Doyles"
    assert walk.cells("Mary Ellis")[2:] == ["out since 21:05", "skipped", "late 5 min for her 23:00 curfew"]


def test_seeing_a_woman_who_is_out_asks_whether_she_is_in(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "back", now=NIGHT - timedelta(hours=2))
    mary = house.women["Mary Ellis"]
    house.do(GoOut(resident=mary, place="town"))
    house.clock.set(NIGHT)
    walk = walked(house)
    start(walk)
    walk.press(Qt.Key.Key_Down, "s")
    assert walk.sheet is not None
    walk.sheet._confirm()
    walk.wait()
    line = read_board(house.desk).line(mary)
    assert line is not None
    assert line.presence is Presence.IN
    assert not line.dues


def test_out_in_a_round_is_no_sighting(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("o")
    walk.wait()
    line = read_board(walk.house.desk).line(walk.house.women["Anne Doyle"])
    assert line is not None
    assert line.presence is Presence.OUT
    assert line.last_seen is not None
    assert line.last_seen.seen_at < NIGHT - timedelta(days=1)
    assert walk.current() == "Mary Ellis"


def test_a_refused_key_is_said_and_she_is_still_asked_for(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.house.clock.set(NIGHT - timedelta(hours=20))
    walk.press("s")
    walk.wait()
    assert "Nothing was stored" in walk.said
    walk.house.clock.set(NIGHT)
    walk.page.load()
    walk.wait()
    assert "not saved" in walk.cells("Anne Doyle")[4]
    assert read_round(walk.house.desk).done == 0


def test_what_another_process_logs_is_shown_with_the_cursor_kept(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert walk.current() == "Anne Doyles"
    walk.house.as_user("dawn").do(LogCheck(resident=walk.house.women["Hope"], how=How.AWAKE))
    walk.page.changed(0)
    walk.wait()
    assert "done" in walk.cells("Hope")[2]
    assert "by Dawn Ellery" in walk.cells("Hope")[4]
    assert walk.current() == "Anne Doyles"


def test_pause_goes_back_to_the_board_and_the_round_goes_on(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("s", Qt.Key.Key_Escape)
    assert walk.shell.page_id == "now"
    walk.wait()
    assert "1 of 5 seen" in walk.said
    start(walk)
    assert walk.current() == "Mary Ellis"
    assert walk.page.walk.done == 1


def test_with_nothing_due_it_says_what_is_next(walked: Any, tmp_path: Path) -> None:
    walk = walked(small_house(tmp_path / "noon", now=NIGHT - timedelta(hours=9)))
    start(walk)
    assert walk.page.end.said.label.text() == "Nobody needs to be seen now"
    assert walk.page.end.next.text() == "Next: 23:00 curfew sighting, 5 women"
    assert walk.current() == ""


def test_find_puts_the_card_on_her_line(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("/")
    walk.press("hope", Qt.Key.Key_Return)
    assert walk.current() == "Hope"


def test_the_handover_is_one_key_from_the_end(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press(*"sssss")
    walk.wait()
    walk.press("h")
    assert walk.asked[-1] == "handover"


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("mode", ["day", "night"])
def test_nothing_is_cut_and_every_control_has_a_name(walked: Any, look: Any, mode: str, scale: float) -> None:
    look.set_mode(mode)
    look.set_scale(scale)
    walk = walked(names=NAMES)
    start(walk)
    walk.shell.resize(int(1440 * scale), int(900 * scale))
    walk.press("s", "1", Qt.Key.Key_Down)
    walk.page.move_to(walk.house.women[NAMES[-1]])
    settle()
    assert clipped_text(walk.page) == []
    assert unnamed_controls(walk.page) == []
    order = tab_order(walk.page)
    assert order[0] is walk.page.list
    assert order[1] is walk.page.card.buttons[0]
