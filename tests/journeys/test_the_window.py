"""The window itself: sign-in, a wrong password, lock, another person, a clock that is behind, a full disk."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.domain.sightings import How
from app.domain.time import SetClock
from app.services.checks import LogCheck
from app.services.walks import StartWalk
from app.store.errors import DiskFull
from app.ui.dialogs import AskSheet
from tests.journeys.conftest import NIGHT, Person

KEY = Qt.Key


def cover(person: Person) -> Any:
    return person.window.shell._cover


def test_a_wrong_password_tells_nothing_and_a_right_one_opens(
    at_the_window: Callable[..., Person], well_house: Path
) -> None:
    priya = at_the_window(well_house)
    priya.window.sign_out()
    priya.wait()
    page = cover(priya)
    for user, password in (("priya", "wrong"), ("nobody at all", "wrong")):
        page.user.set_value(user)
        page.password.set_value(password)
        page.go.click()
        priya.wait()
        assert page.error.text() == "The name or the password is not right."
    assert priya.window.desk is None
    priya.sign_in("dawn")
    assert priya.desk.actor.name == "Dawn Ellery"
    with priya.desk.store.read() as connection:
        said = connection.exec_driver_sql(
            "SELECT text FROM event WHERE kind = 'sign_in' ORDER BY seq DESC"
        ).scalar()
    assert said == "Signed in after 2 wrong passwords"


def test_a_lock_keeps_the_work_and_someone_else_starts_afresh(
    at_the_window: Callable[..., Person], well_house: Path
) -> None:
    priya = at_the_window(well_house)
    priya.press(KEY.Key_F2)
    page = priya.page()
    priya.press("l", Qt.KeyboardModifier.ControlModifier)
    assert priya.window.shell.covered
    priya.sign_in("priya")
    assert not priya.window.shell.covered
    assert priya.page() is page
    priya.window.lock()
    priya.wait()
    priya.sign_in("dawn")
    assert priya.window.shell.page_id == "now"
    assert priya.page() is not page


def test_a_clock_behind_the_record_asks_and_is_written_down(
    at_the_window: Callable[..., Person], well_house: Path
) -> None:
    behind = NIGHT - timedelta(hours=2)
    priya = at_the_window(well_house, now=behind)
    (sheet,) = [found for found in priya.window.shell.findChildren(AskSheet) if found.isVisible()]
    assert "clock" in sheet.heading.text()
    her = priya.board().lines[0]
    refused = priya.desk.do(LogCheck(resident=her.id, how=How.SPOKE))
    assert "21:05, Sun 22 Nov" in str(refused)
    assert "Nothing was stored" in str(refused)
    before = priya.desk.store.head().seq
    sheet.accept()
    sheet.confirmed.emit()
    priya.wait()
    assert (
        priya.desk.store.head().seq == before + 2
    )  # that the clock is right, and the sign-in that had to wait for it
    done = priya.desk.do(LogCheck(resident=her.id, how=How.SPOKE))
    assert type(done).__name__ == "Done", str(done)


def test_a_full_disk_is_said_and_the_woman_is_asked_for_again(
    at_the_window: Callable[..., Person],
    well_house: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    priya = at_the_window(well_house)
    desk = priya.desk
    real = type(desk).do

    def full(self: Any, command: Any) -> Any:
        if isinstance(command, LogCheck | StartWalk):
            raise DiskFull("The disk is full. Nothing was stored. Free some space, then do it again.")
        return real(self, command)

    priya.press(KEY.Key_F2)
    before = desk.store.head().seq
    monkeypatch.setattr(type(desk), "do", full)
    priya.press("s")
    assert desk.store.head().seq == before
    assert "The disk is full. Nothing was stored." in priya.said()
    page: Any = priya.page()
    assert not any(typed.saving for typed in page.walk.typed.values())
    monkeypatch.setattr(type(desk), "do", real)
    assert priya.board().lines[0].dues
    priya.press(KEY.Key_Up)
    priya.press("s")
    assert desk.store.head().seq == before + 2  # her check, and that the walk has begun


def test_a_jump_of_the_clock_is_written_down(at_the_window: Callable[..., Person], well_house: Path) -> None:
    priya = at_the_window(well_house)
    assert isinstance(priya.clock, SetClock)
    before = priya.desk.store.head().seq
    priya.clock.set(priya.clock.now() + timedelta(hours=1))
    priya.window._time_passed()
    priya.wait()
    with priya.desk.store.read() as connection:
        said = connection.exec_driver_sql(
            "SELECT text FROM event WHERE kind = 'clock' ORDER BY seq DESC"
        ).scalar()
    assert priya.desk.store.head().seq == before + 1
    assert said == "The computer's clock jumped forward by 3600 s."
