"""Sign-in: what a live house hides, what a training house shows, and what a wrong password is told."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.store.keys_file import Member
from app.ui.contact_sheet import clipped_text, unnamed_controls
from app.ui.signin import Locked, SignInPage
from app.ui.theme import Theme

KEY = Qt.Key
LOCKED = Locked("Hannah Marsh", "hannah", "23:05")
MEMBERS = (
    Member("hannah", "Hannah Marsh", "manager", bytes(32), None, None, printed="training"),
    Member(
        "marguerite",
        "Marguerite Élodie de la Croix-Montgomery",
        "residential",
        bytes(32),
        None,
        None,
        printed="x",
    ),
)


def page(shown: Callable[..., Any], **how: Any) -> tuple[SignInPage, list[tuple[str, str]]]:
    made = SignInPage("Eden House", MEMBERS, **({"training": False} | how))
    asked: list[tuple[str, str]] = []
    made.asked.connect(lambda user, password: asked.append((user, password)))
    shown(made, 1000, 700)
    return made, asked


def test_a_live_house_shows_nobody(shown: Callable[..., Any]) -> None:
    made, _ = page(shown)
    assert not made.accounts.isVisible()
    assert made.user.control.hasFocus()


def test_name_and_password_by_keyboard(shown: Callable[..., Any], qtbot: Any) -> None:
    made, asked = page(shown)
    qtbot.keyClicks(made.user.control, "hannah")
    qtbot.keyClick(made.user.control, KEY.Key_Return)
    assert made.password.control.hasFocus()
    qtbot.keyClicks(made.password.control, "correct horse")
    qtbot.keyClick(made.password.control, KEY.Key_Return)
    assert asked == [("hannah", "correct horse")]
    assert made.password.control.echoMode() is QLineEdit.EchoMode.Password


def test_a_refusal_keeps_the_name_and_clears_the_password(shown: Callable[..., Any], qtbot: Any) -> None:
    made, asked = page(shown)
    made.user.set_value("hannah")
    made.password.set_value("wrong")
    made.go.click()
    assert not made.go.isEnabled()
    made.refuse("The name or the password is not right.")
    assert made.error.isVisible()
    assert made.error.text() == "The name or the password is not right."
    assert (made.user.value(), made.password.value()) == ("hannah", "")
    assert made.password.control.hasFocus()
    assert made.go.isEnabled()
    assert len(asked) == 1


def test_nothing_is_asked_without_both(shown: Callable[..., Any]) -> None:
    made, asked = page(shown)
    made.user.set_value("hannah")
    made.go.click()
    assert asked == []
    assert "password" in made.error.text()


def test_a_training_house_signs_in_with_one_key(shown: Callable[..., Any], qtbot: Any) -> None:
    made, asked = page(shown, training=True)
    assert made.accounts.hasFocus()
    qtbot.keyClick(made.accounts, KEY.Key_Return)
    assert asked == [("hannah", "training")]


def test_a_lock_asks_for_the_password_only(shown: Callable[..., Any]) -> None:
    made, _ = page(shown, locked=LOCKED)
    assert made.user.value() == "hannah"
    assert made.password.control.hasFocus()
    assert made.go.text() == "Unlock"


def test_what_waits_is_said_in_counts(shown: Callable[..., Any]) -> None:
    made, _ = page(shown, locked=LOCKED)
    assert not made.waiting.isVisible()
    made.show_waiting("3 checks due, 1 overdue")
    assert made.waiting.isVisible()
    assert made.waiting.accessibleName() == "3 checks due, 1 overdue"
    made.show_waiting("")
    assert not made.waiting.isVisible()


def test_the_fire_sheet_does_not_wait_for_a_password(shown: Callable[..., Any], qtbot: Any) -> None:
    made, _ = page(shown, locked=LOCKED, fire=True)
    asked: list[int] = []
    made.fire_asked.connect(lambda: asked.append(1))
    qtbot.keyClick(made.password.control, KEY.Key_F8)
    made.fire.click()
    assert asked == [1, 1]


def test_nobody_signed_in_beneath_means_no_fire_sheet(shown: Callable[..., Any], qtbot: Any) -> None:
    made, _ = page(shown)
    asked: list[int] = []
    made.fire_asked.connect(lambda: asked.append(1))
    qtbot.keyClick(made.user.control, KEY.Key_F8)
    assert asked == []
    assert not made.fire.isVisible()


def test_nothing_is_clipped_or_nameless_at_any_size(
    shown: Callable[..., Any], look: Theme, qapp: QApplication
) -> None:
    for scale in (1.0, 1.5, 2.0):
        look.set_scale(scale)
        made, _ = page(shown, training=True)
        made.resize(1400, 1200)
        made.refuse("There were too many wrong passwords. Wait 4 minutes, then try again.")
        qapp.processEvents()
        assert clipped_text(made) == []
        assert unnamed_controls(made) == []
