"""The right column of a round: how it goes, how the next keys are typed, and the keys; and the card at its end."""

from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from app.domain.rounds import Round
from app.domain.saying import minutes
from app.ui.actions import Actions
from app.ui.pages.round_lines import coming_said, finished_said, gap_said, typed_for_said
from app.ui.pages.round_walk import Mode, Walk
from app.ui.widgets.basics import Card, KeyCap, clear_layout, column, label, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark, MarkLabel

HINTS = (
    ("Up", "Down", "move"),
    ("/", "find"),
    ("L", "late reason"),
    ("P", "if she is not back"),
    ("Ctrl+Z", "strike my last"),
    ("Esc", "pause"),
)


class RoundSide(QWidget):
    """Three cards. `show_walk` is called after every key and every reading."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.count = label("", "display")
        self.elapsed = label("", "muted", wrap=True)
        self.facts = column(gap=6)
        self.progress = Card("This round")
        self.progress.add(self.count)
        self.progress.add(self.elapsed)
        self.progress.add(self.facts)
        self.mode = label("", "name", wrap=True)
        self.mode_card = Card("Seen how, by whom")
        self.mode_card.add(self.mode)
        keys = Flow()
        for name in ("by", "earlier", "pair"):
            keys.add(ActionButton(actions, f"round.{name}"))
        self.mode_card.add(keys)
        self.keys_card = Card("Keys")
        hints = Flow(gap=10)
        for *caps, words in HINTS:
            hint = QWidget()
            row(hint, *(KeyCap(cap) for cap in caps), label(words, "muted"), gap=5)
            hints.add(hint)
        self.keys_card.add(hints)
        column(self, self.progress, self.mode_card, self.keys_card, 1, gap=12)

    def show_walk(self, walk: Walk, zone: ZoneInfo) -> None:
        """Say how the round goes."""
        found = walk.round
        clear_layout(self.facts)
        if found is None:
            return
        self.count.setText(f"{walk.done} of {found.total}")
        self.elapsed.setText(_elapsed(found))
        self.elapsed.setVisible(bool(self.elapsed.text()))
        for mark, words in _facts(found):
            fact = MarkLabel(mark, words)
            fact.label.setWordWrap(True)
            self.facts.addWidget(fact)
        self.show_mode(walk.mode)

    def show_mode(self, mode: Mode) -> None:
        """Say how the next keys are typed; anything but "seen now, by me" stands out."""
        self.mode.setText(mode.said)
        usual = mode.seen_by is None and mode.second is None and mode.earlier is None
        self.mode_card.outline(None if usual else "amber")


def _elapsed(found: Round) -> str:
    seen = found.seen
    if seen is None or seen.end is None:
        return "not begun" if found.total else "nobody needs to be seen now"
    whole = int(((seen.end if found.finished else found.at) - seen.start).total_seconds())
    return f"in {whole // 60} min {whole % 60} s" if whole < 3600 else f"in {minutes(found.at - seen.start)}"


def _facts(found: Round) -> list[tuple[Mark, str]]:
    facts = [(Mark.INFORMATION, said) for said in typed_for_said(found)]
    if gap := gap_said(found):
        facts.append((Mark.DUE, gap))
    late = found.late
    unsaid = sum(line.reason_asked for line in late)
    if not late:
        facts.append((Mark.DONE, "No late checks"))
    else:
        asked = f", {unsaid} without a reason yet" if unsaid else ""
        facts.append((Mark.LATE, f"{len(late)} late{asked}"))
    return facts


class EndCard(Card):
    """The end of a round: what it was, what is next, and the key to the handover."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.outline("accent")
        self.said = MarkLabel(Mark.DONE, "", role="title")
        self.next = label("", wrap=True)
        self.add(self.said)
        self.add(self.next)
        self.handover = ActionButton(actions, "round.handover", kind="main")
        self.add(
            row(None, self.handover, ActionButton(actions, "round.pause", text="Back to the board"), 1, gap=8)
        )

    def show_end(self, found: Round, zone: ZoneInfo, saving: int) -> None:
        """The end, once the last key is in the record; before that, how many are still being saved."""
        if found.total:
            said = finished_said(found, zone)
            self.said.set_mark(Mark.SAVING if saving else Mark.DONE, f"Saving {saving}…" if saving else said)
        else:
            self.said.set_mark(Mark.FREE, "Nobody needs to be seen now")
        self.next.setText(coming_said(found, zone))
