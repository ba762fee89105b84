"""The card of the woman who is next: who she is and how she has agreed to be checked, before any key."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.domain.presence import Presence
from app.domain.rounds import Need, RoundLine, seen_said
from app.domain.saying import minutes
from app.domain.sightings import How
from app.domain.wording import HOW, PRESENCE
from app.ui.actions import Actions
from app.ui.pages.now_lines import late_said, what_said, when
from app.ui.pages.round_lines import entry_said
from app.ui.pages.round_walk import Mode
from app.ui.theme import font, theme
from app.ui.widgets.basics import Card, Pill, column, label, restyle, row, scale_layout
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark, MarkIcon

#: The keys in the order in which they stand: what counts, what does not, and the rest.
KEYS = ("spoke", "awake", "asleep_breathing", "roused", "door_only", "not_seen", "out", "excused", "concern")


class RoundCard(Card):
    """One woman. It is made once, and filled anew for each."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(gap=8)
        self.outline("accent")
        self.room = label("", "heading", tone=None)
        self.room.setProperty("role", "muted")
        self.name = label("", "display", wrap=True)
        self.pills = Flow()
        self.radio = label("", "name", wrap=True)
        self.radio.setProperty("pill", "amber")
        self.agreement, self.wake = label("", "lead", wrap=True), label("", "lead_bold", wrap=True)
        self.by_whom = label("", "lead", wrap=True)
        self.agreement_mark = MarkIcon(Mark.NEXT)
        self.asks = label("", "name", wrap=True)
        self.about = label("", "muted", wrap=True)
        self.hint = label("", "small_bold", tone="amber", wrap=True)
        self.looked = label("", "small_bold", tone="amber", wrap=True)
        self.struck = label("", "small_muted", wrap=True)
        head = row(gap=12)
        head.addWidget(self.room, 0, Qt.AlignmentFlag.AlignBaseline)
        head.addWidget(self.name, 1, Qt.AlignmentFlag.AlignBaseline)
        self._agreed = QWidget()
        agreed = row(self._agreed, gap=8)
        agreed.addWidget(self.agreement_mark, 0, Qt.AlignmentFlag.AlignTop)
        agreed.addLayout(column(None, self.agreement, self.wake, self.by_whom, gap=2), 1)
        said = column(None, self.radio, head, gap=8)
        said.addWidget(self.pills)
        for part in (self._agreed, self.asks, self.hint, self.looked, self.struck):
            said.addWidget(part)
        self.keys = QGridLayout()
        scale_layout(self.keys, 0, 8)
        self.buttons: list[ActionButton] = []
        for number, name in enumerate(KEYS):
            button = ActionButton(actions, f"round.{name}", kind="outcome")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.keys.addWidget(button, number // 3, number % 3)
            self.buttons.append(button)
        said.addLayout(self.keys)
        said.addWidget(self.about)
        self.add(said)
        self._strike_font()
        theme().theme_changed.connect(self._strike_font)

    def _strike_font(self) -> None:
        struck = font("small")
        struck.setStrikeOut(True)
        self.struck.setFont(struck)
        self.struck.setStyleSheet("text-decoration: line-through;")

    def show_line(self, line: RoundLine, at_zone: tuple[datetime, ZoneInfo], saving: str = "") -> None:
        """Fill the card. `at_zone` is (now, zone); `saving` says what a key has just done to her."""
        now, zone = at_zone
        board = line.board
        self.room.setText(board.who.room.label if board.who.room else "no room")
        self.name.setText(board.who.name)
        self._show_pills(line)
        self._show_agreement(line)
        _say(self.asks, saving or self._asks(line, now, zone))
        _say(self.hint, self._hint(line))
        tried = (
            f"{HOW[line.tried.how].capitalize()} at {seen_said(line.tried, zone)}: not seen yet."
            if line.tried
            else ""
        )
        _say(self.looked, tried)
        _say(self.struck, " · ".join(f"{HOW[it.how]} {seen_said(it, zone)}" for it in line.struck))
        self.struck.setAccessibleName(f"Struck: {self.struck.text()}" if line.struck else "")
        _say(self.about, self._about(line, now, zone))
        self.setAccessibleName(f"{self.room.text()} {board.who.name}")
        for button in self.buttons:
            button.refresh()

    def show_mode(self, mode: Mode, me: str) -> None:
        """The banner that stands over her while a colleague on the radio sees them, so that nobody forgets."""
        on = mode.radio and mode.seen_by is not None
        self.radio.setVisible(on)
        if on and mode.seen_by is not None:
            self.radio.setText(f"By radio: {mode.seen_by.name} sees, {me} types · M ends it")
        self.outline("amber" if on else "accent")

    def _show_agreement(self, line: RoundLine) -> None:
        """How she is checked asleep, when and how she is woken, by whom: in her own words, before any key."""
        answers = line.board.agreement.answers if line.board.agreement else {}
        asleep, when_, how, by_whom = (
            " ".join((answers.get(name) or "").split()).rstrip(".")
            for name in ("asleep", "wake_when", "wake_how", "by_whom")
        )
        wake = ". ".join(part for part in (when_, how) if part)
        said = f"Her agreement: {asleep}." if asleep else "Her agreement:" if wake or by_whom else ""
        _say(self.agreement, said or "No night agreement is written for her yet.")
        restyle(self.agreement, role="lead" if said else "muted")
        _say(self.wake, f"Wake: {wake[0].lower()}{wake[1:]}." if wake else "")
        _say(self.by_whom, f"By whom: {by_whom}." if by_whom else "")
        self.agreement_mark.setVisible(bool(said))

    def _show_pills(self, line: RoundLine) -> None:
        self.pills.clear()
        board = line.board
        if board.watch_day is not None:
            self.pills.add(Pill(f"first fortnight · day {board.watch_day}", "amber"))
        if board.name_alert:
            self.pills.add(Pill(f"not {board.name_alert}", "amber"))
        if board.who.restricted:
            self.pills.add(Pill("restricted", "blue"))
        if board.presence is not Presence.IN:
            self.pills.add(Pill(PRESENCE[board.presence], "neutral"))
        self.pills.setVisible(bool(self.pills.shown()))

    def _asks(self, line: RoundLine, now: datetime, zone: ZoneInfo) -> str:
        board = line.board
        if line.need is Need.DONE and line.met is not None:
            return " · ".join(
                part
                for part in (f"Seen {seen_said(line.met, zone)}, {HOW[line.met.how]}", entry_said(line, zone))
                if part
            )
        if line.need is Need.EXCUSED:
            return f"Excused: {line.reason}"
        if line.need is Need.AWAY:
            return (
                late_said(board, now, zone)
                or f"{PRESENCE[board.presence].capitalize()}, not asked in this round."
            )
        if not line.asked:
            return "Nothing is asked of her in this round."
        return " · ".join(
            f"{what_said(it)}, overdue {minutes(now - it.slot.closes)}"
            if it.overdue
            else f"{what_said(it)}, due by {when(it.slot.closes, now, zone)}"
            for it in line.asked
        )

    @staticmethod
    def _hint(line: RoundLine) -> str:
        if line.asked and How.ASLEEP_BREATHING not in line.counts:
            return "Asleep, breathing seen does not count for her close check: she is to be roused or awake."
        return ""

    @staticmethod
    def _about(line: RoundLine, now: datetime, zone: ZoneInfo) -> str:
        board = line.board
        last = board.last_seen
        by = f", {last.seen_by}" if last and last.seen_by else ""
        parts = [
            f"Last: {HOW[last.how]} {when(last.seen_at, now, zone)}{by}"
            if last
            else "Not seen yet since she came",
            f"Woken tonight: {board.woken_tonight}",
            ", ".join(board.rules),
            board.alerts or "",
        ]
        return " · ".join(part for part in parts if part)


def _say(shown: QLabel, text: str) -> None:
    shown.setText(text)
    shown.setVisible(bool(text))
