"""The lines of a round in words: done, waiting, away; and what the end of it says."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.nights import night_of
from app.domain.rounds import Need, Round, RoundLine, seen_said
from app.domain.saying import minutes
from app.domain.sightings import Source
from app.domain.slots import Kind as SlotKind
from app.domain.time import day_label, local_date, stamp
from app.domain.wording import HOW, PRESENCE, SOURCE
from app.ui.pages.now_lines import FLOORS, SHORT_HOW, late_said, short_name, what_said, when
from app.ui.pages.round_walk import Typed, Walk
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Row


class RoundRows:
    """The rows of a round. A row is made anew only where its line was read again or a key was struck on it: of the
    twenty-two, a key changes one."""

    def __init__(self) -> None:
        self._round: Round | None = None
        self._made: dict[UUID, tuple[Typed | None, Row]] = {}

    def rows(self, walk: Walk, zone: ZoneInfo) -> list[Row]:
        """Every line of the round, with what was typed here laid over it until it has been read back."""
        found = walk.round
        if found is None:
            return []
        if found is not self._round:
            self._round, self._made = found, {}
        return [self._row(line, walk.typed.get(line.id), found, zone) for line in found.lines]

    def _row(self, line: RoundLine, typed: Typed | None, found: Round, zone: ZoneInfo) -> Row:
        there = self._made.get(line.id)
        if there is None or there[0] != typed:
            there = self._made[line.id] = typed, _row(line, typed, found, zone)
        return there[1]


def _row(line: RoundLine, typed: Typed | None, found: Round, zone: ZoneInfo) -> Row:
    board = line.board
    room = Cell(board.who.room.label if board.who.room else "no room", muted=True)
    name = Cell(board.who.name, Mark.RESTRICTED if board.who.restricted else None, bold=True)
    if typed is not None:
        state = _typed(typed)
    elif line.need is Need.DONE and line.met is not None:
        state = (
            Cell(HOW[line.met.how], Mark.DONE),
            Cell(seen_said(line.met, zone)),
            Cell(entry_said(line, zone), muted=True),
        )
    elif line.need is Need.NEEDED:
        state = _waiting(line, found.at, zone)
    else:
        state = _not_asked(line, found.at, zone)
    if line.struck and typed is None:
        taken = line.struck[-1]
        struck = Cell(
            f"{HOW[taken.how]} {seen_said(taken, zone)}", struck=True, muted=True, second=state[0].text
        )
        state = (
            (struck, *state[1:])
            if line.need is not Need.DONE
            else (state[0], state[1], _also(state[2], "one struck"))
        )
    tone = (
        "red" if line.need is Need.NEEDED and typed is None and any(it.overdue for it in line.asked) else None
    )
    return Row(line.id, (room, name, *state), tone=tone)


def _also(cell: Cell, words: str) -> Cell:
    return Cell(" · ".join(part for part in (cell.text, words) if part), muted=True)


def _typed(typed: Typed) -> tuple[Cell, Cell, Cell]:
    if typed.refused:
        return Cell(typed.words, Mark.MISSED), Cell(""), Cell(f"not saved: {typed.refused}", tone="red")
    if typed.saving:
        return Cell(typed.words, Mark.SAVING), Cell("saving", muted=True), Cell("")
    late = "reason asked" if typed.late and not typed.reason else ""
    mark = Mark.DONE if typed.settles else Mark.DUE
    return Cell(typed.words, mark), Cell(typed.saved_at), Cell(late, muted=True)


def _waiting(line: RoundLine, now: datetime, zone: ZoneInfo) -> tuple[Cell, Cell, Cell]:
    board, first = line.board, line.asked[0]
    if line.tried is not None:
        state = Cell(HOW[line.tried.how], Mark.DUE, tone="amber", bold=True)
        return state, Cell(seen_said(line.tried, zone)), Cell("not seen yet", muted=True)
    last = board.last_seen
    seen = (
        f"last {when(last.seen_at, now, zone)} {SHORT_HOW.get(last.how, HOW[last.how])}"
        if last
        else "not seen yet"
    )
    if first.overdue:
        rule = first.slot.title if first.slot.kind is SlotKind.EVERY else what_said(first)
        late = Cell(f"overdue {minutes(now - first.slot.closes)}", Mark.OVERDUE, rule, tone="red", bold=True)
        return late, Cell(""), Cell(seen, muted=True)
    own = [
        what_said(it)
        for it in line.asked
        if it.slot.title and it.slot.purpose.value in ("welfare", "close", "sign_in")
    ]
    agreed = (board.agreement.answers.get("asleep") or "").strip() if board.agreement else ""
    more = [f"first fortnight, day {board.watch_day}"] if board.watch_day else []
    if agreed and len(agreed) <= 40:
        more.append(agreed.rstrip(".").lower())
    return Cell(" · ".join(own + more), muted=True), Cell(""), Cell(seen, muted=True)


def _not_asked(line: RoundLine, now: datetime, zone: ZoneInfo) -> tuple[Cell, Cell, Cell]:
    board = line.board
    if line.need is Need.EXCUSED:
        return Cell("excused", Mark.EXCUSED), Cell(""), Cell(line.reason, muted=True)
    if line.need is Need.NOT_ASKED:
        last = board.last_seen
        seen = f"last {when(last.seen_at, now, zone)}" if last else ""
        return Cell("not asked in this round", muted=True), Cell(""), Cell(seen, muted=True)
    since = f" since {when(board.presence_since, now, zone)}" if board.presence_since else ""
    late = " · ".join(
        part for part in (late_said(board, now, zone), "case open" if board.case_open else "") if part
    )
    mark = Mark.of_presence(board.presence.value)
    return (
        Cell(f"{PRESENCE[board.presence]}{since}", mark),
        Cell("skipped", muted=True),
        Cell(late, muted=True),
    )


def entry_said(line: RoundLine, zone: ZoneInfo) -> str:
    """What is worth knowing of a sighting beside its time: late, by whom, from where, who saw her as well."""
    met = line.met
    if met is None:
        return ""
    parts: list[str] = []
    if line.late_minutes is not None:
        parts.append(
            f"late {line.late_minutes} min"
            + (f": {met.late_reason}" if met.late_reason else ", reason asked")
        )
    if met.concern:
        parts.append("concern")
    elif met.noted:
        parts.append("note")
    source = SOURCE[met.source]
    if met.seen_by and met.seen_by != met.typed_by:
        parts.append(f"seen by {met.seen_by}" + (f", {source}" if source else ""))
        if met.unconfirmed:
            parts.append("not confirmed yet")
        if not met.mine:
            parts.append(f"typed by {met.typed_by}")
    else:
        parts += [said for said in (source, "" if met.mine else f"by {met.typed_by}") if said]
    if met.second:
        parts.append(f"with {met.second}")
    if met.at_door:
        parts.append("at the door")
    if line.also:
        others = (f"{seen_said(it, zone)} by {it.seen_by or it.typed_by}" for it in line.also)
        parts.append(f"seen also {', '.join(others)}")
    return " · ".join(parts)


def subtitle(found: Round, zone: ZoneInfo) -> str:
    """ "Night of Sun 22 Nov · due 23:00–23:20"."""
    night = night_of(found.at, zone)
    day = f"Night of {day_label(night)}" if night else day_label(local_date(found.at, zone))
    if found.span is None or found.span.end is None:
        return day
    return f"{day} · due {stamp(found.span.start, zone)}–{stamp(found.span.end, zone)}"


def finished_said(found: Round, zone: ZoneInfo) -> str:
    """ "22 of 22 seen, 23:05–23:11"."""
    seen = found.seen
    if seen is None or seen.end is None:
        return f"{found.done} of {found.total} seen"
    first, last = stamp(seen.start, zone), stamp(seen.end, zone)
    return (
        f"{found.done} of {found.total} seen, {first}–{last}"
        if first != last
        else f"{found.done} of {found.total} seen, {first}"
    )


def coming_said(found: Round, zone: ZoneInfo) -> str:
    """What is to be done next: "Next: 23:35 Leanne Carr, 11 Oak, welfare check every 30–60 min"."""
    if found.coming is None:
        return "Nothing more is due in the next day."
    line, due, at = found.coming
    same = sum(
        1
        for other in found.lines
        if other.board.next_due and other.board.next_due.slot.opens == due.slot.opens == at
    )
    if same > 1:
        return f"Next: {when(at, found.at, zone)} {what_said(due)}, {same} women"
    room = f", {line.board.who.room.label}" if line.board.who.room else ""
    return f"Next: {when(at, found.at, zone)} {line.board.who.name}{room}, {what_said(due)}"


def gap_said(found: Round, begun: bool) -> tuple[Mark, str] | None:
    """The longest gap that a rule asked to be shorter: so far tonight, or if the round is begun now. Where nobody who is
    asked for has such a rule, who was last seen longest ago; nothing when nobody is left to be seen."""
    worst = found.longest_gap if begun else found.longest_now
    gap = None if worst is None else worst.gap if begun else worst.gap_now
    if worst is not None and gap is not None:
        what = "Longest gap so far" if begun else "If you start now, the longest gap is"
        rule = f"longer than {gap.title}" if gap.too_long else gap.title
        mark = Mark.OVERDUE if gap.too_long else Mark.DUE
        return mark, f"{what} {minutes(gap.length)}, {worst.board.who.name} ({rule})"
    line = found.longest_unseen
    if line is None or line.unseen is None:
        return None
    days = line.unseen.days
    said = f"{days} days" if days > 1 else minutes(line.unseen)
    return (
        Mark.INFORMATION,
        f"Longest since last seen: {said}, {line.board.who.name}. No rule asks for her in between.",
    )


def beside_said(found: Round) -> list[str]:
    """Who walks with me: "With Dawn Ellery, 4 done on the first floor"."""
    done = {it.name: it for it in found.beside}
    walk = found.walk
    names = (
        [walk.name_of(id_) for id_ in walk.walking if id_ != found.me] if walk and walk.ended is None else []
    )
    said = []
    for name in dict.fromkeys([*done, *sorted(names)]):
        it = done.get(name)
        if it is None:
            said.append(f"With {name}, none done yet")
            continue
        where = ""
        if len(it.floors) == 1:
            floor = next(iter(it.floors))
            named = FLOORS[floor].lower() if 0 <= floor < len(FLOORS) else f"floor {floor}"
            where = f" on the {named}" if 0 <= floor < len(FLOORS) else f" on {named}"
        said.append(f"With {name}, {it.done} done{where}")
    return said


def typed_for_said(found: Round) -> list[str]:
    """Whose sightings were typed here: "Typed for Dawn E. by radio (4)"."""
    said = []
    for (name, source), count in sorted(found.typed_for.items(), key=lambda it: str(it[0])):
        how = f" {SOURCE[source]}" if source is not Source.LIVE else ""
        said.append(f"Typed for {short_name(name)}{how} ({count})")
    return said
