"""The right column of a round: how it goes, how the next keys are typed, and the keys; and the cards over the list."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QLabel, QWidget

from app.domain.rounds import Round
from app.domain.saying import minutes
from app.domain.walks import State
from app.ui.actions import Actions
from app.ui.pages.round_lines import beside_said, coming_said, finished_said, gap_said, typed_for_said
from app.ui.pages.round_walk import Mode, Walk
from app.ui.widgets.basics import Card, KeyCap, column, label, row
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
    ("E", "end it here"),
    ("Ctrl+P", "paper sheet"),
    ("Ctrl+R", "type it back"),
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
        for name in ("radio", "by", "earlier", "pair"):
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

    def show_walk(self, walk: Walk, now: datetime) -> None:
        """Say how the round goes."""
        found = walk.round
        if found is None:
            return
        _set(self.count, f"{walk.done} of {found.total}")
        self.show_elapsed(walk, now)
        self._show_facts(_facts(found))
        self.show_mode(walk.mode)

    def show_elapsed(self, walk: Walk, now: datetime) -> None:
        """How long it has been walked; called every second of a walk."""
        if walk.round is not None:
            said = _elapsed(walk.round, max(now, walk.round.at))
            _set(self.elapsed, said)

    def _show_facts(self, facts: list[tuple[Mark, str]]) -> None:
        """The facts, each in the line it had: only what changed is laid out again."""
        while self.facts.count() < len(facts):
            made = MarkLabel(Mark.INFORMATION, "")
            made.label.setWordWrap(True)
            self.facts.addWidget(made)
        for number in range(self.facts.count()):
            item = self.facts.itemAt(number)
            line = item.widget() if item is not None else None
            assert isinstance(line, MarkLabel)
            if number < len(facts):
                mark, words = facts[number]
                if (line.mark, line.label.text()) != (mark, words):
                    line.set_mark(mark, words)
            line.setVisible(number < len(facts))

    def show_mode(self, mode: Mode) -> None:
        """Say how the next keys are typed; anything but "seen now, by me" stands out."""
        _set(self.mode, mode.said)
        usual = mode.seen_by is None and mode.second is None and mode.earlier is None
        self.mode_card.outline(None if usual else "amber")


def _set(shown: QLabel, text: str) -> None:
    """Set words only where they changed: a label that is set is laid out again."""
    if shown.text() != text:
        shown.setText(text)
    if shown.isHidden() is bool(text):
        shown.setVisible(bool(text))


def _elapsed(found: Round, now: datetime) -> str:
    """ "in 1 min 21 s", pauses left out; without a walk, from the first sighting of the round to the last."""
    walk = found.walk
    if walk is not None:
        said = _length(walk.walked(now))
        if walk.state is State.PAUSED:
            return f"paused after {said}"
        return f"in {said}"
    seen = found.seen
    if seen is None or seen.end is None:
        return "not begun" if found.total else "nobody needs to be seen now"
    return f"in {_length((seen.end if found.finished else found.at) - seen.start)}"


def _length(span: timedelta) -> str:
    whole = int(span.total_seconds())
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else minutes(span)


def _facts(found: Round) -> list[tuple[Mark, str]]:
    facts = [(Mark.INFORMATION, said) for said in (*beside_said(found), *typed_for_said(found))]
    if gap := gap_said(found, found.walk is not None or found.seen is not None):
        facts.append(gap)
    late = found.late
    unsaid = sum(line.reason_asked for line in late)
    if not late:
        facts.append((Mark.DONE, "No late checks"))
    else:
        asked = f", {unsaid} without a reason yet" if unsaid else ""
        facts.append((Mark.LATE, f"{len(late)} late{asked}"))
    return facts


class OfferCard(Card):
    """A walk that was begun and not ended: "Go on with the 23:00 round: 6 of 19"."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.said = label("", "name", wrap=True)
        self.key = ActionButton(actions, "round.go_on", kind="main", text="Go on")
        line = row(gap=12)
        line.addWidget(self.said, 1)
        line.addWidget(self.key)
        self.add(line)

    def show_offer(self, said: str) -> None:
        """The offer, or nothing."""
        _set(self.said, said)
        self.key.refresh()
        self.setVisible(bool(said))


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
