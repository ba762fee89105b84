"""The window: rail, top bar, one page at a time, status line; and a cover over all of it for sign-in and lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QResizeEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget
from shiboken6 import isValid

from app.ui.actions import Act, Actions, Scope
from app.ui.dialogs import ErrorSheet
from app.ui.faults import Fault
from app.ui.help import HelpSheet
from app.ui.jobs import Jobs
from app.ui.theme import RESOURCES, px, theme
from app.ui.widgets import drafts
from app.ui.widgets.basics import clear_layout, column, row, scrolled
from app.ui.widgets.rail import Rail
from app.ui.widgets.states import Notice
from app.ui.widgets.topbar import StatusLine, TopBar, TopBarView

#: A window narrower than this at 100 % has a folded rail.
_NARROW = 1000
#: The action behind the find button of the top bar, and those whose keys work while a sheet is open.
FIND = "window.find"
OVER_SHEETS = ("go.emergency", "go.fire", "window.lock", "window.another", "window.privacy")

__all__ = ["Page", "Section", "Shell", "TopBar"]


class Page(QWidget):
    """What a section shows. A page is made when it is first opened and then kept."""

    page_id = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def asked(self) -> None:
        """The person asked for it by its key, the rail, a menu or the palette: called just before it is shown."""

    def opened(self) -> None:
        """It has just been shown: load, and keep what was selected."""

    def left(self) -> None:
        """Another page is about to be shown."""

    def changed(self, seq: int) -> None:
        """The record has moved on to entry `seq` (here or in another window): load again."""

    def remember(self) -> dict[str, Any]:
        """How she has set the page out, for next time: choices and widths as plain JSON, never a name or an id."""
        return {}

    def recall(self, kept: dict[str, Any]) -> None:
        """Set the page out as `remember()` said; what is missing or strange counts for nothing. Before `opened()`."""

    def home(self) -> QWidget | None:
        """Where the focus goes when the page opens."""
        return None


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the rail. `key` is its shortcut ("Ctrl+1"); `factory` makes its page when first asked for.

    `foot` puts it apart, at the foot of the rail: what is asked for when something has happened.
    """

    id: str
    text: str
    key: str
    factory: Callable[[], QWidget]
    foot: bool = False


class Shell(QMainWindow):
    """The frame that every page stands in."""

    lock_asked = Signal()
    another_asked = Signal()
    sign_out_asked = Signal()
    privacy_asked = Signal()
    window_asked = Signal()
    page_changed = Signal(str)
    #: A page was made (its section, the page) and is about to be opened for the first time.
    page_made = Signal(str, object)
    closing = Signal()

    def __init__(
        self,
        jobs: Jobs,
        actions: Actions,
        sections: Sequence[Section],
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        training: bool = False,
        house: str = "",
        number: int = 1,
    ) -> None:
        super().__init__()
        self.jobs, self.actions_ = jobs, actions
        self._sections = {section.id: section for section in sections}
        self._pages: dict[str, QWidget] = {}
        self._frames: dict[str, QWidget] = {}
        self._training, self._current = training, ""
        name = "Daybook" if number == 1 else f"Daybook ({number})"
        self.setWindowTitle(f"{name} – training house" if training else name)
        self.setWindowIcon(QIcon(str(RESOURCES / "icons" / "daybook.svg")))
        self.rail = Rail(
            "",
            [(s.id, s.text, s.key) for s in sections if not s.foot],
            [(s.id, s.text, s.key) for s in sections if s.foot],
        )
        self.rail_frame = scrolled(self.rail, sideways=False)
        self.top = TopBarView(now, zone)
        self.notice = Notice()
        self.stack = QStackedWidget()
        self.stack.setObjectName("stack")
        self.status = StatusLine(training)
        self._desk = QWidget()
        self._notice_row = row(None, self.notice, margins=(20, 0, 20, 8))
        self.alarm_slot = QWidget()
        self._alarms = column(self.alarm_slot)
        self.alarm_slot.hide()
        right = column(None, self.top, self.alarm_slot, gap=0)
        right.addWidget(self.stack, 1)
        right.addLayout(self._notice_row)
        right.addWidget(self.status)
        desk = row(self._desk, self.rail_frame, gap=0)
        desk.addLayout(right, 1)
        self._all = QStackedWidget()
        self._all.addWidget(self._desk)
        self.setCentralWidget(self._all)
        self._cover: QWidget | None = None
        self._curtain: QWidget | None = None
        self._put_by: list[QWidget] = []
        #: Whether this is the window that speaks for the program.
        self.answers: Callable[[], bool] = lambda: True
        self._put_aside: list[tuple[str, QDialog]] = []
        #: Whether a sheet that opens now may stand over the cover: one that was asked for from the cover itself.
        self.open_over_cover = False
        self._set_house(house)
        self._connect()
        self._register(sections)

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Large type on a small screen: the rail gives its room to the page."""
        self.rail.fold(self.width() < px(_NARROW))
        self.rail_frame.updateGeometry()

    def _connect(self) -> None:
        self.rail.asked.connect(self.ask)
        self.rail.help_asked.connect(self.show_help)
        self.top.lock_asked.connect(self._lock)
        self.top.sign_out_asked.connect(self._sign_out)
        self.top.find_asked.connect(self._find)
        self.actions_.changed.connect(self._offer_find)
        self.actions_.refused.connect(lambda reason: self.tell(reason, "amber"))
        self.jobs.fault.connect(self._fault)
        theme().theme_changed.connect(self._fold)
        self.jobs.writes_changed.connect(self.status.show_writes)

    def _register(self, sections: Sequence[Section]) -> None:
        everywhere = [
            Act("window.theme", "Day or night theme", lambda: theme().toggle(), ("Ctrl+T",)),
            Act("window.larger", "Larger", lambda: theme().step_scale(1), ("Ctrl++", "Ctrl+=")),
            Act("window.smaller", "Smaller", lambda: theme().step_scale(-1), ("Ctrl+-",)),
            Act("window.usual", "Usual size", lambda: theme().set_scale(1.0), ("Ctrl+0",)),
            Act("window.help", "Keys and help", self.show_help, ("F1", "?")),
        ]
        signed_in = [
            Act(f"go.{s.id}", s.text, partial(self.ask, s.id), (s.key,) if s.key else ()) for s in sections
        ]
        signed_in += [
            Act("window.lock", "Lock the screen, keep the work", self._lock, ("Ctrl+L",)),
            Act("window.another", "Another person signs in", self._another, ("Ctrl+Shift+L",)),
            Act("window.privacy", "Cover the names", self.privacy_asked.emit, ("F12",)),
            Act("window.new", "Another window", self.window_asked.emit, ("Ctrl+N",)),
            Act("window.sign_out", "Sign out", self._sign_out),
        ]
        self.actions_.add(*everywhere, *signed_in)
        for act in everywhere:
            self.addAction(self.actions_.qaction(act.id))
        for act in signed_in:
            self._desk.addAction(self.actions_.qaction(act.id))

    def add_desk_action(self, number: str) -> None:
        """A registered action of the window for whoever is signed in; dead under a cover."""
        self._desk.addAction(self.actions_.qaction(number))

    @property
    def page_id(self) -> str:
        """The section that is shown."""
        return self._current

    @property
    def covered(self) -> bool:
        """Whether the sign-in or lock screen is over it."""
        return self._cover is not None

    @property
    def curtained(self) -> bool:
        """Whether the privacy cover is over it."""
        return self._curtain is not None

    @property
    def over(self) -> QWidget | None:
        """What stands over the pages: a sign-in screen, the privacy cover, or nothing."""
        return self._cover or self._curtain

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections' ids, in the order of the rail."""
        return tuple(self._sections)

    def page(self, number: str) -> QWidget:
        """A section's page, made now if it was never opened."""
        if number not in self._pages:
            page = self._sections[number].factory()
            self._pages[number] = page
            self._frames[number] = scrolled(page)
            self.stack.addWidget(self._frames[number])
            self.actions_.attach(page, Scope.PAGE, number)
            self.page_made.emit(number, page)
        return self._pages[number]

    def pages(self) -> dict[str, QWidget]:
        """The pages that have been made, by section."""
        return dict(self._pages)

    def ask(self, number: str) -> None:
        """Show a section because the person asked for it; her page is told first."""
        page = self.page(number)
        if isinstance(page, Page):
            page.asked()
        self.go(number)

    def ask_over_sheets(self, number: str) -> None:
        """The same with sheets open: they are put aside, as they are, until she comes back to where they were opened."""
        for sheet in self._open_sheets():
            self._put_aside.append((self._current, sheet))
            sheet.hide()
        self.ask(number)

    def _open_sheets(self) -> list[QDialog]:
        return [each for each in self.findChildren(QDialog) if each.isVisible()]

    def _bring_back(self, number: str) -> None:
        back = [sheet for section, sheet in self._put_aside if section == number and isValid(sheet)]
        self._put_aside = [(s, sheet) for s, sheet in self._put_aside if s != number and isValid(sheet)]
        for sheet in back:
            sheet.open()

    def set_alarm_bar(self, widget: QWidget) -> None:
        """Stand `widget` between the top bar and the page. It shows and hides itself; it replaces the one before."""
        clear_layout(self._alarms)
        self._alarms.addWidget(widget)
        self.alarm_slot.show()

    def go(self, number: str) -> None:
        """Show a section and put the focus where its work begins."""
        old = self._pages.get(self._current)
        if number != self._current and isinstance(old, Page):
            old.left()
        page = self.page(number)
        self._current = number
        self.rail.show_section(number)
        self.stack.setCurrentWidget(self._frames[number])
        self.notice.clear()
        if isinstance(page, Page):
            page.opened()
            if (home := page.home()) is not None:
                home.setFocus(Qt.FocusReason.OtherFocusReason)
        self._bring_back(number)
        self.page_changed.emit(number)

    def forget_pages(self) -> None:
        """Let every page go: someone else is signing in, and nothing that the last person saw may stay."""
        drafts.flush_all()
        for sheet in self.findChildren(QDialog):
            sheet.close()
            sheet.deleteLater()
        self._put_by.clear()
        self._put_aside.clear()
        for number in self._pages:
            self.stack.removeWidget(self._frames[number])
            self.actions_.drop(number)
            self._frames[number].deleteLater()
        self._pages.clear()
        self._frames.clear()
        self._current = ""
        self.notice.clear()

    def record_changed(self, seq: int) -> None:
        """Tell the shown page that the record has moved on; others load when they are opened."""
        page = self._pages.get(self._current)
        if isinstance(page, Page) and not self.covered:
            page.changed(seq)

    def set_badge(self, number: str, count: int) -> None:
        if number in self.rail.buttons:
            self.rail.buttons[number].set_badge(count)

    def _set_house(self, house: str) -> None:
        self.rail.house.setText(
            " · ".join(part for part in (house, "training" if self._training else "") if part)
        )

    def show_top(self, top: TopBar) -> None:
        self._set_house(top.house)
        self.top.show_top(top)

    def tell(self, text: str, tone: str = "blue") -> None:
        """A sentence at the foot of the page: blue information, green done, amber caution, red wrong."""
        # What joins a window goes to the end of its chain: by Tab the notice comes after all that the page has made since.
        self.notice.setParent(None)
        self._notice_row.addWidget(self.notice)
        self.notice.tell(text, tone)

    def saved(self, text: str) -> None:
        """ "Saved 23:02:11": shown after the commit, never before."""
        self.status.show_saved(text)

    def verified(self, entry: int, head: str, broken_at: int | None = None) -> None:
        self.status.show_verified(entry, head, broken_at)

    def show_fault(self, fault: Fault) -> None:
        """What went wrong, in the window; the work stays as it is."""
        ErrorSheet(self, fault).open()

    def show_help(self) -> None:
        section = self._sections.get(self._current)
        place = "" if self.covered or section is None else section.id
        HelpSheet(self, self.actions_, place, section.text if place and section else "").open()

    def cover(self, widget: QWidget) -> None:
        """Put the sign-in or lock screen over everything; the pages' keys are dead beneath it, their work kept."""
        self._put_by_all()
        self._take_away()
        self._cover = widget
        self._stand(widget)

    def draw_curtain(self, widget: QWidget) -> None:
        """Put the privacy cover over the pages and their sheets; not over a lock."""
        if self._cover is None and self._curtain is None:
            self._put_by_all()
            self._curtain = widget
            self._stand(widget)

    def uncover(self) -> None:
        """Take the cover away: open sheets and the focus come back as they were."""
        if self._cover is None and self._curtain is None:
            return
        self._take_away()
        self._all.setCurrentWidget(self._desk)
        put_by, self._put_by = [each for each in self._put_by if isValid(each)], []
        for each in put_by:
            if isinstance(each, QDialog):
                each.open()
            else:
                each.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_by_all(self) -> None:
        """Keep what is typed, and remember the open sheets and the focus, once for however many covers follow."""
        drafts.flush_all()
        self.open_over_cover = False
        open_now = self._open_sheets()
        if self._cover is None and self._curtain is None:
            focus = self.focusWidget()
            self._put_by = [*open_now, *([focus] if focus is not None else [])]  # type: ignore[redundant-expr]
        else:
            self._put_by = [*open_now, *self._put_by]
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for sheet in open_now:
            sheet.hide()

    def sheet_opened(self, sheet: QDialog) -> None:
        """A sheet that was asked for before the cover came waits beneath it."""
        hidden = self._cover is not None or self._curtain is not None
        if hidden and not self.open_over_cover and not isinstance(sheet, HelpSheet | ErrorSheet):
            self._put_by.insert(0, sheet)
            sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            QTimer.singleShot(0, partial(_hide, sheet))

    def owns(self, sheet: QWidget) -> bool:
        """Whether a sheet was opened from this window, from one of its pages or from another sheet of its own."""
        at: QWidget | None = sheet
        while at is not None and at is not self:
            at = at.parentWidget()
        return at is self

    def _stand(self, widget: QWidget) -> None:
        self._all.addWidget(widget)
        self._all.setCurrentWidget(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_away(self) -> None:
        over = [each for each in (self._cover, self._curtain) if each is not None]
        self._cover = self._curtain = None
        for each in over:
            self._all.removeWidget(each)
            each.deleteLater()

    def _lock(self) -> None:
        drafts.flush_all()
        self.lock_asked.emit()

    def _another(self) -> None:
        drafts.flush_all()
        self.another_asked.emit()

    def _can_find(self) -> bool:
        return any(act.id == FIND for act in self.actions_.of(Scope.WINDOW))

    def _offer_find(self) -> None:
        if self._can_find():
            self.top.offer_find()

    def _find(self) -> None:
        if self._can_find():
            self.actions_.trigger(FIND)

    def _fault(self, fault: Fault) -> None:
        """With several windows a fault is shown in the one that is worked in, or else in the first."""
        if self.answers():
            self.show_fault(fault)

    def _sign_out(self) -> None:
        drafts.flush_all()
        self.sign_out_asked.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save drafts and finish what is queued before the window goes; stay when that can't be done."""
        drafts.flush_all()
        if self.jobs.drain():
            # A sheet that stayed would stand there without its window, over a house that is closed. What it still keeps
            # as it goes is written first.
            for sheet in self._open_sheets():
                sheet.close()
            self.jobs.drain()
            self.closing.emit()
            event.accept()
        else:
            waiting = self.jobs.writes_waiting
            self.tell(f"{waiting} things are still being saved. The window stays open until they are.", "red")
            event.ignore()


def _hide(sheet: QDialog) -> None:
    if isValid(sheet):
        sheet.hide()
        sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
