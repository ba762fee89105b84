"""The alarm bar under the top bar, and everything else that says the same: the lock screen's line, the tray, the sound.

All of it is computed from a fresh board and from nothing else. What was shown before the computer slept, or before a clock was
moved, is taken away at once, not left standing until somebody reads again.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QSizePolicy, QWidget
from shiboken6 import isValid

from app.domain.alarms import Alarms, Cause, Group, Heard, Level, alarms, counts_said, group_said
from app.domain.board import Board
from app.domain.rounds import HOUSE
from app.domain.time import Clock, stamp
from app.ui.actions import Act
from app.ui.pages.now import NowPage
from app.ui.shell import Shell
from app.ui.signin import SignInPage
from app.ui.sound import Sound
from app.ui.theme import is_look_change, px, theme
from app.ui.tray import Tray
from app.ui.widgets.basics import column, label, restyle, row
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.marks import Mark, MarkIcon

#: A board older than this, or from later than now, is not shown: the computer slept, its clock was moved, or reading fails.
STALE = timedelta(seconds=75)
_TICK_MS = 1000
CALM = "Nothing is due now."


class Way(NamedTuple):
    """How an alarm is dealt with: the words and the key of the button, and where its click leads."""

    text: str
    key: str
    place: str


def way(group: Group) -> Way:
    """A window of the house is a round; one woman has her line on the board, where one key does it."""
    first = group.first
    if first.cause is Cause.STAFF:
        return Way("I am in the building", "Ctrl+D", "duty")
    if first.cause is Cause.LATE:
        over = first.level >= Level.OVERDUE
        return Way("Open a case", "K", "line") if over else Way("She is in", "I", "line")
    if first.slot is not None and first.slot.purpose in HOUSE and len(group.members) > 1:
        return Way("Round", "Ctrl+2", "round")
    return Way("Check", "C", "line")


def mark_of(group: Group) -> Mark:
    """The shape of an alarm."""
    if group.level >= Level.OVERDUE:
        return Mark.OVERDUE
    return {Cause.LATE: Mark.LATE, Cause.STAFF: Mark.INFORMATION}.get(group.first.cause, Mark.DUE)


_TONES = {Level.DUE: "", Level.SOON: "amber", Level.OVERDUE: "red", Level.ESCALATED: "red"}


class AlarmBar(QWidget):
    """One line that is always there, so that nothing moves when an alarm comes: the most pressing, and how many more.

    It never takes the focus by itself, and nothing on it makes an alarm go.
    """

    more_asked = Signal()
    asked = Signal()
    sound_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarmbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.icon = MarkIcon(Mark.DUE, 16)
        self.words = label("", wrap=True)
        self.held = label("", "small_bold", wrap=True)
        self.more, self.deal = KeyButton("", kind="quiet"), KeyButton("")
        self._way = Way("", "", "")
        self.sound = KeyButton("", kind="quiet")
        self.more.clicked.connect(self.more_asked)
        self.deal.clicked.connect(self.asked)
        self.sound.clicked.connect(self.sound_asked)
        self._said, self._beside = QWidget(), QWidget()
        told = row(self._said, self.icon, gap=10)
        told.addLayout(column(None, self.words, self.held, gap=0), 1)
        row(self._beside, 1, self.more, self.deal, self.sound, gap=8)
        self._line = row(self, self._said, self._beside, margins=(20, 4), gap=4)
        self._line.setStretch(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_words(CALM)
        self.show_sound()
        theme().theme_changed.connect(self.show_sound)

    def show_alarms(self, now: Alarms, zone: ZoneInfo) -> None:
        """Show what stands: the first in words, the rest counted."""
        if not now.groups:
            self.show_words(CALM)
        else:
            first, others = now.groups[0], len(now.groups) - 1
            deal = way(first)
            self._show(group_said(first, now, zone), _TONES[first.level], mark_of(first))
            self._way = deal
            self.deal.setText(deal.text)
            self.deal.set_key(deal.key)
            where = _WHERE[deal.place].format(key=deal.key)
            self.deal.setAccessibleDescription(where)
            self.deal.setToolTip(where)
            self.deal.show()
            self.more.setText(f"and {others} more")
            self.more.setAccessibleDescription("Opens the list of what is next.")
            self.more.setVisible(bool(others))
            restyle(self, escalated=first.level is Level.ESCALATED)
        if now.held is not None:
            self.held.setText(f"Sounds held: emergency since {stamp(now.held, zone)}")
        self.held.setVisible(now.held is not None)
        self._reserve()

    def show_key(self, *, at_her_line: bool) -> None:
        """A letter stands on the button only while it is hers: elsewhere the same letter does something else."""
        self.deal.set_key(self._way.key if at_her_line or self._way.place != "line" else "")
        self._reserve()

    def show_words(self, text: str) -> None:
        """Nothing to do, or nothing to be said of it just now."""
        self._show(text, "", None)
        for each in (self.more, self.deal, self.held):
            each.hide()
        restyle(self, escalated=False)

    def show_sound(self) -> None:
        """Whether this computer makes the alarm's sounds: never silently off."""
        on = theme().sound
        self.sound.setText("Sound on" if on else "Sound off")
        restyle(self.sound, kind="quiet" if on else "")
        self.sound.setAccessibleDescription(
            f"Turns the alarm sounds {'off' if on else 'on'} on this computer. What is due is shown all the same."
        )
        self.sound.setToolTip(self.sound.accessibleDescription())

    def _show(self, text: str, tone: str, mark: Mark | None) -> None:
        if mark is not None:
            self.icon.set_mark(mark)
        self.icon.setVisible(mark is not None)
        restyle(self, tone=tone or None)
        restyle(self.words, role="name" if mark is not None else "muted")
        if text != self.words.text():
            self.words.setText(text)
            self.setAccessibleName(f"Alarms. {text}")
            self._reserve()

    # Room for it is kept, so that the page does not move

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reserve()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_look_change(event):
            self._reserve()

    def minimumSizeHint(self) -> QSize:
        """Large type on a small screen must not widen the window: the words take another line."""
        return QSize(self._beside.sizeHint().width() + px(44), self.minimumHeight())

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def _reserve(self) -> None:
        """One line, or two where the window is narrow; more only where the words of a day need it."""
        narrow = self.width() < px(880)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() is not way:
            self._line.setDirection(way)
        beside = self._beside.sizeHint()
        room = self.width() - px(74) - (0 if narrow else beside.width() + px(4))
        words = [each for each in (self.words, self.held) if not each.isHidden()]
        tall = sum(each.heightForWidth(max(room, px(120))) for each in words)
        tall = tall + px(4) + beside.height() if narrow else max(tall, beside.height())
        self.setFixedHeight(tall + px(10))


_WHERE = {
    "duty": "Says that you are in the building.",
    "round": "Opens the round.",
    "line": "Opens the board on her line; there {key} does it.",
}


class AlarmWatch(QObject):
    """Keeps everything that says what is due in step with the board, for one window and whoever is signed in at it.

    `look_again` has the board read anew; its answer comes to `show`.
    """

    def __init__(
        self,
        shell: Shell,
        clock: Clock,
        zone: ZoneInfo,
        house: object,
        *,
        look_again: Callable[[], None],
        change_duty: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shell, self._clock, self._zone = shell, clock, zone
        self._look_again, self._change_duty = look_again, change_duty
        self._program = program()
        self._heard = self._program.heard_in(house)
        self.now: Alarms | None = None
        self._looking = False
        self.bar = AlarmBar()
        self.bar.asked.connect(self._deal)
        self.bar.more_asked.connect(self._to_next)
        self.bar.sound_asked.connect(self._turn_sound)
        shell.set_alarm_bar(self.bar)
        shell.page_made.connect(self._page_made)
        shell.page_changed.connect(self._show_key)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._show_key)
        self._lock: SignInPage | None = None
        shell.actions_.add(Act("window.sound", "Alarm sounds on or off", self._turn_sound))
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.tick)
        self._tick.start()

    # What stands

    def show(self, board: Board) -> None:
        """A board has been read: show what stands, and let what is new be heard, once."""
        if self._old(board):
            self._look()
            return
        self._looking = False
        now = self.now = alarms(board, board.settings)
        self.bar.show_alarms(now, self._zone)
        self._show_key()
        self._show_on_lock()
        said = counts_said(now, self._zone)
        self._program.tray.show_for(self, now, said or CALM, self._bring)
        fresh = self._heard.fresh(now)
        if fresh is not None:
            self._let_be_heard(fresh, now, said)

    def _let_be_heard(self, level: Level, now: Alarms, said: str) -> None:
        words = (
            said
            if self._shell.covered or self._shell.curtained
            else group_said(now.groups[0], now, self._zone)
        )
        announce(self._shell, words, urgent=level >= Level.OVERDUE)
        self._program.tray.tell(said)
        if theme().sound:
            self._program.sound.sound(level)

    def tick(self) -> None:
        """A second has passed; or an hour, if the computer slept: then nothing of before is left standing."""
        if self.now is not None and self._old(self.now) and isValid(self.bar):
            self._look()

    def _old(self, what: Board | Alarms) -> bool:
        return abs(self._clock.now() - what.at) > STALE

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            last = f" It was last read at {stamp(self.now.at, self._zone)}." if self.now else ""
            self.bar.show_words(f"Reading again what is due.{last}")
            self._show_on_lock()
            self._program.tray.forget(self)
            self._look_again()

    def locked(self, page: SignInPage) -> None:
        """The screen is covered: that page says what waits, in counts and times; no name, no room, nothing of why."""
        self._lock = page
        self._show_on_lock()

    def _show_on_lock(self) -> None:
        if self._lock is not None and isValid(self._lock) and self.now is not None:
            said = "Reading again what is due." if self._looking else counts_said(self.now, self._zone)
            self._lock.show_waiting(said)

    def forget(self) -> None:
        """She has signed out, or the window closes: nothing of the house is said until somebody signs in."""
        self._program.tray.forget(self)
        self.now, self._looking, self._lock = None, False, None
        self.bar.show_words(CALM)

    def _page_made(self, number: str, page: QWidget) -> None:
        if isinstance(page, NowPage):
            for view in (page.plan, page.list):
                view.moved.connect(self._show_key)

    def _show_key(self, *_: object) -> None:
        """The letter is there while the cursor is on her line of the board."""
        if self.now is None or not self.now.groups or not isValid(self.bar):
            return
        page = self._shell.pages().get("now") if self._shell.page_id == "now" else None
        hers = isinstance(page, NowPage) and page.on_line(self.now.groups[0].first.resident)
        self.bar.show_key(at_her_line=hers)

    # What a click does

    def _deal(self) -> None:
        if self.now is None or not self.now.groups:
            return
        group = self.now.groups[0]
        place = way(group).place
        if place == "duty":
            self._change_duty()
        elif place == "round":
            self._shell.go("round")
        elif group.first.resident is not None:
            self._to_line(group.first.resident)

    def _to_line(self, resident: UUID) -> None:
        self._shell.go("now")
        page: Any = self._shell.page("now")
        page.show_line(resident)

    def _to_next(self) -> None:
        self._shell.go("now")
        page: Any = self._shell.page("now")
        page.to_next()

    def _turn_sound(self) -> None:
        theme().set_sound(not theme().sound)

    def _bring(self) -> None:
        window = self._shell.window()
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


def announce(widget: QWidget, words: str, *, urgent: bool) -> None:
    """Have a screen reader say it, wherever the focus is; what is urgent does not wait for it to finish a sentence."""
    event = QAccessibleAnnouncementEvent(widget, words)
    ways = QAccessible.AnnouncementPoliteness
    event.setPoliteness(ways.Assertive if urgent else ways.Polite)
    QAccessible.updateAccessibility(event)


class Program(QObject):
    """What the windows of one process share: the tray's icon, the sound, and what has been heard in each house."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tray, self.sound = Tray(self), Sound(parent=self)
        self._heard: dict[object, Heard] = {}

    def heard_in(self, house: object) -> Heard:
        """What has been heard in a house, by whichever window."""
        return self._heard.setdefault(house, Heard())


_program: list[Program] = []


def program() -> Program:
    """The one of this process, made on first use."""
    if not _program:
        app = QApplication.instance()
        assert app is not None
        made = Program()
        _program.append(made)
        app.aboutToQuit.connect(partial(_end, made))
    return _program[0]


def _end(made: Program) -> None:
    made.sound.close()
    _program.clear()
