"""The alarm bar: words, shape and key; room kept for it; nothing that makes an alarm go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.alarms import Alarms, alarms
from app.domain.house import Settings
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.ui.alarms import CALM, AlarmBar
from app.ui.contact_sheet import clipped_text, settle, tab_order, unnamed_controls
from app.ui.theme import Theme
from app.ui.tray import Tray, tray_picture
from app.ui.widgets.marks import Mark
from tests.domain.boards import a_board, a_line, open_slots
from tests.domain.life import LONDON, Life, at

LONGEST = "Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"


def overdue(now: datetime, women: int = 1, name: str = "Leanne Carr") -> Alarms:
    """Women with a rule of their own, due by 23:00."""
    life = Life().arrives()
    life.every(30, 60, at("22:00"), purpose=Purpose.WELFARE, title="every 30–60 min")
    slots = open_slots(life.history(), now)
    return alarms(
        a_board(now, *(a_line(slots, number=n, name=name) for n in range(1, women + 1))), Settings()
    )


@pytest.fixture
def bar(shown: Callable[..., Any]) -> AlarmBar:
    made: AlarmBar = shown(AlarmBar(), 1180, 60)
    return made


def buttons(bar: AlarmBar) -> list[str]:
    return [each.text() for each in (bar.more, bar.deal) if each.isVisible()]


def test_nothing_due_is_calm(bar: AlarmBar) -> None:
    bar.show_alarms(alarms(a_board(at("23:00")), Settings()), LONDON)
    assert bar.words.text() == CALM
    assert buttons(bar) == []
    assert not bar.icon.isVisible()
    assert bar.property("tone") is None


def test_the_most_pressing_with_its_shape_its_key_and_how_many_more(bar: AlarmBar) -> None:
    bar.show_alarms(overdue(at("22:40"), 3), LONDON)
    assert bar.words.text() == "Leanne Carr, 1 Dill: welfare check every 30–60 min due by 23:00"
    assert (bar.icon.mark, bar.property("tone")) == (Mark.DUE, None)
    assert buttons(bar) == ["and 2 more", "Check"]
    bar.show_alarms(overdue(at("22:52")), LONDON)
    assert (bar.icon.mark, bar.property("tone")) == (Mark.DUE, "amber")
    bar.show_alarms(overdue(at("23:08")), LONDON)
    assert bar.words.text() == "Leanne Carr, 1 Dill: every 30–60 min, overdue 8 min"
    assert (bar.icon.mark, bar.property("tone"), bar.property("escalated")) == (Mark.OVERDUE, "red", False)
    bar.show_alarms(overdue(at("23:15")), LONDON)
    assert bar.words.text().endswith("overdue 15 min. Ring the on-call: 07700 900461")
    assert bar.property("escalated") is True
    assert buttons(bar) == ["Check"]


@pytest.mark.parametrize(
    ("minutes", "text", "mark"),
    [(5, "She is in", Mark.LATE), (25, "She is in", Mark.LATE), (31, "Open a case", Mark.OVERDUE)],
)
def test_late_for_her_curfew_offers_what_can_be_done_then(
    bar: AlarmBar, minutes: int, text: str, mark: Mark
) -> None:
    line = a_line(presence=Presence.OUT, late=at("23:00"))
    bar.show_alarms(alarms(a_board(at("23:00") + timedelta(minutes=minutes), line), Settings()), LONDON)
    assert (buttons(bar), bar.icon.mark) == ([text], mark)


def test_too_few_staff_and_a_round(bar: AlarmBar) -> None:
    bar.show_alarms(alarms(a_board(at("03:00"), staff=1), Settings()), LONDON)
    assert buttons(bar) == ["I am in the building"]
    life = Life().arrives()
    life.at("23:00", "23:20")
    slots = open_slots(life.history(), at("23:05"))
    two = [a_line(slots, number=1), a_line([replace(slots[0])], number=2)]
    bar.show_alarms(alarms(a_board(at("23:05"), *two), Settings()), LONDON)
    assert (bar.words.text(), buttons(bar)) == ("2 women: curfew sighting due by 23:20", ["Round"])


def test_an_emergency_is_said_and_holds_only_the_sound(bar: AlarmBar) -> None:
    bar.show_alarms(replace(overdue(at("23:08")), held=at("23:01")), LONDON)
    assert bar.held.isVisible()
    assert bar.held.text() == "Sounds held: emergency since 23:01"
    assert "overdue 8 min" in bar.words.text()
    bar.show_alarms(overdue(at("23:09")), LONDON)
    assert not bar.held.isVisible()


def test_it_moves_nothing_and_takes_no_focus_while_she_types(shown: Callable[..., Any]) -> None:
    page = QWidget()
    bar, box = AlarmBar(), QLineEdit()
    box.setAccessibleName("Note")
    layout = QVBoxLayout(page)
    layout.addWidget(bar)
    layout.addWidget(box)
    layout.addStretch(1)
    shown(page, 1180, 300)
    box.setFocus()
    settle()
    before = box.pos()
    for now in (alarms(a_board(at("23:00")), Settings()), overdue(at("23:08"), 3), overdue(at("22:40"), 2)):
        bar.show_alarms(now, LONDON)
        settle()
        assert box.pos() == before
        assert box.hasFocus()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [520, 720, 1180, 1500])
def test_nothing_is_clipped_with_the_longest_name(
    shown: Callable[..., Any], look: Theme, scale: float, width: int
) -> None:
    look.set_scale(scale)
    page = QWidget()
    bar = AlarmBar()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(bar)
    layout.addStretch(1)
    shown(page, round(width * scale), 400)
    bar.show_alarms(
        replace(overdue(at("23:28"), 4, LONGEST), held=at("23:01"), on_call="Olive Brandt 07700 900461"),
        LONDON,
    )
    settle()
    assert clipped_text(page) == []


def test_every_control_is_named_and_in_order(bar: AlarmBar) -> None:
    bar.show_alarms(overdue(at("23:08"), 3), LONDON)
    assert unnamed_controls(bar) == []
    assert tab_order(bar) == [bar.more, bar.deal, bar.sound]
    assert bar.accessibleName() == f"Alarms. {bar.words.text()}"
    assert bar.deal.accessibleDescription() == "Opens the board on her line; there C does it."


def test_the_sound_is_turned_off_on_this_computer_and_says_so(
    bar: AlarmBar, look: Theme, tmp_path: Path
) -> None:
    look.remember(tmp_path / "look.json")
    assert bar.sound.text() == "Sound on"
    look.set_sound(on=False)
    assert bar.sound.text() == "Sound off"
    assert '"sound": false' in (tmp_path / "look.json").read_text()
    look.set_sound(on=True)
    (tmp_path / "other.json").write_text('{"mode": "day", "scale": 1.0, "sound": false}')
    look.remember(tmp_path / "other.json")
    assert not look.sound
    look.set_sound(on=True)


# The tray


def test_the_tray_shows_a_shape_and_a_number_and_names_nobody(qapp: Any) -> None:
    tray = Tray()
    assert tray.icon is None, "this computer has none, and that is no error"
    brought: list[str] = []
    calm, bad = alarms(a_board(at("23:00")), Settings()), overdue(at("23:08"), 2)
    tray.show_for("one", calm, CALM, lambda: brought.append("one"))
    tray.show_for("two", bad, "2 checks overdue, the longest 8 min", lambda: brought.append("two"))
    assert tray.tooltip == f"Daybook\n{CALM}\n2 checks overdue, the longest 8 min"
    tray.bring()
    assert brought == ["two"]
    tray.tell("2 checks overdue")
    tray.forget("two")
    tray.bring()
    assert brought == ["two", "one"]
    tray.forget("one")
    tray.bring()
    assert brought == ["two", "one"]


def test_the_pictures_differ_in_shape_not_only_in_colour(qapp: Any) -> None:
    pictures = [tray_picture(now).toImage() for now in (overdue(at("22:52"), 2), overdue(at("23:08"), 2))]
    masks = [
        [image.pixelColor(x, y).alpha() > 128 for x in range(64) for y in range(64)] for image in pictures
    ]
    assert sum(a != b for a, b in zip(*masks, strict=True)) > 300
    calm = tray_picture(alarms(a_board(at("12:00")), Settings()))
    assert not calm.isNull()
    three = tray_picture(overdue(at("23:08"), 3)).toImage()
    assert three != pictures[1], "another number"
