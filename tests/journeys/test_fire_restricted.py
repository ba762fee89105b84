"""Fire at three in the night, with a woman in whose record is restricted. From the lock screen of somebody who may not read
it: the roll by one key, called by key, printed; her room and what she needs to get out, and never her name."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from sqlalchemy import select

from app.domain.papers import PaperKind
from app.domain.presence import Presence
from app.domain.residents import RESTRICTED_NAME
from app.domain.rolls import FireRoll
from app.domain.sightings import How
from app.reports.fire import render
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.handovers import draft_sheet
from app.services.movements import GoOut
from app.services.papers import paper, paper_view
from app.services.residents import Restrict
from app.services.rolls import open_roll
from app.services.since import read_since
from app.services.timeline import timeline
from app.store.tables.checks import check
from app.store.tables.house import event
from app.ui.pages import fire_view
from app.ui.pages.fire import LockedFire
from tests.journeys.conftest import Person
from tests.journeys.story import Story
from tests.support.houses import House, small_house

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
HER, OUT, LOST, LAST = "Leanne Carr", "Hope", "Gita Sandhu", "Mary Ellis"
TOP = QModelIndex()
#: No list has more.
COLUMNS = 12
NEEDS = "Two of us on the stairs with the chair"
TOLD = [(HER, {"evacuation": f"{NEEDS}; Leanne knows the way", "allergies": "Latex"})]


def a_house(folder: Path) -> House:
    """Hannah is listed for her; nobody on shift tonight is. One woman is out overnight, as the record has it."""
    house = small_house(folder, [HER, OUT, LOST, LAST], told=TOLD)
    for name in (HER, LOST, LAST):
        house.do(LogCheck(resident=house.women[name], how=How.AWAKE))
    house.do(GoOut(resident=house.women[OUT], seen_at=house.at(20), place="Her sister's"))
    house.by("hannah", Restrict(resident=house.women[HER], reason="Known to someone on shift"))
    house.desk.store.close()
    return house


def tree(root: QWidget) -> str:
    """Everything that is in a window for an eye or a screen reader: the texts, names, descriptions, tooltips and titles of every
    widget, shown or hidden, what stands in its lists, and what its accessible tree says."""
    said: list[str] = []
    for widget in (root, *root.findChildren(QWidget)):
        said += [
            widget.windowTitle(),
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.toolTip(),
        ]
        for word in ("text", "title", "toPlainText", "placeholderText"):
            reader = getattr(widget, word, None)
            if callable(reader):
                said.append(str(reader()))
        if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            roles = (
                Qt.ItemDataRole.DisplayRole,
                Qt.ItemDataRole.ToolTipRole,
                Qt.ItemDataRole.AccessibleTextRole,
            )
            said += [
                str(model.index(row, column).data(role))
                for row in range(model.rowCount(TOP))
                for column in range(COLUMNS)
                if model.hasIndex(row, column)
                for role in roles
            ]
        if (spoken := QAccessible.queryAccessibleInterface(widget)) is not None:
            said += [
                spoken.text(QAccessible.Text.Name),
                spoken.text(QAccessible.Text.Description),
                spoken.text(QAccessible.Text.Value),
            ]
    return "\n".join(said)


def everywhere(person: Person) -> str:
    """The whole of her window, and of every sheet, menu and tooltip over it; not what another test has left behind."""
    shell = person.window.shell
    over = [each for each in QApplication.topLevelWidgets() if each is shell or each.isVisible()]
    return "\n".join(map(tree, {*over, shell}))


def unnamed(text: str) -> None:
    """Neither of her names is in it."""
    for part in HER.split():
        assert part not in text


def to_line(person: Person, view: Any, resident: object) -> None:
    """The cursor of the roll, by the arrow keys."""
    assert QApplication.focusWidget() is view.list
    person.press(KEY.Key_Home)
    for _ in range(30):
        if view.list.current_key == resident:
            return
        person.press(KEY.Key_Down)
    raise AssertionError("her line can't be reached")


def row(view: Any, resident: object) -> str:
    """What her line says."""
    model = view.list.model()
    at = next(n for n, each in enumerate(view.list.rows_model.rows) if each.key == resident)
    cells = view.list.rows_model.rows[at].cells
    assert model.rowCount(TOP) > at
    return " | ".join(" ".join(part for part in (c.text, c.second, c.under) if part) for c in cells)


def test_a_fire_with_a_restricted_woman_in(
    at_the_window: Callable[..., Person],
    tmp_path: Path,
    documents: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = a_house(tmp_path / "small")
    her, out, lost, last = (house.women[name] for name in (HER, OUT, LOST, LAST))
    dawn = at_the_window(tmp_path / "small", house.at(2, 58, day=23), "dawn")
    story = Story(dawn, house.at(19))
    story.mark("before the fire")
    dawn.press("l", CTRL)
    assert dawn.window.shell.covered

    # One key, from the lock. The roll has her by room, with what she needs; nothing anywhere has her name.
    dawn.later(minutes=2)
    dawn.press(KEY.Key_F8)
    over = dawn.window.shell.over
    assert isinstance(over, LockedFire)
    view = over.view
    assert row(view, her).startswith(f"1 Sage | {RESTRICTED_NAME} | ")
    assert NEEDS in row(view, her)
    assert "Allergies: Latex" in row(view, her)
    assert "3 women in · 2 staff in · 1 elsewhere · 1 need help to get out" in view.counts.text()
    found = everywhere(dawn)
    assert LOST in found
    assert RESTRICTED_NAME in found
    unnamed(found)

    # The roll is called. Each mark is one key, and goes on to the next line.
    dawn.press(KEY.Key_F2)
    assert QApplication.focusWidget() is view.list
    to_line(dawn, view, her)
    dawn.press("s")
    to_line(dawn, view, lost)
    dawn.press("n")
    assert "not found" in row(view, lost)
    assert f"1 not found: 3 Mint {LOST}" in view.missing.text()
    unnamed(everywhere(dawn))
    story.mark("one is not found")

    # She was in the laundry; and the one who is out in the record stands in the yard.
    dawn.later(minutes=3)
    to_line(dawn, view, lost)
    dawn.press("a")
    to_line(dawn, view, out)
    dawn.press("s")
    assert f"2 Thyme {OUT}: found here, and out in the record." in view.asks.text()
    to_line(dawn, view, last)
    dawn.press("s")
    for other in (house.staff("priya"), house.staff("dawn")):
        to_line(dawn, view, other)
        dawn.press("s")
    assert view.missing.text() == "Everyone is accounted for."
    assert "4 of 4 women accounted for" in view.counts.text()
    story.mark("everyone is found")

    # On paper as on the screen.
    printed: list[bytes] = []
    monkeypatch.setattr(fire_view, "default_printer", object)
    monkeypatch.setattr(fire_view, "print_pdf", lambda content, _printer: printed.append(content))
    dawn.press("p", CTRL)
    (content,) = printed
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
    assert RESTRICTED_NAME in text
    assert NEEDS in text
    assert LOST in text
    unnamed(text)
    unnamed(content.decode("latin-1"))
    kept = paper(dawn.desk, PaperKind.ROLL)
    assert kept is not None
    unnamed(kept.title)
    frozen = paper_view(dawn.desk, kept, FireRoll)
    unnamed(repr(frozen))
    assert render(frozen, kept, kept.copies[0]) == content

    dawn.later(minutes=4)
    dawn.press(KEY.Key_F7)
    assert open_roll(dawn.desk) is None
    dawn.press(KEY.Key_Escape)
    assert dawn.window.shell.covered
    unnamed(everywhere(dawn))
    story.mark("the roll call is over")

    # Each mark is a sighting, at its moment, by nobody knows whom; the record says from whose locked screen.
    with dawn.desk.read() as connection:
        marks = connection.execute(
            select(check).where(check.c.occasion == "roll_call").order_by(check.c.seq)
        ).all()
        told = " ".join(str(one) for one in connection.execute(select(event.c.kind, event.c.text)))
    assert [(one.resident_id, one.how) for one in marks] == [
        (her, "spoke"),
        (lost, "not_seen"),
        (lost, "awake"),
        (out, "spoke"),
        (last, "spoke"),
    ]
    assert {one.seen_by for one in marks} == {None}
    assert "locked screen of Dawn Ellery" in marks[0].note
    assert "Fire roll opened from the locked screen of Dawn Ellery" in told
    for one in marks:
        unnamed(one.note or "")
    unnamed(told)
    line = next(line for line in dawn.board().lines if line.id == lost)
    assert line.last_seen is not None
    assert f"{line.last_seen.seen_at:%H:%M}" == "03:03"
    hers = timeline(dawn.desk, her, house.at(19))
    assert [(it.title, it.detail) for it in hers] == [("Spoke", ""), ("Up, seen awake", "")]

    # Signed in again, she writes that the woman of the yard is in, and the sheet for the morning tells of it.
    dawn.type("training")
    dawn.press(KEY.Key_Return)
    assert not dawn.window.shell.covered
    unnamed(everywhere(dawn))
    dawn.press("1", CTRL)
    dawn.type(OUT)
    dawn.press(KEY.Key_Down)
    dawn.press("i")
    assert dawn.line(OUT).presence is Presence.IN
    story.mark("she is in")
    draft = draft_sheet(dawn.desk)
    (said,) = draft.events
    assert said == "Roll call 03:00–03:07 (fire): Dawn Ellery"
    unnamed(repr(draft))
    unnamed(repr(read_since(dawn.desk)))
    unnamed(repr(read_dues(dawn.desk, house.at(19), dawn.clock.now())))
    dawn.window.shell.go("handover")
    dawn.wait()
    dawn.press("s", CTRL)
    (saved,) = documents.iterdir()
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(saved.read_bytes())).pages).split()
    )
    assert "Roll call 03:00–03:07 (fire)" in text
    unnamed(text)
    unnamed(everywhere(dawn))

    # Of what was known before everyone was found nothing has changed; nor has it a name in it now.
    story.ends()
    for moment in story.moments:
        unnamed(repr(read_board(dawn.desk, known_at=moment.at)))
