"""The keys of a round, and the sheets that some of them open: excused, concern, seen by another, a pair, a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain.fields import Field, Kind
from app.domain.results import Refused
from app.domain.rounds import RoundLine
from app.domain.sightings import How, Source
from app.domain.staff import StaffView
from app.domain.time import LocalTimeError, stamp
from app.domain.wording import SOURCE
from app.services.notes import WriteNote
from app.services.regimes import Excuse
from app.ui.actions import Act, Scope, Why, always
from app.ui.dialogs import ChooseSheet, FormSheet, Option
from app.ui.pages.now_lines import what_said
from app.ui.pages.round_sheets import EXCUSED, NOTE, WordsSheet, next_instant, send
from app.ui.pages.round_walk import OUTCOMES, Mode
from app.ui.sitting import Sitting
from app.ui.widgets.moment import SeenAt

if TYPE_CHECKING:
    from app.ui.pages.round import RoundPage

_NOTE_ONLY = "none"
_HOW = Field(
    "how",
    "How she was seen",
    Kind.CHOICE,
    choices=(
        *((how.value, words) for how, _, words in OUTCOMES),
        (_NOTE_ONLY, "not now: a note alone"),
    ),
    required=True,
)
_CONCERN = Field("concern", "A concern: the next shift must know", Kind.CHECK)


class RoundActs:
    """What the keys of a round do beyond one look. It belongs to its page, and reads and moves the page's walk."""

    def __init__(self, page: RoundPage, sitting: Sitting) -> None:
        self._page, self._sitting = page, sitting
        self.last_moment: SeenAt | None = None
        self._register()

    def _register(self) -> None:
        def key(number: str, text: str, keys: str, run: Callable[[], object], why: Callable[[], Why]) -> Act:
            return Act(f"round.{number}", text, run, (keys,), Scope.LIST, "round", why)

        page = self._page
        looks = [
            key(how.value, words, k, partial(page.look, how), self._nobody) for how, k, words in OUTCOMES
        ]
        self._sitting.actions.add(
            *looks,
            key("out", "out", "O", page.went_out, self._nobody),
            key("excused", "excused…", "X", self.excuse, self._nobody),
            key("concern", "concern or note…", "C", self.concern, self._nobody),
            key("by", "Seen by…", "V", self.by_another, always),
            key("radio", "Radio", "M", self.radio, always),
            key("earlier", "Earlier, paper, radio…", "T", self.earlier, always),
            key("pair", "Pair…", "W", self.pair, always),
            key("late", "Late reason", "L", self.late, self._not_late),
            key("plan", "If she is not back", "P", page.plan, self._nobody),
            key("find", "Find a line", "/", page.find_line, always),
            key("go_on", "Begin or go on", "G", page.walking.go_on, self._why_not_go_on),
            key("pause", "Pause the round", "Esc", page.pause, always),
            key("end", "End the round here…", "E", page.walking.end, page.walking.why_not_end),
            key("handover", "Handover", "H", self._handover, always),
            Act("round.undo", "Strike my last entry", page.undo, ("Ctrl+Z",), Scope.PAGE, "round"),
            Act("round.paper", "Paper round sheet…", page.paper, ("Ctrl+P",), Scope.PAGE, "round"),
            Act(
                "round.type_back",
                "Type a paper sheet back…",
                page.type_back,
                ("Ctrl+R",),
                Scope.PAGE,
                "round",
            ),
        )

    def _handover(self) -> None:
        self._sitting.page_asked.emit("handover")

    def _nobody(self) -> str | None:
        return (
            None
            if self._page.walk.line is not None
            else "Nobody is waiting to be seen. ↑ and ↓ choose a line."
        )

    def _why_not_go_on(self) -> str | None:
        if self._page.walking.mine:
            return "You are walking this round already."
        return None if self._page.walk.waiting else "Nobody needs to be seen now."

    def _not_late(self) -> str | None:
        line = self._page.walk.line
        if line is None:
            return self._nobody()
        typed = self._page.walk.typed.get(line.id)
        late = typed.late if typed else line.late_minutes is not None
        return None if late else f"{line.board.who.name} was not seen late."

    def late(self) -> None:
        """Say why her sighting was late."""
        if (line := self._page.walk.line) is not None:
            self._page.lateness.ask(line)

    # Excused

    def excuse(self) -> None:
        """She need not be seen: why, and until when."""
        line = self._page.walk.line
        if line is None:
            return
        zone = self._sitting.desk.house.zone
        asked = "; ".join(f"{what_said(it)} due by {stamp(it.slot.closes, zone)}" for it in line.asked)
        text = f"Excused from: {asked}." if asked else "Excused from everything that falls due until then."
        sheet = FormSheet(
            self._page, f"{line.board.who.name} is excused", EXCUSED, text=text, action="Excuse her"
        )
        closes = max((it.slot.closes for it in line.asked), default=self._sitting.now)
        until = max(closes, self._sitting.now) + timedelta(minutes=5)
        sheet.form["until"].set_value(until.astimezone(zone).time().replace(second=0, microsecond=0))
        sheet.answered.connect(partial(self._excused, sheet, line))
        sheet.open()

    def _excused(self, sheet: FormSheet, line: RoundLine, values: dict[str, Any]) -> None:
        now, zone = self._sitting.now, self._sitting.desk.house.zone
        try:
            ends = next_instant(values["until"], now, zone)
        except LocalTimeError as why:
            sheet.refuse(Refused((str(why),), ("until",)))
            return
        deadline = max((it.slot.closes for it in line.asked), default=now)
        if ends <= deadline:
            said = f"She is asked for until {stamp(deadline, zone)}: give a later time."
            sheet.refuse(Refused((said,), ("until",)))
            return
        starts = min([now, *(it.slot.closes for it in line.asked)])
        rules: list[UUID | None] = list(dict.fromkeys(it.slot.rule_id for it in line.asked)) or [None]
        for rule in rules:
            command = Excuse(resident=line.id, reason=values["reason"], starts=starts, ends=ends, rule=rule)
            if rule is rules[-1]:
                self._sitting.do(
                    command, lambda _done: self._after_excuse(sheet, line), sheet.refuse, owner=sheet
                )
            else:
                self._sitting.do(command, None, sheet.refuse, owner=sheet)

    def _after_excuse(self, sheet: FormSheet, line: RoundLine) -> None:
        sheet.accept()
        self._page.go_on(line.id)

    # Concern or note

    def concern(self) -> None:
        """Words about her. Where she still waits to be seen, they go with the look itself."""
        line = self._page.walk.line
        if line is None:
            return
        waits = self._page.walk.waits(line)
        fields = (_HOW, _CONCERN, NOTE) if waits else (_CONCERN, NOTE)
        sheet = WordsSheet(
            self._page, f"{line.board.who.name}: concern or note", fields, self._sitting, "concern", line.id
        )
        sheet.form["concern"].set_value(True)
        if waits:
            sheet.form["how"].control.setFocus()
        sheet.answered.connect(partial(self._worded, sheet, line))
        sheet.open()

    def _worded(self, sheet: WordsSheet, line: RoundLine, values: dict[str, Any]) -> None:
        how, concern, text = values.get("how", _NOTE_ONLY), bool(values["concern"]), values["text"]
        if how != _NOTE_ONLY:
            if self._page.walk.mode.needs_moment:
                sheet.save.setEnabled(True)
                self.ask_moment(lambda moment: self._logged(sheet, line, How(how), (moment, concern, text)))
                return
            self._logged(sheet, line, How(how), (None, concern, text))
            return
        kind = "concern" if concern else "note"
        command = WriteNote(resident=line.id, text=text, kind=kind, hand_over=concern)
        name = line.board.who.name
        send(self._sitting, sheet, command, lambda _done: self._sitting.tell(f"Noted for {name}.", "green"))

    def _logged(
        self, sheet: WordsSheet, line: RoundLine, how: How, rest: tuple[SeenAt | None, bool, str]
    ) -> None:
        moment, concern, text = rest
        self._page.log(line, how, moment, concern=concern, note=text, sheet=sheet)

    # How the next keys are typed

    def _mode(self, mode: Mode) -> None:
        self._page.walk.mode = mode
        self._page.paint()

    def _colleagues(self) -> list[StaffView]:
        """Everyone else on the staff; those in the building first."""
        found = self._page.walk.round
        if found is None:
            return []
        return sorted(found.staff, key=lambda member: (member.id not in found.staff_in, member.name))

    def by_another(self) -> None:
        """The next keys are for what a colleague saw, until this is changed."""
        options = [Option("me", "Me", "I see them myself")]
        for member in self._colleagues():
            options += [
                Option((member, Source.RADIO), member.name, SOURCE[Source.RADIO]),
                Option((member, Source.LIVE), member.name, "beside me"),
            ]
        sheet = ChooseSheet(
            self._page,
            "Who sees them?",
            options,
            text="It stays for the next lines until you change it.",
            prompt="Name",
        )
        sheet.chosen.connect(self._by)
        sheet.open()

    def _by(self, key: object) -> None:
        mode = self._page.walk.mode
        if isinstance(key, tuple):
            member, told = key
            self._mode(replace(mode, seen_by=member, told=told))
        else:
            self._mode(replace(mode, seen_by=None, told=Source.LIVE))

    def radio(self) -> None:
        """A colleague sees them and says so by radio; whoever sits here types. The same key ends it."""
        mode = self._page.walk.mode
        if mode.radio and mode.seen_by is not None:
            self._mode(replace(mode, seen_by=None, told=Source.LIVE))
            self._sitting.tell("Radio is off: the next keys are for what you see yourself.", "blue")
            return
        options = [
            Option((member, Source.RADIO), member.name, member.role.label) for member in self._colleagues()
        ]
        sheet = ChooseSheet(
            self._page,
            "Who is on the radio?",
            options,
            text="She sees them, you type. It stays until M ends it; she confirms them later.",
            prompt="Name",
        )
        sheet.chosen.connect(self._by)
        sheet.open()

    def pair(self) -> None:
        """A pair that is declared beforehand: both saw her, and it is one entry."""
        options = [Option("nobody", "Nobody", "I walk alone")]
        options += [Option(member, member.name, member.role.label) for member in self._colleagues()]
        sheet = ChooseSheet(
            self._page,
            "Who walks with you?",
            options,
            text="Declared now, for the next lines.",
            prompt="Name",
        )
        sheet.chosen.connect(
            lambda key: self._mode(
                replace(self._page.walk.mode, second=key if isinstance(key, StaffView) else None)
            )
        )
        sheet.open()

    def earlier(self) -> None:
        """Type back what was seen earlier: from paper, by radio. "Now" ends it."""
        self.ask_moment(self._earlier)

    def _earlier(self, moment: SeenAt) -> None:
        mode = self._page.walk.mode
        if moment.now:
            self._mode(replace(mode, earlier=None, moment=None))
        else:
            self._mode(replace(mode, earlier=moment.source, moment=moment))

    def ask_moment(self, then: Callable[[SeenAt], object]) -> None:
        """Ask when she was seen, and give it to `then`; the source that was given last is offered again."""
        line = self._page.walk.line
        sheet = self._page.moment_sheet(line.board.who.name if line else "When was she seen?")

        def answered(values: dict[str, Any]) -> None:
            moment: SeenAt = values["seen"]
            self.last_moment = None if moment.now else moment
            sheet.accept()
            then(moment)

        sheet.answered.connect(answered)
        sheet.open()
