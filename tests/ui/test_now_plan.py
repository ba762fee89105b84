"""Now as a floor plan, its counts, what is next, what changed, and who is in the building: a real page on a real store."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.board import BoardLine
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.residents import LegalBasis
from app.domain.sightings import How
from app.services.absences import OpenCase
from app.services.board import read_board
from app.services.checks import LogCheck
from app.services.handovers import Ask, Offer, TakeOver
from app.services.movements import ComeIn, GoOut, GoToHospital
from app.services.notes import OpenAction, WriteNote
from app.services.regimes import StartRule
from app.services.residents import ExpectResident, Restrict
from app.services.rolls import fire_roll
from app.services.rooms import CloseRoom
from app.services.staff import GoOffDuty
from app.services.timeline import timeline
from app.ui.contact_sheet import clipped_text, settle, tab_order, unnamed_controls
from app.ui.pages.now_counts import numbers
from app.ui.pages.now_since import SinceSheet
from app.ui.widgets.floor_plan import Tile
from app.ui.widgets.marks import Mark
from tests.domain.boards import a_board, a_line
from tests.ui.houses import NAMES, NIGHT, House, small_house
from tests.ui.walked import Walked

ENTER, ESC, RIGHT, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Right, Qt.Key.Key_Down
EVENING = NIGHT - timedelta(hours=3)


def line(house: House, name: str) -> BoardLine:
    found = read_board(house.desk).line(house.women[name])
    assert found is not None
    return found


def tile(walk: Walked, key: Any) -> Tile:
    """Her tile by her name, or a room's by its id."""
    model = walk.now.plan.tiles_model
    place = model.place(walk.house.women.get(key, key) if isinstance(key, str) else key)
    assert place is not None
    return model.tiles[place]


def next_said(walk: Walked) -> list[str]:
    rows = walk.now.next.list.rows_model.rows
    return [" | ".join(cell.spoken for cell in row.cells) for row in rows]


@pytest.fixture
def evening(tmp_path: Path) -> House:
    """Five women at five past eight in the evening, and two free rooms."""
    return small_house(tmp_path / "evening", now=EVENING)


# The plan


def test_the_keys_of_the_list_work_on_a_tile(walked: Any, evening: House) -> None:
    walk = walked(evening)
    walk.press("gita", ENTER)
    assert walk.now.plan.hasFocus()
    assert walk.now.line.who.name == "Gita Sandhu"
    walk.press("o")
    walk.wait()
    assert line(evening, "Gita Sandhu").presence is Presence.OUT
    assert (tile(walk, "Gita Sandhu").mark, tile(walk, "Gita Sandhu").word) == (Mark.OUT, "out")
    assert tile(walk, "Gita Sandhu").line == "since 20:05"
    walk.press(RIGHT)
    assert walk.now.line.who.name == "Hope"
    walk.press("c", "s")
    walk.wait()
    seen = line(evening, "Hope").last_seen
    assert seen is not None
    assert seen.how is How.SPOKE
    opened: list[object] = []
    walk.sitting.resident_asked.connect(opened.append)
    walk.press(ENTER)
    assert opened == [evening.women["Hope"]]


def test_saving_is_painted_on_her_tile_at_once(walked: Any, evening: House) -> None:
    walk = walked(evening)
    held: list[Any] = []
    real = walk.jobs.write
    walk.jobs.write = lambda *args, **more: held.append((args, more))
    walk.press("hope", ENTER, "o")
    assert (tile(walk, "Hope").line, tile(walk, "Hope").line_mark) == ("out, saving…", Mark.SAVING)
    assert line(evening, "Hope").presence is Presence.IN
    walk.jobs.write = real
    for args, more in held:
        real(*args, **more)
    walk.jobs.wait_idle()
    assert walk.said == "Hope: out, saved 20:05:00. Ctrl Z strikes it."


def test_each_tile_says_what_matters_next(walked: Any, evening: House) -> None:
    women = evening.women
    evening.do(StartRule(resident=women["Hope"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    evening.do(GoToHospital(resident=women["Mary Ellis"], place="BRI"))
    evening.do(GoOut(resident=women["Gita Sandhu"], expected_back=evening.at(22, 30)))
    evening.by("hannah", CloseRoom(room=evening.rooms[5], reason="repair", ends=evening.at(12, day=27)))
    evening.clock.set(evening.at(20, 50))
    walk = walked(evening)
    said = {name: (tile(walk, name).line, tile(walk, name).outline) for name in women}
    assert said["Hope"] == ("check by 21:05", "amber")
    assert said["Mary Ellis"] == ("BRI since 20:05", None)
    assert said["Gita Sandhu"] == ("back 22:30", None)
    assert said["Anne Doyle"] == ("", None)
    assert tile(walk, "Anne Doyle").under == "not Anne Doyles, 3 Mint"
    closed, free = tile(walk, evening.rooms[5]), tile(walk, evening.rooms[6])
    assert (closed.word, closed.line, closed.empty) == ("closed", "repair to 27 Nov", True)
    assert (free.word, free.line, free.empty) == ("free", "", True)
    evening.clock.set(evening.at(21, 15))
    walk.wait()
    hope = tile(walk, "Hope")
    assert (hope.line, hope.line_mark, hope.tone, hope.outline) == (
        "check due 21:05",
        Mark.OVERDUE,
        "red",
        "red",
    )
    evening.do(ComeIn(resident=women["Gita Sandhu"], how=None))
    walk.wait()
    assert tile(walk, "Gita Sandhu").line == "in 21:15, not seen yet"


def test_a_late_woman_is_outlined_and_filled_once_the_grace_is_over(walked: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"]))
    evening.clock.set(evening.at(23, 12))
    walk = walked(evening)
    assert (tile(walk, "Hope").line, tile(walk, "Hope").outline) == ("late 12 min", None)
    evening.clock.set(evening.at(23, 42))
    walk.wait()
    late = tile(walk, "Hope")
    assert (late.line, late.outline, late.filled) == ("late 42 min", "red", True)
    evening.do(OpenCase(resident=evening.women["Hope"], due_back=evening.at(23)))
    walk.wait()
    assert tile(walk, "Hope").line == "late 42 min, case open"
    assert (tile(walk, "Hope").mark, tile(walk, "Hope").word) == (Mark.ABSENT, "absent")


def test_a_window_that_asks_for_everyone_is_no_alarm_on_every_tile(walked: Any) -> None:
    walk = walked()
    hope = tile(walk, "Hope")
    assert (hope.line, hope.line_mark, hope.tone, hope.outline) == ("curfew by 23:20", Mark.DUE, None, None)


def test_a_tile_tells_a_screen_reader_all_of_it(walked: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"], place="her sister's", expected_back=evening.at(21, 30)))
    walk = walked(evening)
    model = walk.now.plan.tiles_model
    place = model.place(evening.women["Hope"])
    assert model.data(model.index(place, 0), Qt.ItemDataRole.AccessibleTextRole) == (
        "5 Dill, Hope, out, her sister's, since 20:05, back by 21:30, nothing due, last seen 20:05, awake, Priya N."
    )


def test_floors_are_headings_in_walking_order_and_every_room_is_there(walked: Any) -> None:
    walk = walked(names=NAMES)
    shown = walk.now.plan.tiles_model.tiles
    assert [each.name for each in shown if each.section] == ["Ground floor", "First floor", "Second floor"]
    rooms = [each.room for each in shown if not each.section]
    assert len(rooms) == len(set(rooms)) == len(NAMES) + 2
    assert rooms[:3] == ["1 Sage", "2 Thyme", "3 Mint"]


def test_a_restricted_woman_has_a_tile_and_no_name(walked: Any, evening: House) -> None:
    evening.by("hannah", Restrict(resident=evening.women["Hope"], reason="threats"))
    walk = walked(evening)
    hidden = tile(walk, "Hope")
    assert (hidden.name, hidden.room, hidden.word) == ("One woman, restricted", "5 Dill", "in")
    everything = " ".join(
        f"{each.name} {each.line} {each.spoken}" for each in walk.now.plan.tiles_model.tiles
    )
    assert "Hope" not in everything


def test_an_empty_room_has_no_page(walked: Any, evening: House) -> None:
    walk = walked(evening)
    opened: list[object] = []
    walk.sitting.resident_asked.connect(opened.append)
    walk.now.plan.setFocus()
    walk.now.plan.select(evening.rooms[-1])
    walk.press(ENTER)
    assert opened == []
    assert walk.said == "7 Rue is free."
    walk.press("o")
    assert walk.said == "Choose a woman first."
    assert walk.committed == 0


def test_v_goes_to_the_list_and_back_with_the_cursor_on_her(walked: Any, evening: House) -> None:
    walk = walked(evening)
    walk.press("hope", ENTER, "v")
    assert walk.now.view == "list"
    assert walk.now.list.hasFocus()
    assert walk.now.line.who.name == "Hope"
    assert walk.cells("Hope", walk.now.list)[2] == "in"
    assert walk.now.switch.text() == "Plan"
    walk.press("v")
    assert walk.now.view == "plan"
    assert walk.now.plan.hasFocus()
    assert walk.now.plan.current_key == evening.women["Hope"]


def test_the_view_is_remembered_and_nothing_else_is(walked: Any, evening: House) -> None:
    walk = walked(evening)
    assert walk.now.remember() == {"view": "plan"}
    walk.now.recall({"view": "list"})
    assert walk.now.remember() == {"view": "list"}
    for spoilt in ({}, {"view": None}, {"view": 7}, {"view": "sideways"}):
        walk.now.recall(spoilt)
        assert walk.now.view == "list"


# The counts


@given(st.lists(st.sampled_from(Presence), max_size=30), st.integers(0, 3))
def test_the_counts_add_up_to_everyone_and_in_is_who_the_fire_roll_calls(
    presences: list[Presence], staff: int
) -> None:
    lines = [a_line(presence=presence, number=n) for n, presence in enumerate(presences, 1)]
    counted = numbers(a_board(NIGHT, *lines, staff=staff))
    assert sum(counted[presence.value] for presence in Presence) == len(lines)
    assert counted["in"] == sum(presence is Presence.IN for presence in presences)


def test_the_counts_are_the_numbers_of_the_fire_roll(walked: Any, evening: House) -> None:
    women = evening.women
    evening.do(GoOut(resident=women["Hope"]))
    evening.do(GoToHospital(resident=women["Mary Ellis"]))
    evening.by("hannah", Restrict(resident=women["Gita Sandhu"], reason="threats"))
    walk = walked(evening)
    roll = fire_roll(evening.desk)
    tiles = walk.now.tiles
    assert tiles["in"].number.text() == str(len(roll.inside)) == "3"
    elsewhere = ("out", "hospital", "leave", "absent", "custody")
    assert sum(int(tiles[name].number.text()) for name in elsewhere) == len(roll.elsewhere) == 2
    assert tiles["in"].more.text() == f"and {len(roll.staff)} staff, visitors unknown"


def test_a_count_shows_only_those_and_again_everyone(walked: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"]))
    walk = walked(evening)

    def shown() -> list[str]:
        return [each.name or each.room for each in walk.now.plan.tiles_model.tiles if not each.section]

    QTest.mouseClick(walk.now.tiles["out"], Qt.MouseButton.LeftButton)
    assert shown() == ["Hope"]
    assert walk.now.tiles["out"].isChecked()
    QTest.mouseClick(walk.now.tiles["free"], Qt.MouseButton.LeftButton)
    assert shown() == ["6 Basil", "7 Rue"]
    assert not walk.now.tiles["out"].isChecked()
    QTest.mouseClick(walk.now.tiles["free"], Qt.MouseButton.LeftButton)
    assert len(shown()) == 7


def test_a_digit_in_the_plan_or_list_is_the_same_and_escape_ends_it(walked: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"]))
    walk = walked(evening)
    walk.press("hope", ENTER, "v", "2")
    rows = walk.now.list.rows_model.rows
    assert [row.cells[1].text for row in rows if not row.section] == ["Hope"]
    walk.press("9")
    assert [row.cells[0].text for row in walk.now.list.rows_model.rows if not row.section] == [
        "6 Basil",
        "7 Rue",
    ]
    walk.press(ESC)
    assert sum(not row.section for row in walk.now.list.rows_model.rows) == 5
    assert walk.now.counts.only is None


def test_finding_her_ends_a_filter_that_would_hide_her(walked: Any, evening: House) -> None:
    walk = walked(evening)
    QTest.mouseClick(walk.now.tiles["free"], Qt.MouseButton.LeftButton)
    walk.press("/") if walk.now.plan.hasFocus() else walk.now.to_find()
    walk.press("gita", ENTER)
    assert walk.now.line.who.name == "Gita Sandhu"
    assert walk.now.counts.only is None


def test_the_counts_are_one_tab_stop_and_the_arrows_go_along(walked: Any, evening: House) -> None:
    walk = walked(evening)
    stops = [each for each in tab_order(walk.now) if each in walk.now.tiles.values()]
    assert stops == [walk.now.tiles["in"]]
    walk.now.tiles["in"].setFocus()
    QTest.keyClick(walk.now.tiles["in"], RIGHT)
    assert walk.now.tiles["out"].hasFocus()
    QTest.keyClick(walk.now.tiles["out"], Qt.Key.Key_Space)
    assert walk.now.counts.only == "out"


# Next


def test_a_case_says_how_late_she_is_and_its_next_step(walked: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"]))
    evening.clock.set(evening.at(23, 42))
    evening.do(OpenCase(resident=evening.women["Hope"], due_back=evening.at(23)))
    walk = walked(evening)
    (case,) = [said for said in next_said(walk) if "Hope" in said]
    assert "42 min late for her 23:00 curfew. Step 1 of " in case
    assert ": ring her by 23:47" in case


def test_the_most_pressing_is_first_and_what_waits_for_me_after_what_is_due(
    walked: Any, evening: House
) -> None:
    women, priya = evening.women, evening.staff("priya")
    evening.do(StartRule(resident=women["Hope"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    evening.do(StartRule(resident=women["Mary Ellis"], purpose=Purpose.WELFARE, minimum=30, maximum=90))
    evening.by("dawn", LogCheck(resident=women["Anne Doyle"], how=How.SPOKE, seen_by=priya))
    evening.by("dawn", OpenAction(text="Ring the pharmacy", owner=priya, due=evening.at(21)))
    evening.by("dawn", OpenAction(text="Lock the shed", owner=priya, due=evening.at(22)))
    evening.by(
        "hannah",
        ExpectResident(
            name="Zofia Nowak", legal_basis=LegalBasis.BAIL, expected_arrival=evening.at(6, day=23)
        ),
    )
    evening.by("dawn", Offer())
    evening.clock.set(evening.at(21, 15))
    walk = walked(evening)
    assert next_said(walk) == [
        "overdue, 21:05 | Hope, overdue 10 min, every 30–60 min, 5 Dill · C: check",
        "due, 21:35 | Mary Ellis, welfare check every 30–90 min, 2 Thyme · C: check",
        "information, 20:05 | Anne Doyle, Dawn Ellery typed that you saw her at 20:05, 1 Sage · Y: confirm",
        "information, 20:05 | Handover 1, offered 20:05 by Dawn Ellery: nobody has taken it over, Enter: open",
        "due, 21:00 | For you, Ring the pharmacy, was due 21:00, Enter: open",
        "next, 22:00 | For you, Lock the shed, due by 22:00, Enter: open",
        "next, 23:00 | 5 women, curfew sighting 23:00–23:20, F2: round",
        "next, 06:00 | Zofia Nowak, arrives 06:00, Enter: open",
    ]


def test_y_confirms_what_a_colleague_typed_for_me(walked: Any, evening: House) -> None:
    hope = evening.women["Hope"]
    evening.by("dawn", LogCheck(resident=hope, how=How.SPOKE, seen_by=evening.staff("priya")))
    walk = walked(evening)
    walk.press("hope", ENTER, "y")
    assert walk.said == "Nothing waits here for you to confirm."
    walk.now.next.list.setFocus()
    walk.now.next.list.select(walk.now.next.list.rows_model.rows[0].key)
    walk.press("y")
    walk.wait()
    assert walk.said == "Confirmed: Hope."
    assert not any("typed that you saw her" in said for said in next_said(walk))
    assert not timeline(evening.desk, hope, EVENING - timedelta(hours=1))[0].unconfirmed


def test_many_sightings_to_confirm_are_counted(walked: Any, evening: House) -> None:
    for name in evening.women:
        evening.by(
            "dawn",
            LogCheck(resident=evening.women[name], how=How.SPOKE, seen_by=evening.staff("priya")),
        )
    walk = walked(evening)
    said = [each for each in next_said(walk) if "typed" in each]
    assert len(said) == 3
    assert "3 more sightings, typed for you, to confirm after these" in said[-1]


def test_enter_opens_the_page_of_what_waits(walked: Any, evening: House) -> None:
    number = evening.by("dawn", Offer()).number
    evening.do(TakeOver(number=number))
    evening.do(Ask(number=number, question="Who rang?"))
    walk = walked(evening)
    rows = walk.now.next.list.rows_model.rows
    (row,) = [row for row in rows if "a question has no answer yet" in row.cells[1].spoken]
    walk.now.next.list.setFocus()
    walk.now.next.list.select(row.key)
    walk.press(ENTER)
    assert walk.asked == ["handover"]


# Since, and staff


def test_what_changed_is_on_the_card_and_all_of_it_on_the_sheet(walked: Any, evening: House) -> None:
    hope = evening.women["Hope"]
    evening.by("dawn", WriteNote(resident=hope, text="Asked for her key worker", hand_over=True))
    evening.by("dawn", GoOut(resident=hope, place="town"))
    walk = walked(evening)
    card = walk.now.since
    assert card.title.text() == "The last 24 hours"
    assert (card.all.text(), card.all.accessibleName()) == ("All 2", "All of it: 2 changes")
    shown = [" | ".join(cell.spoken for cell in row.cells) for row in card.list.rows_model.rows]
    assert shown == ["20:05 | Note to hand over, Hope 5 Dill · Asked for her key worker · by Dawn E."]
    walk.press(Qt.Key.Key_F7)
    sheet = walk.sheet
    assert isinstance(sheet, SinceSheet)
    assert [change.what for change in sheet.shown()] == ["Out", "Note to hand over"]
    sheet.finder.setText("key")
    assert [change.what for change in sheet.shown()] == ["Note to hand over"]
    opened: list[object] = []
    walk.sitting.resident_asked.connect(opened.append)
    QTest.keyClick(sheet.finder, ENTER)
    assert opened == [hope]


def test_the_sheet_filters_by_what_it_is_about(walked: Any, evening: House) -> None:
    evening.by("dawn", GoOut(resident=evening.women["Hope"]))
    evening.by("dawn", WriteNote(resident=evening.women["Hope"], text="One"))
    walk = walked(evening)
    walk.press(Qt.Key.Key_F7)
    sheet = walk.sheet
    assert [sheet.matter.itemText(i) for i in range(sheet.matter.count())] == [
        "Everything",
        "Out and in (1)",
        "Notes (1)",
    ]
    sheet.matter.setCurrentIndex(1)
    assert [change.what for change in sheet.shown()] == ["Out"]
    assert sheet.said.text() == "1 of 2 changes. Enter opens the place."
    assert clipped_text(sheet) == []
    assert unnamed_controls(sheet) == []
    sheet.reject()


def test_staff_by_name_and_one_alone_in_words(walked: Any, evening: House) -> None:
    walk = walked(evening)
    card = walk.now.staff
    assert card.few.isHidden()
    assert card.who.text() == "Staff in: Priya Nair since 16:05, Dawn Ellery since 16:05"
    assert card.facts.text() == "On call 07700 900461 · Naloxone: office"
    evening.clock.set(evening.at(22, 48))
    evening.by("dawn", GoOffDuty())
    walk.wait()
    assert card.few.text() == "One, since 22:48. 2 are needed."
    assert card.few.isVisible()
    assert card.who.text() == "Staff in: Priya Nair since 16:05"


def test_a_house_with_rooms_and_nobody_in_them_shows_the_rooms(walked: Any) -> None:
    walk = walked(names=(), spare_rooms=3)
    assert [each.word for each in walk.now.plan.tiles_model.tiles if not each.section] == ["free"] * 3
    assert walk.now.plan.isVisible()


def full(tmp_path: Path) -> House:
    """Every state that a tile can show, with the longest names."""
    house = small_house(tmp_path / "full", NAMES, now=EVENING, spare_rooms=4)
    women = house.women
    house.do(StartRule(resident=women["Leanne Carr"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    house.do(GoToHospital(resident=women["Mary Ellis"], place="Bristol Royal Infirmary"))
    house.by("hannah", CloseRoom(room=house.rooms[-1], reason="repair", ends=house.at(12, day=27)))
    for name in ("Kelly-Ann Moss", "Jo Hale", NAMES[-1]):
        house.do(GoOut(resident=women[name], place="town", expected_back=house.at(22, 30)))
    house.by("dawn", LogCheck(resident=women["Hope"], how=How.SPOKE, seen_by=house.staff("priya")))
    house.by("dawn", Offer())
    house.clock.set(house.at(23, 40))
    house.do(OpenCase(resident=women["Jo Hale"], due_back=house.at(23, 0)))
    return house


@pytest.mark.parametrize(("scale", "width"), [(1.0, 1440), (1.5, 1440), (2.0, 1440), (2.0, 2880)])
def test_nothing_is_cut_at_any_size(walked: Any, look: Any, tmp_path: Path, scale: float, width: int) -> None:
    look.set_scale(scale)
    walk = walked(full(tmp_path))
    walk.shell.resize(width, int(width / 1.6))
    settle()
    assert clipped_text(walk.now) == []
    assert unnamed_controls(walk.now) == []
    plan = walk.now.plan
    for place in range(plan.tiles_model.rowCount()):
        box = plan.visualRect(plan.tiles_model.index(place, 0))
        assert box.right() <= plan.viewport().width()
    assert walk.now.width() <= walk.shell.stack.width()
