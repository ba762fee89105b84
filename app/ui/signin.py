"""Sign-in and lock: the cover over the window. A training house shows its accounts; a live house shows nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.fields import Field
from app.domain.staff import Role
from app.store.keys_file import Member
from app.ui.theme import px
from app.ui.widgets.basics import Card, column, label, row, scrolled
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.fields import FieldBox
from app.ui.widgets.rows import Cell, Column, Row, RowsView

USER = Field("user", "Sign-in name", required=True, limit=40)
PASSWORD = Field("password", "Password", required=True, limit=200)


@dataclass(frozen=True, slots=True)
class Locked:
    """Who is signed in beneath the cover: her name and sign-in name, since when ("23:05"), why if it locked by itself.

    With `another` somebody else is about to sign in over her.
    """

    by: str
    user: str
    at: str = ""
    why: str = ""
    another: bool = False

    @property
    def title(self) -> str:
        """The cover's heading."""
        if self.another:
            return "Sign in"
        return "Locked by itself" if self.why else f"Locked by {self.by}"

    @property
    def said(self) -> tuple[str, ...]:
        """What stands beneath, and what becomes of it."""
        kept = "What she was typing is kept for her until she signs in again."
        if self.another:
            return (f"{self.by} is signed in beneath. {kept}",)
        at = f" at {self.at}" if self.at else ""
        first = f"Locked{at}: {self.why}." if self.why else f"Locked{at}."
        return (
            f"{first} {self.by} is signed in.",
            f"The work is kept as it was. Someone else may sign in over it: {kept[0].lower()}{kept[1:]}",
        )


class SignInPage(QWidget):
    """Asks for a name and a password. `asked(user, password)` is answered by `refuse(sentence)`, or by taking it away.

    With `fire`, F8 (or its button) asks for the fire sheet without signing in: `fire_asked`.
    """

    asked = Signal(str, str)
    fire_asked = Signal()

    def __init__(
        self,
        house: str,
        members: Sequence[Member],
        *,
        training: bool,
        locked: Locked | None = None,
        fire: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Locked" if locked else "Sign in")
        self.user, self.password = FieldBox(USER), FieldBox(PASSWORD)
        self.password.control.setEchoMode(QLineEdit.EchoMode.Password)
        self.user.set_value(locked.user if locked and not locked.another else "")
        self.error = label("", "small_bold", tone="red", wrap=True)
        self.error.hide()
        self._action = "Unlock" if locked and not locked.another else "Sign in"
        self.go = KeyButton(self._action, "Enter", kind="main")
        self.go.clicked.connect(self._ask)
        self.user.control.returnPressed.connect(self.password.control.setFocus)
        self.password.control.returnPressed.connect(self._ask)
        card = Card(locked.title if locked else "Sign in", house)
        for line in locked.said if locked else ():
            card.add(label(line, "muted", wrap=True))
        card.add(self.user)
        card.add(self.password)
        card.add(self.error)
        card.add(row(None, 1, self.go))
        self.accounts = RowsView(
            [Column("Name", 180, 1), Column("Role", 150), Column("Sign-in name", 110)], "Accounts"
        )
        self.waiting = label("", "small_bold", tone="amber", wrap=True)
        self.waiting.setAccessibleName("Waiting")
        self.waiting.hide()
        card.add(self.waiting)
        self.fire = KeyButton("Fire: roll and sheet", "F8", kind="grave")
        self.fire.setVisible(fire)
        if fire:
            card.add(row(None, self.fire, 1))
            self.fire.clicked.connect(self.fire_asked)
            QShortcut(QKeySequence("F8"), self, context=Qt.ShortcutContext.WindowShortcut).activated.connect(
                self.fire_asked
            )
        cards: list[QWidget] = [card]
        if training:
            cards.append(self._training(members))
        middle = column(None, label("Daybook", "display", tone="accent"), *cards, gap=16)
        for shown in cards:
            shown.setFixedWidth(px(520))
        inside = QWidget()
        inside.setObjectName("page")
        column(inside, 1, row(None, 1, middle, 1), 1, margins=(20, 20))
        column(self, scrolled(inside))

    def _training(self, members: Sequence[Member]) -> Card:
        self._printed = {member.user: member.printed or "" for member in members if member.printed}
        card = Card("Training house", "everyone in it is invented")
        card.add(label("Choose who you are; the password is filled in for you.", "muted", wrap=True))
        self.accounts.set_rows(
            [
                Row(
                    m.user,
                    (Cell(m.name, bold=True), Cell(_role(m.role), muted=True), Cell(m.user, muted=True)),
                )
                for m in members
                if m.printed
            ]
        )
        self.accounts.opened.connect(self._choose)
        self.accounts.fit_height()
        card.add(self.accounts)
        return card

    def _choose(self, user: object) -> None:
        self.user.set_value(str(user))
        self.password.set_value(self._printed[str(user)])
        self._ask()

    def _ask(self) -> None:
        user, password = str(self.user.value() or ""), str(self.password.value() or "")
        if not user or not password:
            self.refuse("Type your sign-in name and your password.")
            return
        self.error.hide()
        self.go.setEnabled(False)
        self.go.setText("Opening…")
        self.asked.emit(user, password)

    def show_waiting(self, text: str) -> None:
        """What waits beneath the lock, in counts and never in names; "" when nothing does."""
        self.waiting.setText(text)
        self.waiting.setAccessibleName(text)
        self.waiting.setVisible(bool(text))

    def refuse(self, sentence: str) -> None:
        """Say why not, keep the name, and clear the password."""
        self.go.setEnabled(True)
        self.go.setText(self._action)
        self.error.setText(sentence)
        self.error.setAccessibleName(sentence)
        self.error.show()
        self.password.set_value("")
        self.password.control.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The page itself is no place to type. A focus proxy would do it too, and would take its child out of Tab's way."""
        super().focusInEvent(event)
        self.home().setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.home().setFocus(Qt.FocusReason.OtherFocusReason)

    def home(self) -> QWidget:
        """Where typing begins: the accounts of a training house, the password of a locked screen, or the name."""
        if self.user.value():
            return self.password.control
        return self.accounts if self.accounts.isVisibleTo(self) else self.user.control


def _role(word: str) -> str:
    try:
        return Role(word).label
    except ValueError:
        return word
