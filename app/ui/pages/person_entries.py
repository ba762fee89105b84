"""What is written about her from her page: a check, a note, her going out; and confirming, correcting, striking it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.board import Board
from app.domain.fields import Field, Kind
from app.domain.residents import ResidentRef
from app.domain.sightings import How
from app.domain.time import day_label, local_date
from app.domain.timeline import TimelineLine
from app.domain.wording import HOW, SOURCE
from app.services.board import read_board
from app.services.checks import Confirm, LogCheck, Occasion
from app.services.corrections import Amend, Strike
from app.services.drafts import read_draft
from app.services.movements import GoOut
from app.services.notes import WriteNote
from app.ui.dialogs import ChooseSheet, Option, TextSheet
from app.ui.drafted import keep_words
from app.ui.pages.person_sheets import ask, seen
from app.ui.sitting import Sitting
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView

SOURCE_SAID = {source.value: said for source, said in SOURCE.items()}
_MARKS = {"check": Mark.DONE, "note": Mark.INFORMATION, "excusal": Mark.EXCUSED, "absence_step": Mark.ABSENT}


class HerDay(RowsView):
    """Her last hours, the newest first; `asked` is called with an entry that Enter was pressed on."""

    def __init__(self, sitting: Sitting, asked: Callable[[TimelineLine], object]) -> None:
        super().__init__(
            [Column("Time", 74), Column("What", 220, 3), Column("Seen and typed", 150, 1)], "Last 24 hours"
        )
        self._sitting, self._asked = sitting, asked
        self._lines: dict[object, TimelineLine] = {}
        self.opened.connect(self._ask)

    def show_lines(self, lines: tuple[TimelineLine, ...]) -> None:
        """Show these entries."""
        self._lines = {line.entry: line for line in lines}
        self.set_rows(
            [self._entry(line) for line in lines]
            or [Row("none", (Cell("–"), Cell("Nothing written yet"), Cell()))]
        )
        self.fit_height()

    def _ask(self, key: object) -> None:
        if (line := self._lines.get(key)) is not None:
            self._asked(line)

    def _entry(self, line: TimelineLine) -> Row:
        time = self._sitting.time
        when = time(line.seen_at) + (f"–{time(line.seen_until)}" if line.seen_until else "")
        when = f"about {when}" if line.precision == "about" else when
        zone = self._sitting.desk.house.zone
        day = local_date(line.seen_at, zone)
        before = "" if day == local_date(self._sitting.now, zone) else day_label(day)
        mark = _MARKS.get(line.kind, Mark.INFORMATION)
        if line.kind == "movement":
            mark = Mark.IN if line.title in ("Back in", "Arrived") else Mark.OUT
        elif line.kind == "check" and not line.counts:
            mark = Mark.DUE
        title = (
            f"struck: {line.title}"
            if line.struck
            else f"corrected: {line.title}"
            if line.amended_by
            else line.title
        )
        another = line.seen_by is not None and line.seen_by != line.typed_by
        hands = [f"seen by {line.seen_by}" if another else ""]
        late = f"entered later, {time(line.typed_at)}" if line.entered_later else ""
        hands += [f"{'typed ' if another else ''}by {line.typed_by}", SOURCE_SAID.get(line.source, ""), late]
        hands += ["not confirmed yet" if line.unconfirmed else ""]
        quiet = line.struck or line.amended_by is not None
        return Row(
            line.entry,
            (
                Cell(when, under=before, muted=True),
                Cell(title, mark, line.detail, bold=not quiet, muted=quiet),
                Cell(_joined(*hands), muted=True),
            ),
        )


def check_now(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """One sighting outside a round: how, by whom and when, with a note."""
    fields = (
        Field(
            "how",
            "How she was seen",
            Kind.CHOICE,
            required=True,
            choices=tuple((h.value, HOW[h]) for h in How),
        ),
        Field("when", "When", Kind.INSTANT),
        Field("note", "Note", Kind.MULTILINE, limit=200_000),
        Field("concern", "There is a concern", Kind.CHECK),
    )

    def make(values: dict[str, Any]) -> LogCheck:
        return LogCheck(
            resident=who.id,
            how=How(values["how"]),
            occasion=Occasion.TALK,
            note=values["note"],
            concern=values["concern"],
            **seen(values["when"]),
        )

    sheet = ask(sitting, parent, f"Check: {who.name}", fields, make, action="Write it")
    keep_words(sitting, sheet, "check", who.id)


def write_note(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """A note about her; kept as a draft while it is typed."""
    field = Field("text", "Note", Kind.MULTILINE, "What was seen, said or done.", 200_000, required=True)
    sheet = TextSheet(parent, f"Note: {who.name}", field, draft=sitting.keep_draft("note", who.id))
    desk = sitting.desk
    sitting.jobs.read(
        lambda: read_draft(desk, "note", who.id),
        lambda text: sheet.drafts.offer(text) if sheet.drafts else None,
        owner=sheet,
    )
    sheet.answered.connect(
        lambda values: sitting.do(
            WriteNote(resident=who.id, text=values["text"], hand_over=True),
            lambda _: sheet.accept(),
            sheet.refuse,
            owner=sheet,
            doing="Saving the note",
        )
    )
    sheet.open()


def go_out(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """She goes out, with where and until when."""
    fields = (
        Field("place", "Where"),
        Field("purpose", "What for"),
        Field("back", "Expected back", Kind.TIME, "A time today, or tomorrow if it is earlier than now."),
    )

    def make(values: dict[str, Any]) -> GoOut:
        back = None
        if values["back"] is not None:
            local = sitting.now.astimezone(sitting.desk.house.zone)
            back = datetime.combine(local.date(), values["back"], tzinfo=local.tzinfo)
            back += timedelta(days=1) if back <= local else timedelta(0)
        return GoOut(resident=who.id, place=values["place"], purpose=values["purpose"], expected_back=back)

    ask(sitting, parent, f"Out: {who.name}", fields, make, action="She goes out")


_WHY = Field("reason", "Why", Kind.MULTILINE, "It stays readable beside the entry.", 4000, required=True)
_HOW_NOW = Field(
    "how",
    "How she was seen",
    Kind.CHOICE,
    "Leave it to keep what was written.",
    choices=tuple((h.value, HOW[h]) for h in How),
)


def open_entry(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    """What may be done with an entry: confirm, correct or strike it. It stays readable whatever is chosen."""
    if line.struck or line.amended_by is not None:
        sitting.tell("That entry was struck or corrected already; both stay readable.", "amber")
        return
    if line.kind == "emergency":
        sitting.page_asked.emit("emergency")
        return
    options = [Option("confirm", "Confirm it", "I saw her so")] if line.unconfirmed else []
    if line.kind in {"check", "movement"}:
        options.append(Option("correct", "Correct it", "another time, another woman, or how she was seen"))
    if line.kind != "absence_step":
        options.append(Option("strike", "Strike it", "it was not so, or not about her"))
    if not options:
        sitting.tell("A step of a case is not changed: write another that says what is right.", "amber")
        return
    sheet = ChooseSheet(parent, f"{line.title}, {sitting.time(line.seen_at)}", options)
    acts = {"confirm": _confirm, "correct": _correct, "strike": _strike}
    sheet.chosen.connect(lambda key: acts[str(key)](sitting, parent, who, line))
    sheet.open()


def _confirm(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    said = f"{who.name}: confirmed."
    sitting.do(
        Confirm(entry=line.entry), lambda _: sitting.tell(said, "green"), owner=parent, doing="Confirming"
    )


def _strike(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    sheet = ask(
        sitting,
        parent,
        f"Strike an entry: {who.name}",
        (_WHY,),
        lambda values: Strike(entry=line.entry, reason=values["reason"]),
        text=f"“{line.title}”, {sitting.time(line.seen_at)}. It stays readable, struck through, with your reason.",
        action="Strike it",
    )
    keep_words(sitting, sheet, "strike", line.entry)


def _correct(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    desk = sitting.desk
    sitting.jobs.read(
        lambda: read_board(desk),
        lambda board: _ask_what_was_so(sitting, parent, who, line, board),
        owner=parent,
        doing="Reading who is here",
    )


def _ask_what_was_so(
    sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine, board: Board
) -> None:
    """Another time, another way, or another woman: whoever has a name like hers stands first among those."""

    def make(values: dict[str, Any]) -> Amend:
        facts = seen(values["when"])
        how = How(values["how"]) if values["how"] else None
        return Amend(
            entry=line.entry,
            reason=values["reason"],
            resident=UUID(values["resident"]) if values["resident"] else None,
            how=how,
            seen_at=facts.get("seen_at"),
            seen_until=facts.get("seen_until"),
            precision=facts.get("precision"),
        )

    sheet = ask(
        sitting,
        parent,
        f"Correct an entry: {who.name}",
        (
            Field("when", "When it was so", Kind.INSTANT, "Now keeps the time that was written."),
            Field(
                "resident",
                "It was about another woman",
                Kind.CHOICE,
                "Leave it where it was about her.",
                choices=_others(board, who),
            ),
            _HOW_NOW,
            _WHY,
        ),
        make,
        text=f"“{line.title}”, {sitting.time(line.seen_at)}. Both entries stay readable.",
        action="Correct it",
    )
    keep_words(sitting, sheet, "correct", line.entry)


def _others(board: Board, who: ResidentRef) -> tuple[tuple[str, str], ...]:
    hers = board.line(who.id)
    alike = (hers.name_alert if hers else None) or ""
    others = sorted(
        (line for line in board.lines if line.id != who.id), key=lambda line: line.who.name not in alike
    )
    return tuple(
        (str(line.id), f"{line.who.name}, {line.who.room.label if line.who.room else 'no room'}")
        for line in others
    )


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
