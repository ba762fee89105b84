"""Typing a paper round sheet back: a screen that looks like the sheet, line by line, by the keyboard alone.

What is typed and not yet saved is a draft; each box is saved by itself, as one check, and a box that was left empty
stays empty.
"""

import json
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QWidget

from app.domain.papers import Paper, PaperKind
from app.domain.results import Refused
from app.domain.round_sheet import LETTERS, Box, Written, read_written
from app.domain.sightings import Precision
from app.domain.staff import StaffView
from app.domain.time import RepeatedTime, stamp_day
from app.services.drafts import read_draft
from app.services.papers import papers
from app.services.round_sheet import OnTheDesk, TypeBack, TypedBack, printed_sheet, who_may_have_walked
from app.ui.dialogs import AskSheet, ChooseSheet, Option, Sheet
from app.ui.layout import screen_of
from app.ui.pages.paper_box import BoxCard, sheet_rows
from app.ui.pages.round_list import RoundList
from app.ui.sitting import Sitting
from app.ui.theme import px
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.drafts import DraftKeeper
from app.ui.widgets.fields import TextBox
from app.ui.widgets.rows import Column
from app.ui.widgets.states import Stateful

FORM = "round_sheet"


class TypeBackSheet(Sheet):
    """One sheet, one pass at a time. Enter goes on: from the time to the letter, from the letter or note to the next line."""

    def __init__(self, parent: QWidget | None, sitting: Sitting) -> None:
        super().__init__(parent, "Type a paper round sheet back", width=1040)
        self._sitting, self._zone = sitting, sitting.desk.house.zone
        self.on: OnTheDesk | None = None
        self.box: Box | None = None
        self.typing: dict[Box, tuple[str, str, str]] = {}
        self.saving: set[Box] = set()
        self.wrong: dict[Box, tuple[str, str]] = {}
        self._folds: list[int] = []
        self.which, self.column, self.seen_by = QComboBox(), QComboBox(), QComboBox()
        self.card = BoxCard()
        self.list = RoundList(self.card, "The sheet, as it was printed", header=True)
        self.list.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.list.moved.connect(self._clicked)
        self.state = Stateful(self.list)
        self.state.setMinimumHeight(px(260))
        self.said = label("", "muted", wrap=True)
        self._kept = TextBox()
        self._kept.setParent(self)
        self._kept.hide()
        self._drafts: DraftKeeper | None = None
        self._lay_out()
        for field in self.card.fields:
            field.installEventFilter(self)
            field.textChanged.connect(self._typed)
        self.which.currentIndexChanged.connect(self._choose)
        self.column.currentIndexChanged.connect(self._pass_chosen)
        room = screen_of(self).availableGeometry()
        self.resize(min(px(1040), room.width() - 40), min(px(820), room.height() - 60))
        self.state.loading()
        desk = sitting.desk
        sitting.jobs.read(
            lambda: (papers(desk, PaperKind.ROUND), who_may_have_walked(desk)),
            self._offer,
            self.state.failed,
            owner=self,
        )

    def _lay_out(self) -> None:
        wide = screen_of(self).availableGeometry().width() >= px(700)
        named: QBoxLayout = row(gap=16) if wide else column(gap=8)
        for name, control, stretch in (
            ("Sheet", self.which, 3),
            ("Pass", self.column, 1),
            ("Seen by", self.seen_by, 2),
        ):
            control.setAccessibleName(name)
            caption = label(name, "small_muted")
            caption.setBuddy(control)
            named.addLayout(column(None, caption, control, gap=3), stretch)
        self.body.addLayout(named)
        self.body.addWidget(self.state, 1)
        self.body.addWidget(self.said)
        self.add_button("Close", self.reject, key="Esc")
        self.finish = self.add_button("All of it is typed back", self._finish, key="Ctrl+Enter", kind="main")

    # Which sheet

    def _offer(self, read: tuple[tuple[Paper, ...], tuple[StaffView, ...]]) -> None:
        there, staff = read
        me = self._sitting.desk.actor
        self.seen_by.addItem(f"{me.name} (me)", me.staff_id)
        for member in staff:
            self.seen_by.addItem(member.name, member.id)
        self.which.blockSignals(True)
        for kept in there:
            back = ", typed back" if kept.typed_back else ""
            self.which.addItem(f"{kept.named}, {stamp_day(kept.made_at, self._zone)}{back}", kept.number)
        waiting = next((i for i, kept in enumerate(there) if kept.typed_back is None), 0)
        self.which.setCurrentIndex(waiting)
        self.which.blockSignals(False)
        if there:
            self._choose()
        else:
            self.finish.setEnabled(False)
            self.state.empty("No round sheet has been printed yet.", "Ctrl P on the Round page prints one.")

    def _choose(self) -> None:
        """Read another sheet; what is typed of this one is kept."""
        self._settle()
        desk, number = self._sitting.desk, self.which.currentData()

        def read() -> tuple[OnTheDesk, str]:
            found = printed_sheet(desk, number)
            assert found is not None
            return found, read_draft(desk, FORM, found.paper.id)

        self._sitting.jobs.read(read, self._show_new, self.state.failed, key="back", owner=self)

    def _show_new(self, read: tuple[OnTheDesk, str]) -> None:
        self.on, draft = read
        sheet = self.on.sheet
        widths = [Column("", 34), Column("Room", 90, 1), Column("Name", 140, 3)]
        self.list.set_columns([*widths, *(Column(f"Pass {name}", 84, 2) for name in sheet.columns)])
        self.typing, self.wrong = _thawed(draft), {}
        self._drafts = DraftKeeper(self._kept, self._sitting.keep_draft(FORM, self.on.paper.id))
        self._kept.setPlainText(draft)
        self._drafts.settle()
        self.column.blockSignals(True)
        self.column.clear()
        for number, name in enumerate(sheet.columns):
            self.column.addItem(f"Pass {name}", number)
        self.column.blockSignals(False)
        if self.on.walked is not None:
            self.seen_by.setCurrentIndex(self._place_of(self.on.walked))
        done = self.on.paper.typed_back
        self.finish.setEnabled(done is None)
        self.card.setEnabled(done is None)
        self.state.ready()
        self._to(self._first_open(0))

    def _place_of(self, member: UUID) -> int:
        """Where someone stands among those who may have walked; Qt finds no id among its own data."""
        there = [self.seen_by.itemData(place) for place in range(self.seen_by.count())]
        return there.index(member) if member in there else 0

    def _reload(self) -> None:
        if self.on is None:
            return
        desk, number = self._sitting.desk, self.on.paper.number
        self._sitting.jobs.read(lambda: printed_sheet(desk, number), self._show_again, key="back", owner=self)

    def _show_again(self, found: OnTheDesk | None) -> None:
        if found is None or self.on is None or found.paper.id != self.on.paper.id:
            return
        self.on = found
        self.typing = {box: words for box, words in self.typing.items() if box not in found.typed}
        self._keep()
        self.paint()

    # Moving

    def _first_open(self, column: int) -> Box | None:
        if self.on is None:
            return None
        boxes = self.on.sheet.boxes(column)
        return next((box for box in boxes if box not in self.on.typed), boxes[0] if boxes else None)

    def _to(self, box: Box | None) -> None:
        """Put the card on a box, with what was typed in it before."""
        self.box = box
        self._folds = []
        if box is None or self.on is None:
            self.paint()
            return
        if self.column.currentIndex() != box.column:
            self.column.blockSignals(True)
            self.column.setCurrentIndex(box.column)
            self.column.blockSignals(False)
        self.paint()
        self.card.fill(*self.typing.get(box, ("", "", "")))
        field, why = self.wrong.get(box, ("", ""))
        self.card.show_error(field, why)
        self.card.field(field or "seen_at").setFocus()

    def _step(self, by: int) -> None:
        if self.on is None or self.box is None:
            return
        line = min(max(self.box.line + by, 1), len(self.on.sheet.lines))
        self._to(Box(line, self.box.column))

    def _pass(self, by: int) -> None:
        if self.on is not None and self.box is not None:
            column = min(max(self.box.column + by, 0), self.on.sheet.passes - 1)
            if column != self.box.column:
                self._to(self._first_open(column))

    def _pass_chosen(self) -> None:
        if self.column.currentData() is not None:
            self._to(self._first_open(self.column.currentData()))

    def _clicked(self, key: object) -> None:
        if isinstance(key, int) and self.box is not None and key != self.box.line:
            self._to(Box(key, self.box.column))

    def _next(self) -> None:
        """The next box of this pass that is not typed back; after the last one, say so."""
        if self.on is None or self.box is None:
            return
        after = [b for b in self.on.sheet.boxes(self.box.column) if b.line > self.box.line]
        following = next((b for b in after if b not in self.on.typed and b not in self.saving), None)
        if following is not None:
            self._to(following)
            return
        self._to(self.box)
        name = self.on.sheet.columns[self.box.column]
        self.said.setText(
            f"That was the end of pass {name}. Ctrl → goes to the next pass, Ctrl Enter says that all of it is typed."
        )

    # Typing

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        key, ctrl = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._finish() if ctrl else self._entered(watched)
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if ctrl and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._pass(1 if key == Qt.Key.Key_Right else -1)
            return True
        letter = event.text().upper()
        if watched is self.card.time and letter.isalpha() and letter in LETTERS and self._whole_time():
            self.card.code.setText(letter)
            self._time_given()
            return True
        if watched is self.card.code and letter in LETTERS and letter:
            self.card.code.setText(letter)
            self.card.note.setFocus()
            return True
        return False

    def _whole_time(self) -> bool:
        return sum(character.isdigit() for character in self.card.time.text()) in (4, 8)

    def _typed(self) -> None:
        """Keep what stands in the fields as a draft of this box."""
        if self.box is None:
            return
        words = self.card.words
        if self.typing.get(self.box, ("", "", ""))[0] != words[0]:
            self._folds = []
        if any(words):
            self.typing[self.box] = words
        else:
            self.typing.pop(self.box, None)
        self.wrong.pop(self.box, None)
        self.card.show_error("", "")
        self._keep()

    def _keep(self) -> None:
        text = _frozen(self.typing)
        if text != self._kept.toPlainText():
            self._kept.setPlainText(text)

    def _settle(self) -> None:
        if self._drafts is not None:
            self._drafts.flush()

    def _entered(self, field: QObject) -> None:
        """Enter: an empty line is passed over, a time leads to its letter, and the rest is saved."""
        if self.box is None or self.on is None:
            return
        if self.on.paper.typed_back is not None or self.box in self.on.typed or not any(self.card.words):
            self._next()
        elif field is self.card.time:
            self._time_given()
        else:
            self._save()

    def _time_given(self) -> None:
        if self._written() is not None:
            (self.card.note if self.card.code.text() else self.card.code).setFocus()

    def _written(self) -> Written | None:
        """The time in the field; what is wrong with it is said beside it. A time that came twice is asked."""
        assert self.on is not None
        now = self._sitting.now
        try:
            return read_written(self.card.time.text(), self.on.paper.made_at, now, self._zone, self._folds)
        except RepeatedTime as both:
            self._which_of_two(both)
        except ValueError as why:
            self._say_wrong("seen_at", str(why))
        return None

    def _which_of_two(self, both: RepeatedTime) -> None:
        options = [Option(fold, words) for fold, words in enumerate(both.labels)]
        sheet = ChooseSheet(self, "Which of the two?", options, text=str(both), prompt="BST or GMT")

        def chosen(fold: object) -> None:
            assert isinstance(fold, int)
            self._folds.append(fold)
            self._time_given()

        sheet.chosen.connect(chosen)
        sheet.open()

    def _say_wrong(self, field: str, why: str) -> None:
        assert self.box is not None
        self.wrong[self.box] = field, why
        self.card.show_error(field, why)
        self.card.field(field).setFocus()
        self.list.fit()

    def _save(self) -> None:
        """One box, one check. The next line opens at once; a refusal comes back to its own box."""
        box, on = self.box, self.on
        assert box is not None
        assert on is not None
        if (written := self._written()) is None:
            return
        code, note = self.card.code.text().strip().upper(), self.card.note.text().strip()
        if code not in LETTERS:
            self._say_wrong("code", f"One letter of the sheet: {' '.join(LETTERS)}.")
            return
        between = written.precision is Precision.BETWEEN
        command = TypeBack(
            number=on.paper.number,
            line=box.line,
            column=box.column,
            code=code,
            seen_at=written.seen_from,
            seen_until=written.seen_to if between else None,
            precision=written.precision,
            seen_by=self.seen_by.currentData(),
            note=note or None,
        )
        self.saving.add(box)

        def done(_: object) -> None:
            self.saving.discard(box)
            self.typing.pop(box, None)
            self._reload()

        def refused(why: Refused) -> None:
            self.saving.discard(box)
            field = next((name for name in why.fields if name in ("seen_at", "code", "note")), "seen_at")
            self.wrong[box] = field, str(why)
            self._to(box)

        self._sitting.do(command, done, refused, owner=self)
        self._next()

    # Done

    def _finish(self) -> None:
        """All that was written is typed in: the paper is marked so, and what is empty stays empty."""
        if self.on is None or not self.finish.isEnabled():
            return
        on, half = self.on, [box for box in self.typing if box not in self.saving]
        if half:
            self._to(min(half))
            names = ", ".join(box.name for box in sorted(half))
            self.show_error(f"Typed and not saved yet: {names}. Save or empty them first.")
            return
        self.show_error("")
        done = len(on.typed) + len(self.saving)
        empty = len(on.sheet.lines) * on.sheet.passes - done
        text = (
            f"{done} {'box' if done == 1 else 'boxes'} typed back. {empty} left empty: nothing was written in them, and "
            "nothing is said of them."
        )
        sheet = AskSheet(self, f"{on.paper.named} is typed back", text, "All of it is typed")
        sheet.confirmed.connect(
            lambda: self._sitting.do(
                TypedBack(number=on.paper.number),
                lambda _done: self._finished(on.paper),
                self._not_done,
                owner=self,
            )
        )
        sheet.open()

    def _finished(self, kept: Paper) -> None:
        self._sitting.tell(f"{kept.named} is typed back. Shred the copies once they are in.", "green")
        self.accept()

    def _not_done(self, why: Refused) -> None:
        self.show_error(str(why))

    def done(self, result: int) -> None:
        self._settle()
        super().done(result)

    def paint(self) -> None:
        """Show what is known now. Nothing is read."""
        if self.on is None:
            return
        self.list.set_rows(sheet_rows(self.on, self.typing, self.saving, self.wrong, self._zone))
        if self.box is not None and (line := self.on.sheet.line(self.box.line)) is not None:
            name = self.on.names.get(line.resident, line.name)
            self.card.show_box(self.box, line, name, self.on.typed.get(self.box), self._zone)
            self.list.open_at(line.number)
        column = self.box.column if self.box else 0
        mine = [box for box in self.on.typed if box.column == column]
        back = self.on.paper.typed_back
        self.said.setText(
            f"Typed back by {back.name}, {stamp_day(back.at, self._zone)}."
            if back
            else f"Pass {self.on.sheet.columns[column]}: {len(mine)} of {len(self.on.sheet.lines)} typed back. Enter on an "
            "empty line goes on."
        )


def _frozen(typing: dict[Box, tuple[str, str, str]]) -> str:
    return json.dumps({str(box.number): words for box, words in sorted(typing.items())}) if typing else ""


def _thawed(draft: str) -> dict[Box, tuple[str, str, str]]:
    """What was being typed; a draft that can't be read is nothing."""
    try:
        return {
            Box.of(int(number)): (str(a), str(b), str(c))
            for number, (a, b, c) in json.loads(draft or "{}").items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}
