"""Round: everyone in walking order, one key a woman. There is no key for all of them."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.domain.presence import Presence
from app.domain.results import Done, Refused
from app.domain.rounds import Round, RoundLine, late_by, meets
from app.domain.sightings import How
from app.domain.wording import PRESENCE
from app.services.checks import LogCheck, Occasion
from app.services.movements import ComeIn, GoOut
from app.services.rounds import read_round
from app.ui.dialogs import AskSheet, ChooseSheet, FormSheet, Option
from app.ui.pages.paper import PaperSheet
from app.ui.pages.paper_back import TypeBackSheet
from app.ui.pages.round_acts import RoundActs
from app.ui.pages.round_card import RoundCard
from app.ui.pages.round_lateness import Lateness
from app.ui.pages.round_lines import RoundRows, subtitle
from app.ui.pages.round_list import RoundList
from app.ui.pages.round_sheets import MomentSheet, PlanSheet
from app.ui.pages.round_side import EndCard, OfferCard, RoundSide
from app.ui.pages.round_undo import undo_last
from app.ui.pages.round_walk import WORDS, Mode, Typed, Walk
from app.ui.pages.round_walking import Beside, Walking
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.theme import px, theme
from app.ui.widgets.basics import Progress, column, label, row
from app.ui.widgets.moment import SeenAt
from app.ui.widgets.states import Stateful

#: A burst of commits is read back once.
READ_AFTER_MS = 120
#: Qt's own "no limit" for a width.
_NO_LIMIT = (1 << 24) - 1


class RoundPage(Page):
    """The walk. What is due makes the round, so it can be left at any line and taken up again, here or elsewhere."""

    page_id = "round"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting, self._zone = sitting, sitting.desk.house.zone
        self.walk = Walk(lambda: sitting.now)
        self._since = sitting.now
        self._chosen = False
        self._rows = RoundRows()
        self.walking, self.beside = Walking(self, sitting), Beside(self, sitting)
        self.lateness = Lateness(self, sitting)
        self.acts = RoundActs(self, sitting)
        self.title, self.subtitle = label("Round", "title"), label("", "muted")
        self.progress = Progress(name="Seen in this round")
        self.offer, self.end = OfferCard(sitting.actions), EndCard(sitting.actions)
        self.card = RoundCard(sitting.actions)
        self.list = RoundList(self.card, "The round, in walking order")
        self.list.stepped.connect(self._step)
        self.list.moved.connect(self._moved)
        sitting.actions.bind_list(self.list, "round")
        self.side = RoundSide(sitting.actions)
        self.state = Stateful(self.list)
        self.state.panel.acted.connect(self.load)
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(READ_AFTER_MS)
        self._reading.timeout.connect(self._read_if_shown)
        sitting.committed.connect(self._reading.start)
        self._ticking = QTimer(self)
        self._ticking.setInterval(1000)
        self._ticking.timeout.connect(self._tick)
        self._lay_out()

    def _lay_out(self) -> None:
        head = row(gap=14)
        head.addWidget(self.title, 0, Qt.AlignmentFlag.AlignBaseline)
        head.addWidget(self.subtitle, 1, Qt.AlignmentFlag.AlignBaseline)
        left = QWidget()
        parts = column(left, head, self.progress, self.offer, self.end, gap=12)
        parts.addWidget(self.state, 1)
        self._body = row(self, margins=(20, 16), gap=18)
        self._body.addWidget(left, 1)
        self._body.addWidget(self.side)
        self.offer.hide()
        self.end.hide()
        self._size()
        theme().theme_changed.connect(self._size)

    def _size(self) -> None:
        self.side.setMinimumWidth(px(320))
        # Under the list it takes the whole width: a layout asks for the height at the width it would give, not at a limit.
        beside = self._body.direction() is QBoxLayout.Direction.LeftToRight
        self.side.setMaximumWidth(px(360) if beside else _NO_LIMIT)
        self.list.setMinimumSize(px(680), px(380))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < px(1060)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() is not way:
            self._body.setDirection(way)
            self._size()

    # Reading

    def opened(self) -> None:
        """A round that was finished begins anew; one that was paused goes on. How the keys are typed is asked afresh, but
        for a colleague on the radio: she goes on seeing them until that is ended, or her sightings would become mine."""
        if self.walk.round is None or self.walk.round.finished:
            self._since = self._sitting.now
        mode = self.walk.mode
        self.walk.mode = replace(Mode(), seen_by=mode.seen_by, told=mode.told) if mode.radio else Mode()
        self._chosen = False
        if self.walk.round is None:
            self.state.loading()
        self.load()

    def changed(self, seq: int) -> None:
        self._reading.start()

    def home(self) -> QWidget:
        return self.list

    def load(self) -> None:
        """Read the round again; an older answer is dropped."""
        desk, since = self._sitting.desk, self._since
        self._sitting.jobs.read(
            lambda: read_round(desk, since), self._show, self.state.failed, key="round", owner=self
        )

    def _show(self, found: Round) -> None:
        line = self.walk.line
        before = line if line is not None and not self._chosen and self.walk.waits(line) else None
        self.walk.take(found)
        self.walking.read()
        self.beside.moved(before, found)
        line = self.walk.line
        if line is None or not (self._chosen or self.walk.waits(line)):
            self.walk.current = self.walk.following(self.walk.current)
        self.title.setText(found.title)
        self.subtitle.setText(subtitle(found, self._zone))
        if found.lines:
            self.state.ready()
        else:
            self.state.empty("Nobody lives here yet.", "A round has the women who live here.")
        self.paint()
        self.beside.tell_of_two(found)
        self.walking.over()

    def _tick(self) -> None:
        """The seconds of a walk, and nothing else."""
        if self.isVisible():
            self.side.show_elapsed(self.walk, self._sitting.now)

    def _read_if_shown(self) -> None:
        if self.isVisible():
            self.load()

    def paint(self) -> None:
        """Show what is known now: the lines, the card, the side. Nothing is read."""
        found, line = self.walk.round, self.walk.line
        if found is None:
            return
        saving = sum(typed.saving for typed in self.walk.typed.values())
        self.progress.show_progress(self.walk.done, found.total)
        over = not self.walk.waiting
        self.offer.show_offer(self.walking.offer_said())
        self.end.setVisible(over)
        if over:
            self.end.show_end(found, self._zone, saving)
        self.list.set_rows(self._rows.rows(self.walk, self._zone))
        if line is not None:
            typed = self.walk.typed.get(line.id)
            self.card.show_line(line, (self._sitting.now, self._zone), _typed_said(typed))
            self.card.show_mode(self.walk.mode, self._sitting.desk.actor.name)
        self.list.open_at(self.walk.current)
        self.side.show_walk(self.walk, self._sitting.now)

    # Moving

    def move_to(self, id_: UUID | None, *, chosen: bool = True) -> None:
        """Put the card on a line."""
        self.walk.current, self._chosen = id_, chosen
        self.paint()

    def _step(self, by: int) -> None:
        self.move_to(self.walk.step(by))

    def _moved(self, key: object) -> None:
        """The list's cursor was put on a row by the mouse."""
        if isinstance(key, UUID) and key != self.walk.current:
            self.move_to(key)

    def go_on(self, after: UUID) -> None:
        """To the next woman who needs to be seen."""
        self.move_to(self.walk.following(after), chosen=False)

    def find_line(self) -> None:
        """Choose a line by name or room."""
        if self.walk.round is None:
            return
        options = [
            Option(
                line.id, line.board.who.name, line.board.who.room.label if line.board.who.room else "no room"
            )
            for line in self.walk.round.lines
        ]
        sheet = ChooseSheet(self, "Whom?", options, prompt="Her name or room")
        sheet.chosen.connect(self.move_to)
        sheet.open()

    # One look

    def look(self, how: How) -> None:
        """The key of an outcome. Where the round is typed back, her own time is asked first. A key pressed as a
        colleague's sighting took the card away is still about her whose card it was."""
        line = self.beside.just_gone or self.walk.line
        if line is None:
            return
        if self.walk.mode.needs_moment:
            self.acts.ask_moment(lambda moment: self._seen(line, how, moment))
        else:
            self._seen(line, how, None)

    def _seen(self, line: RoundLine, how: How, moment: SeenAt | None) -> None:
        presence = line.board.presence
        if presence is Presence.IN or not how.counts_by_default:
            self.log(line, how, moment)
            return
        name = line.board.who.name
        text = f"{name} is {PRESENCE[presence]}, as the record has it. If you saw her here, write that she is in as well."
        sheet = AskSheet(self, "Is she in?", text, "She is in, and I saw her")
        sheet.confirmed.connect(lambda: self._came_in(line, how, moment))
        sheet.open()

    def _came_in(self, line: RoundLine, how: How, moment: SeenAt | None) -> None:
        command = ComeIn(resident=line.id, how=how, **self.walk.mode.facts(self._sitting.now, moment))
        self.send(line, command, Typed(f"in, {WORDS[how]}", settles=True))
        self.go_on(line.id)

    def log(
        self,
        line: RoundLine,
        how: How,
        moment: SeenAt | None = None,
        *,
        concern: bool = False,
        note: str = "",
        sheet: FormSheet | None = None,
    ) -> None:
        """Write a look at her: painted at once, ✓ with its time after the commit, and on to the next. A `sheet` with
        words stays open until they are in the record."""
        mode, now = self.walk.mode, self._sitting.now
        assert self.walk.round is not None
        facts = mode.facts(now, moment)
        seen_to = facts.get("seen_until") or facts["seen_at"]
        counts = how in line.counts and how.counts_by_default
        late = late_by(line.asked, seen_to, self.walk.round.tolerance) if counts else None
        reason = mode.late_reason if late is not None else ""
        command = LogCheck(
            resident=line.id,
            how=how,
            occasion=Occasion.ROUND,
            second=mode.second.id if mode.second else None,
            concern=concern,
            note=note or None,
            late_reason=reason or None,
            **facts,
        )
        settles = counts and meets(line.asked, facts["seen_at"])
        self.send(
            line, command, Typed(WORDS[how], settles=settles, late=late is not None, reason=reason), sheet
        )
        self.walk.mode = replace(mode, moment=None)
        if line is not self.beside.just_gone:
            self.go_on(line.id)
        if late is not None and not reason and not self.lateness.explained(seen_to - late):
            self.lateness.ask(line, late)

    def send(self, line: RoundLine, command: Any, typed: Typed, sheet: FormSheet | None = None) -> None:
        """Do an act about a line; the line shows that it is being saved, then when it was so, or why not."""
        id_, name = line.id, line.board.who.name
        self.walk.stroke(id_, typed)
        at = getattr(command, "seen_at", None) or self._sitting.now
        live = at == self._sitting.now
        said = f"{at.astimezone(self._zone):%H:%M:%S}" if live else self._sitting.time(at)

        def done(answer: Done) -> None:
            self.walk.saved(id_, answer.seq, said, getattr(answer.view, "entry", None))
            self.lateness.saved(id_, getattr(answer.view, "entry", None))
            self.paint()
            if sheet is not None:
                sheet.accept()

        def refused(why: Refused) -> None:
            if sheet is not None:
                self.walk.drop(id_)
                sheet.refuse(why)
                self.move_to(id_)
                return
            self.walk.refused(id_, str(why))
            self._sitting.tell(f"{name}: {why} Nothing was stored.", "red")
            if self.walk.line is None:
                self.walk.current = id_
            self.paint()

        self._sitting.do(command, done, refused, owner=self)
        self.walking.key_pressed()

    # Her plan, undo, and away

    def went_out(self) -> None:
        """She is not here: she went out. Nobody saw her go."""
        if self.beside.just_gone is not None:
            self._sitting.tell("The card has just moved on. Look whose it is, and press O again.", "amber")
        elif (line := self.walk.line) is not None:
            facts = self.walk.mode.facts(self._sitting.now)
            self.send(line, GoOut(resident=line.id, how=None, **facts), Typed("out", settles=True))
            self.go_on(line.id)

    def plan(self) -> None:
        """What to do if she is not back, over the round."""
        if (line := self.walk.line) is not None:
            sheet = PlanSheet(self, line.board.who.name, self._sitting, line.id)
            sheet.change_asked.connect(partial(self._sitting.plan_asked.emit, line.id))
            sheet.open()

    def undo(self) -> None:
        """Strike my latest entry; the line that it was about is asked for again."""
        undo_last(self._sitting, self, self._struck)

    def _struck(self, resident: UUID | None) -> None:
        self.walk.drop(resident)
        if resident is not None:
            self.walk.current, self._chosen = resident, True
        self.load()

    def pause(self) -> None:
        """Back to the board. Nothing is lost: what is due makes the round."""
        found = self.walk.round
        self.walking.pause()
        self._sitting.page_asked.emit("now")
        if found is not None and self.walk.waiting:
            self._sitting.tell(f"Paused: {self.walk.done} of {found.total} seen. F2 goes on.", "blue")

    def paper(self) -> None:
        """The numbered round sheet on paper."""
        PaperSheet(self, self._sitting).open()

    def type_back(self) -> None:
        """Type a paper round sheet back."""
        TypeBackSheet(self, self._sitting).open()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticking.stop()

    def moment_sheet(self, title: str) -> MomentSheet:
        """The sheet that asks when she was seen."""
        return MomentSheet(self, title, self._zone, lambda: self._sitting.now, self.acts.last_moment)


def _typed_said(typed: Typed | None) -> str:
    if typed is None:
        return ""
    if typed.refused:
        return f"{typed.words}: not saved. {typed.refused}"
    return f"{typed.words}: saving…" if typed.saving else f"{typed.words}, {typed.saved_at}"
