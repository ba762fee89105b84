"""The palette, Ctrl+K: one box that finds a woman, a room, an action or an entry, and goes there or does it.

What is typed is looked up off the GUI thread, one query at a time; only the answer to what stands in the box is shown.
Keys that were pressed before the answer came wait for it, so that Enter never takes a row of an earlier answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.find import Found, enough
from app.domain.residents import ResidentRef
from app.services.find import find
from app.ui.dialogs import Sheet
from app.ui.faults import Fault
from app.ui.palette_rows import Key, Offered, Thing, act_cells, matching_acts, rows_of, woman_of
from app.ui.sitting import Sitting
from app.ui.theme import px
from app.ui.widgets.basics import label, row
from app.ui.widgets.rows import Column, Row, RowsView
from app.ui.widgets.states import Stateful

#: After how long a wait the palette says that it is looking.
LOOKING_MS = 250
#: How many women, rooms and entries are asked for.
FOUND = 8
PROMPT = "A name, a room, an action, a word…"
KEYS = "↑ ↓ choose · Enter opens it or does it · → what can be done about her · Esc closes"
KEYS_ABOUT = "↑ ↓ choose · Enter does it · ← back · Esc closes"

#: Narrower than this a row's second column stands beneath its words.
_WIDE = 600

_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_TAKES = {Qt.Key.Key_Return, Qt.Key.Key_Enter}

#: What can be done about a woman: her page's actions, each as it stands for her.
About = Callable[[ResidentRef, bool], Sequence[Offered]]


class Palette(Sheet):
    """The box and what it found. It answers by `chosen(thing)`, or by `chosen_about(ref, act)` with a woman chosen."""

    chosen = Signal(object)
    chosen_about = Signal(object, object)

    def __init__(self, parent: QWidget, sitting: Sitting, offered: Sequence[Offered], about: About) -> None:
        super().__init__(parent, "Find anything", width=760)
        self._sitting, self._offered, self._about_of = sitting, tuple(offered), about
        self._things: Mapping[Key, Thing] = {}
        self._about: ResidentRef | None = None
        self._typed_before = ""
        self._shown: str | None = None
        self._in_flight: str | None = None
        self._kept: list[QKeyEvent] = []
        self.heading.hide()
        self.whom = label("", "title", wrap=True)
        self.whom.hide()
        self.box = QLineEdit()
        self.box.setPlaceholderText(PROMPT)
        self.box.setAccessibleName("Find anything")
        self.box.setAccessibleDescription(f"{PROMPT}. {KEYS}")
        self.box.setClearButtonEnabled(True)
        self._narrow = self.minimumWidth() < px(_WIDE)
        columns = (
            [Column("What", 200, 1)]
            if self._narrow
            else [Column("What", 320, 1), Column("Where, when, key", 210)]
        )
        self.list = RowsView(columns, "Found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.opened.connect(lambda _: self._take())
        self.state = Stateful(self.list)
        self.keys = label(KEYS, "small_muted", wrap=True)
        self.body.addWidget(self.whom)
        self.body.addWidget(self.box)
        self.body.addWidget(self.state, 1)
        foot = row(gap=12)
        foot.addWidget(self.keys, 1)
        self.buttons.takeAt(0)
        self.buttons.addLayout(foot, 1)
        self.add_button("Close", self.reject, key="Esc").setAutoDefault(False)
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOKING_MS)
        self._looking.timeout.connect(lambda: self.keys.setText("Looking in the record…"))
        self.box.textChanged.connect(self._typed)
        self.box.installEventFilter(self)
        room = QGuiApplication.primaryScreen().availableGeometry().height()
        self.state.setMinimumHeight(min(px(460), room - px(220)))
        self._typed("")
        self.box.setFocus()

    # Looking

    def _typed(self, text: str) -> None:
        """What stands in the box has changed: keys that waited were meant for what stood there before."""
        self._kept.clear()
        self.show_error("")
        self._look(text)

    def _look(self, text: str) -> None:
        self._shown = None
        if self._about is not None:
            self._show_about()
        elif not text.strip():
            self._show(Found(text))
        elif self._in_flight is None:
            self._ask(text)

    def _ask(self, text: str) -> None:
        """One query at a time: what is typed meanwhile is asked when this one is answered."""
        desk = self._sitting.desk
        self._in_flight = text
        self._looking.start()
        self._sitting.jobs.read(
            lambda: find(desk, text, FOUND), self._answered, self._failed, owner=self, doing="Looking"
        )

    def _answered(self, found: Found) -> None:
        self._in_flight = None
        self._looking.stop()
        self.keys.setText(KEYS_ABOUT if self._about else KEYS)
        text = self.box.text()
        if self._about is not None or self._shown == text:
            return
        if found.text == text:
            self._show(found)
        else:
            self._look(text)

    def _failed(self, fault: Fault) -> None:
        self._in_flight = None
        self._looking.stop()
        self._kept.clear()
        self.keys.setText(KEYS)
        self.state.failed(fault)

    def _show(self, found: Found) -> None:
        self._shown = found.text
        acts = matching_acts(self._offered, found.text)
        rows, self._things = rows_of(found, acts, self._sitting.now, self._sitting.desk.house.zone)
        self._show_rows(rows)
        if not rows:
            more = "" if enough(found.text) else " Words in the record are looked for from three letters on."
            self.state.empty(
                f"Nothing matches “{found.text.strip()}”.", f"Try the beginning of a name.{more}"
            )
        elif found.more_entries:
            self.list.setAccessibleDescription("Older entries match too: type one word more.")
        self._replay()

    def _show_rows(self, rows: list[Row]) -> None:
        self.list.setAccessibleDescription("")
        self.list.set_rows([_in_one(each) for each in rows] if self._narrow else rows)
        first = next((each.key for each in rows if not each.section), None)
        if first is not None:
            self.list.select(first)
            self.list.scrollToTop()
            self.state.ready()

    def _replay(self) -> None:
        kept, self._kept = self._kept, []
        for event in kept:
            self._key(event)

    # About her

    def _to_about(self) -> bool:
        """Show what can be done about the woman of the chosen row; False when it is about nobody."""
        thing = self._thing
        woman = woman_of(thing) if thing is not None else None
        if woman is None:
            return False
        self._about, self._typed_before = woman[0], self.box.text()
        self._offered_about = tuple(self._about_of(*woman))
        self.whom.setText(
            " · ".join(part for part in (woman[0].name, woman[0].room.label if woman[0].room else "") if part)
        )
        self.whom.show()
        self.keys.setText(KEYS_ABOUT)
        self.box.setPlaceholderText("What about her?")
        self.box.setAccessibleName(f"What about {woman[0].name}?")
        self.box.setText("")
        self._show_about()
        return True

    def _show_about(self) -> None:
        text = self.box.text()
        acts = matching_acts(self._offered_about, text) if text.strip() else list(self._offered_about)
        self._things = {("act", each.act.id): each for each in acts}
        rows = [Row(("act", each.act.id), act_cells(each)) for each in acts]
        self._show_rows(rows)
        if not rows:
            self.state.empty(f"Nothing about her matches “{text.strip()}”.", "← goes back to everything.")

    def _back(self) -> None:
        """Back from what can be done about her to what was found, with what was typed."""
        self._about = None
        self.whom.hide()
        self.keys.setText(KEYS)
        self.box.setPlaceholderText(PROMPT)
        self.box.setAccessibleName("Find anything")
        before = self._typed_before
        if self.box.text() == before:
            self._typed(before)
        else:
            self.box.setText(before)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key, empty = event.key(), not self.box.text()
        at_end = self.box.cursorPosition() == len(self.box.text()) and not self.box.hasSelectedText()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        aside = plain and (key == Qt.Key.Key_Tab or (key == Qt.Key.Key_Right and at_end))
        if (key in _MOVES or key in _TAKES or aside) and self._waiting:
            self._kept.append(event.clone())
            return True
        if key in _MOVES:
            self.list.keyPressEvent(event)
            return True
        if key in _TAKES:
            if not event.isAutoRepeat():
                self._take()
            return True
        if self._about is not None and plain and empty and key in (Qt.Key.Key_Left, Qt.Key.Key_Backspace):
            self._back()
            return True
        return aside and self._about is None and self._to_about()

    @property
    def _waiting(self) -> bool:
        """Whether what is typed has not been answered yet."""
        return self._about is None and self._shown != self.box.text() and self._in_flight is not None

    @property
    def _thing(self) -> Thing | None:
        key = self.list.current_key
        if not self.list.isVisible() or not isinstance(key, tuple):
            return None
        return self._things.get(key)

    def _take(self) -> None:
        thing = self._thing
        if thing is None:
            return
        if isinstance(thing, Offered) and thing.reason is not None:
            self.show_error(thing.reason)
            return
        about = self._about
        self.accept()
        if about is not None and isinstance(thing, Offered):
            self.chosen_about.emit(about, thing.act)
        else:
            self.chosen.emit(thing)


def _in_one(shown: Row) -> Row:
    """The row in one column, for large type on a small screen."""
    first, *rest = shown.cells
    under = [first.under, *(part for cell in rest for part in (cell.text, cell.under))]
    return replace(shown, cells=(replace(first, under=" · ".join(part for part in under if part)),))
