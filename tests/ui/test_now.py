"""The board in a real page on a real store, by keyboard alone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.domain.board import BoardLine
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.sightings import How
from app.services.absences import OpenCase
from app.services.board import read_board
from app.services.checks import LogCheck
from app.services.movements import ComeIn, GoOut, GoToHospital
from app.services.notes import WriteNote
from app.services.plans import AddContact, WritePlan
from app.services.regimes import StartRule
from app.services.residents import WriteAgreement
from app.services.rooms import CloseRoom
from app.services.rounds import read_round
from app.ui.contact_sheet import clipped_text, settle, tab_order, unnamed_controls
from app.ui.pages.topbar import round_badge, top_bar
from tests.ui.houses import NAMES, NIGHT, House, small_house
from tests.ui.walked import Walked

ENTER, DOWN, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape
EVENING = NIGHT - timedelta(hours=3)


def line(house: House, name: str) -> BoardLine:
    found = read_board(house.desk).line(house.women[name])
    assert found is not None
    return found


def cells(walk: Walked, name: str) -> list[str]:
    return walk.cells(name, walk.now.list)


@pytest.fixture
def listed(walked: Any) -> Any:
    """The window with the list shown rather than the floor plan."""

    def make(*house: Any, **facts: Any) -> Walked:
        walk: Walked = walked(*house, **facts)
        walk.now.show_view("list")
        return walk

    return make


@pytest.fixture
def evening(tmp_path: Path) -> House:
    """Five women at five past eight in the evening."""
    return small_house(tmp_path / "evening", now=EVENING)


def test_out_and_in_are_two_keys_after_her_name(listed: Any, evening: House) -> None:
    walk = listed(evening)
    walk.press("gita", ENTER, "o")
    walk.wait()
    assert line(evening, "Gita Sandhu").presence is Presence.OUT
    assert cells(walk, "Gita Sandhu")[2] == "out, since 20:05"
    walk.press("/", "gita", ENTER, "i")
    walk.wait()
    back = line(evening, "Gita Sandhu")
    assert back.presence is Presence.IN
    assert back.last_seen is not None
    assert (back.last_seen.how, back.last_seen.seen_at) == (How.AWAKE, EVENING)
    assert walk.sheet is None


def test_letters_in_the_find_box_do_nothing_to_anyone(listed: Any, evening: House) -> None:
    walk = listed(evening)
    walk.press("oicnpk")
    walk.wait()
    assert walk.committed == 0
    assert walk.sheet is None


def test_a_name_that_two_women_share_the_start_of_is_never_guessed(listed: Any, evening: House) -> None:
    walk = listed(evening)
    walk.press("anne", ENTER)
    assert walk.said == "2 women match “anne”: go down to choose."
    assert walk.now.finder.hasFocus()
    walk.press("o", ENTER)
    walk.wait()
    assert walk.committed == 0
    walk.press(ESC, "anne", DOWN, DOWN, "o")
    walk.wait()
    assert line(evening, "Anne Doyles").presence is Presence.OUT
    assert line(evening, "Anne Doyle").presence is Presence.IN


def test_her_whole_name_is_enough_though_another_begins_with_it(listed: Any, evening: House) -> None:
    walk = listed(evening)
    walk.press("anne doyle", ENTER, "o")
    walk.wait()
    assert line(evening, "Anne Doyle").presence is Presence.OUT


def test_she_is_found_without_her_accents_and_by_her_room(listed: Any) -> None:
    walk = listed(names=NAMES)
    walk.press("niamh ni", ENTER)
    assert walk.now.line.who.name == "Niamh Ní Bhriain"
    walk.press("/", "rowan", ENTER)
    assert walk.now.line.who.name == "Ruth Adeyemi"


def test_saving_is_painted_at_once_and_the_time_after_the_commit(listed: Any, evening: House) -> None:
    walk = listed(evening)
    held: list[Any] = []
    real = walk.jobs.write
    walk.jobs.write = lambda *args, **more: held.append((args, more))
    walk.press("hope", ENTER, "o")
    assert cells(walk, "Hope")[2] == "saving, out, saving…"
    assert line(evening, "Hope").presence is Presence.IN
    walk.jobs.write = real
    for args, more in held:
        real(*args, **more)
    walk.jobs.wait_idle()
    assert walk.said == "Hope: out, saved 20:05:00. Ctrl Z strikes it."


def test_going_out_twice_is_refused_in_words(listed: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"]))
    walk = listed(evening)
    walk.press("hope", ENTER, "o")
    assert walk.said == "Hope is out already, as the record has it."
    walk.press("c")
    assert walk.said == "Hope is not in, as the record has it. I says that she is back."
    assert walk.committed == 0


def test_a_wrong_out_is_taken_back_with_one_key(listed: Any, evening: House) -> None:
    walk = listed(evening)
    walk.press("hope", ENTER, "o")
    walk.wait()
    from PySide6.QtTest import QTest

    QTest.keyClick(walk.now.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    walk.wait()
    assert line(evening, "Hope").presence is Presence.IN
    assert walk.said.startswith("Struck: ")


def test_presence_and_checks_are_two_things(listed: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "states", now=EVENING)
    house.do(StartRule(resident=house.women["Hope"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    house.do(GoToHospital(resident=house.women["Mary Ellis"], place="BRI"))
    house.do(GoOut(resident=house.women["Gita Sandhu"], place="town", expected_back=house.at(22, 30)))
    house.do(GoOut(resident=house.women["Anne Doyles"]))
    house.clock.set(house.at(21, 13))
    house.do(ComeIn(resident=house.women["Anne Doyles"], how=None))
    walk = listed(house)
    assert cells(walk, "Hope")[2:4] == ["in", "overdue 8 min, every 30–60 min"]
    assert cells(walk, "Mary Ellis")[2] == "at hospital, BRI, since 20:05"
    assert cells(walk, "Mary Ellis")[3] == "not asked"
    assert cells(walk, "Gita Sandhu")[2:4] == ["out, town, since 20:05, back by 22:30", "nothing due"]
    assert cells(walk, "Anne Doyles")[2:4] == ["in", "information, in, not seen since 21:13"]
    assert cells(walk, "Anne Doyle")[3:6] == [
        "nothing due",
        "Thu 12 Nov 20:05, spoke, Hannah M.",
        "23:00 curfew",
    ]


def test_the_curfew_window_is_due_and_f2_starts_it(listed: Any) -> None:
    walk = listed()
    assert cells(walk, "Hope")[3] == "due by 23:20, curfew"
    assert walk.now.start.text() == "Start the 23:00 round"
    assert walk.now.tiles["due"].accessibleName() == "5 due"
    walk.press(Qt.Key.Key_F2)
    assert walk.asked == ["round"]


def test_late_past_the_grace_offers_a_case(listed: Any, evening: House) -> None:
    gita = evening.women["Gita Sandhu"]
    evening.do(GoOut(resident=gita))
    evening.clock.set(evening.at(23, 12))
    walk = listed(evening)
    assert cells(walk, "Gita Sandhu")[3] == "late 12 min for her 23:00 curfew"
    evening.clock.set(evening.at(23, 42))
    walk.wait()
    assert cells(walk, "Gita Sandhu")[3] == "overdue, late 42 min for her 23:00 curfew, K opens a case"
    assert "late 42 min for her 23:00 curfew" in " ".join(
        c.spoken for c in walk.now.next.list.rows_model.rows[0].cells
    )
    walk.press("gita", ENTER, "k")
    walk.sheet._confirm()
    walk.wait()
    assert line(evening, "Gita Sandhu").case_open
    assert line(evening, "Gita Sandhu").presence is Presence.ABSENT
    assert cells(walk, "Gita Sandhu")[3].startswith("absent, case open")
    walk.press("k")
    assert walk.said == "Gita Sandhu has an open case: Enter opens her page."


def test_the_tiles_count_everyone_in_the_house_and_every_room(listed: Any, evening: House) -> None:
    evening.do(GoOut(resident=evening.women["Hope"]))
    evening.do(GoToHospital(resident=evening.women["Mary Ellis"]))
    house = evening.as_user("hannah")
    house.do(CloseRoom(room=evening.rooms[-1], reason="repair"))
    walk = listed(evening)
    said = {name: tile.accessibleName() for name, tile in walk.now.tiles.items() if tile.isVisible()}
    assert said == {
        "in": "3 in",
        "out": "1 out",
        "hospital": "1 hospital",
        "absent": "0 absent",
        "overdue": "0 overdue",
        "due": "0 due",
        "free": "1 free",
        "closed": "1 out of service",
    }


def test_next_has_the_overdue_first_and_its_keys_work_there(listed: Any, evening: House) -> None:
    evening.do(StartRule(resident=evening.women["Hope"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    evening.clock.set(evening.at(21, 15))
    walk = listed(evening)
    first = walk.now.next.list.rows_model.rows[0]
    assert [cell.spoken for cell in first.cells] == [
        "overdue, 21:05",
        "Hope, overdue 10 min, every 30–60 min, 5 Dill · C: check",
    ]
    walk.now.next.list.setFocus()
    walk.now.next.list.select(first.key)
    walk.press("c", "u")
    walk.press("I was on the telephone to the police", ENTER)
    walk.wait()
    told = read_round(evening.desk, evening.at(21, 15)).line(evening.women["Hope"])
    assert told is not None
    assert told.met is not None
    assert told.met.late_reason == "I was on the telephone to the police"
    seen = line(evening, "Hope").last_seen
    assert seen is not None
    assert (seen.how, seen.seen_at) == (How.AWAKE, evening.at(21, 15))
    assert not line(evening, "Hope").overdue


def test_a_note_is_kept_while_it_is_typed_and_gone_from_the_drafts_once_saved(
    listed: Any, evening: House
) -> None:
    walk = listed(evening)
    walk.press("hope", ENTER, "n")
    walk.press("Asked for her key worker; ")
    walk.press(ESC)
    walk.wait()
    assert walk.committed == 0
    walk.press("n")
    walk.wait()
    assert walk.sheet.form["text"].value() == "Asked for her key worker; "
    walk.press("told her Tuesday.")
    walk.sheet.submit()
    walk.wait()
    assert walk.said == "Noted for Hope."
    walk.press("n")
    walk.wait()
    assert walk.sheet.form["text"].value() == ""
    walk.press(ESC)


def test_out_with_details_says_where_and_until_when(listed: Any, evening: House) -> None:
    walk = listed(evening)
    walk.press("hope", ENTER, Qt.Key.Key_F4)
    walk.sheet.form.set_values({"place": "her sister's", "back": evening.at(21, 30).time()})
    walk.sheet.submit()
    walk.wait()
    assert cells(walk, "Hope")[2] == "out, her sister's, since 20:05, back by 21:30"


def test_her_plan_is_one_key_away(listed: Any, evening: House) -> None:
    hope = evening.women["Hope"]
    evening.do(WritePlan(resident=hope, answers={"no_return": "Ring her brother first."}))
    evening.do(AddContact(resident=hope, agency="Family", name="Her brother", phone="07700 900111"))
    walk = listed(evening)
    walk.press("hope", ENTER, "p")
    walk.wait()
    from PySide6.QtWidgets import QLabel

    words = [label.text() for label in walk.sheet.findChildren(QLabel)]
    assert "If Hope is not back" in words
    assert "Ring her brother first." in words
    assert "07700 900111  Family · Her brother" in words
    walk.press(ESC)


def test_enter_opens_her_page(listed: Any, evening: House) -> None:
    walk = listed(evening)
    opened: list[object] = []
    walk.sitting.resident_asked.connect(opened.append)
    walk.press("hope", ENTER, ENTER)
    assert opened == [evening.women["Hope"]]


def test_another_process_is_shown_with_cursor_and_scroll_kept(listed: Any) -> None:
    walk = listed(names=NAMES)
    walk.now.list.setFocus()
    walk.now.list.select(walk.house.women["Amara Okafor"])
    settle()
    scroll = walk.now.list.verticalScrollBar().value()
    walk.house.as_user("dawn").do(LogCheck(resident=walk.house.women["Hope"], how=How.SPOKE))
    walk.shell.record_changed(10_000)
    walk.wait()
    assert "23:05, spoke, Dawn E." in cells(walk, "Hope")
    assert walk.now.list.current_key == walk.house.women["Amara Okafor"]
    assert walk.now.list.verticalScrollBar().value() == scroll > 0


def test_a_restricted_woman_is_counted_and_never_named(listed: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "restricted", told=[("Hope", {"restricted": True})])
    walk = listed(house)
    words = " ".join(" ".join(cell.spoken for cell in row.cells) for row in walk.now.list.rows_model.rows)
    assert "One woman, restricted" in words
    assert "Hope" not in words
    walk.press("hope", ENTER)
    assert "Nobody here matches" in walk.said
    assert walk.now.tiles["in"].accessibleName() == "5 in"


def test_the_top_bar_says_what_is_next_and_who_is_here(evening: House) -> None:
    top = top_bar(read_board(evening.desk), evening.desk)
    assert (top.next_due, top.next_tone) == ("Next: 23:00 curfew sighting 23:00–23:20", "neutral")
    assert (top.staff_in, top.staff_needed, top.on_call, top.who) == (2, 2, "07700 900461", "Priya Nair")
    evening.do(GoOut(resident=evening.women["Hope"]))
    evening.clock.set(evening.at(23, 45))
    board = read_board(evening.desk)
    top = top_bar(board, evening.desk)
    assert (top.next_due, top.next_tone) == ("Next: 07:30 morning sighting 07:30–10:00", "neutral")
    assert round_badge(board) == 4
    evening.desk.store.close()


def full(tmp_path: Path) -> House:
    """Every state that a row can show."""
    house = small_house(
        tmp_path / "full",
        NAMES,
        now=EVENING,
        spare_rooms=3,
        told=[
            ("Simone Tavares-Quintanilha", {"watch_from": EVENING - timedelta(days=3)}),
            ("Ifeoma Chukwu", {"restricted": True}),
        ],
    )
    women = house.women
    house.do(StartRule(resident=women["Leanne Carr"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    house.do(StartRule(resident=women["Gita Sandhu"], purpose=Purpose.CLOSE, minimum=0, maximum=15))
    house.do(WriteAgreement(resident=women["Hope"], answers={"asleep": "Knock first, light off"}))
    house.do(GoToHospital(resident=women["Mary Ellis"], place="Bristol Royal Infirmary"))
    for name in ("Kelly-Ann Moss", "Jo Hale", "Deb Turner"):
        house.do(GoOut(resident=women[name], place="town", expected_back=house.at(22, 30)))
    house.clock.set(house.at(23, 40))
    house.do(OpenCase(resident=women["Jo Hale"], due_back=house.at(23, 0)))
    house.do(WriteNote(resident=women["Hope"], text="Well."))
    return house


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("mode", ["day", "night"])
def test_nothing_is_cut_and_every_control_has_a_name(
    listed: Any, look: Any, tmp_path: Path, mode: str, scale: float
) -> None:
    look.set_mode(mode)
    look.set_scale(scale)
    walk = listed(full(tmp_path))
    walk.shell.resize(int(1440 * scale), int(900 * scale))
    settle()
    assert clipped_text(walk.now) == []
    assert unnamed_controls(walk.now) == []
    now = walk.now
    stops = [now.tiles["in"], now.finder, now.switch, now.start, now.list, now.next.list]
    assert tab_order(now) == [*stops, now.since.all, now.since.list]


def test_a_window_that_was_closed_meanwhile_reads_nothing_more(walked: Any, evening: House) -> None:
    walk = walked(evening)
    walk.now.changed(0)
    walk.wait()
    walk.shell.close()
    asked: list[object] = []
    walk.jobs.read = lambda *asked_for, **_more: asked.append(asked_for)
    walk.now._rest.timeout.emit()
    assert asked == []
