"""What the palette shows for what was typed: women first, then rooms, then actions, then entries. Rows only, no window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.find import Found, FoundEntry, FoundResident, FoundRoom, Standing, begins
from app.domain.names import folded
from app.domain.residents import ResidentRef
from app.domain.time import day_label, local_date, stamp, stamp_day
from app.domain.wording import PRESENCE
from app.ui.actions import Act, Scope
from app.ui.widgets.basics import key_text
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Row

#: How many actions are shown for what was typed, and how many before anything is.
ACTS, ACTS_AT_FIRST = 8, 14


@dataclass(frozen=True, slots=True)
class Offered:
    """An action as it stood when the palette was opened: why it can't be done from there, and whom it would be about."""

    act: Act
    reason: str | None
    about: str | None

    @property
    def title(self) -> str:
        """Its words, with the name of the chosen line where it is about that."""
        return f"{self.act.title} – {self.about}" if self.about else self.act.title


Key = tuple[str, str | UUID]
Thing = FoundResident | FoundRoom | FoundEntry | Offered


def matching_acts(offered: Sequence[Offered], text: str) -> list[Offered]:
    """The actions that every typed word begins a word of: those whose own words begin so first, then what can be done.
    Before anything is typed: what can be done from here, the nearest first."""
    wanted = folded(text).split()
    if not wanted:
        free = [each for each in offered if each.reason is None]
        return sorted(free, key=_nearness)[:ACTS_AT_FIRST]
    found = [each for each in offered if begins(wanted, folded(f"{each.title} {each.act.words}").split())]

    def rank(each: Offered) -> tuple[bool, bool, bool]:
        own = folded(each.title)
        return not own.startswith(folded(text)), each.reason is not None, not begins(wanted, own.split())

    return sorted(found, key=rank)[:ACTS]


def _nearness(each: Offered) -> int:
    """About the chosen woman first, then this page's, then the house's; what only arranges a list comes last."""
    if each.about:
        return 0
    return {Scope.PAGE: 1, Scope.WINDOW: 2, Scope.LIST: 3}[each.act.scope]


def rows_of(
    found: Found, acts: Sequence[Offered], now: datetime, zone: ZoneInfo
) -> tuple[list[Row], Mapping[Key, Thing]]:
    """The rows, and what stands behind each."""
    things: dict[Key, Thing] = {}
    rows: list[Row] = []

    def section(title: str) -> None:
        rows.append(Row(("section", title), (Cell(title),), section=True))

    def add(kind: str, id_: str | UUID, thing: Thing, cells: tuple[Cell, ...]) -> None:
        things[kind, id_] = thing
        rows.append(Row((kind, id_), cells))

    if found.residents:
        section("Residents")
        for woman in found.residents:
            add("resident", woman.who.id, woman, resident_cells(woman, now, zone))
    if found.rooms:
        section("Rooms")
        for room in found.rooms:
            add("room", room.room.id, room, _room_cells(room))
    if acts:
        section("What you can do")
        for each in acts:
            add("act", each.act.id, each, act_cells(each))
    if found.entries:
        section("In the record, newest first")
        for entry in found.entries:
            add("entry", entry.entry, entry, _entry_cells(entry, now, zone))
    return rows, things


def resident_cells(woman: FoundResident, now: datetime, zone: ZoneInfo) -> tuple[Cell, Cell]:
    """Her name and how she stands, and her room."""
    who = woman.who
    likes = f"likes “{who.preferred}”" if who.preferred else ""
    mark = Mark.of_presence(woman.presence.value) if woman.presence else None
    said = standing_said(woman, now, zone)
    return (
        Cell(who.name, mark, likes, said, bold=True, muted=woman.standing is Standing.LEFT),
        Cell(who.room.label if who.room else "", Mark.RESTRICTED if who.restricted else None, muted=True),
    )


def standing_said(woman: FoundResident, now: datetime, zone: ZoneInfo) -> str:
    """Where she is now; or that she is expected, or has left, and when."""
    if woman.standing is Standing.EXPECTED:
        return f"expected {said_at(woman.when, now, zone)}" if woman.when else "expected, no time given"
    if woman.standing is Standing.LEFT:
        return f"left {_day(woman.when, now, zone)}" if woman.when else "left"
    if woman.presence is None:
        return "lives here"
    return " · ".join(part for part in (PRESENCE[woman.presence], woman.where) if part)


def _room_cells(found: FoundRoom) -> tuple[Cell, Cell]:
    if found.who:
        names = ", ".join(ref.name for ref in found.who)
        return Cell(found.room.label, under=names, bold=True), Cell("")
    if found.out_of_service is not None:
        said = f"out of service: {found.out_of_service}"
        return Cell(found.room.label, Mark.OUT_OF_SERVICE, under=said, bold=True), Cell("")
    return Cell(found.room.label, Mark.FREE, under="free", bold=True), Cell("")


def act_cells(each: Offered) -> tuple[Cell, Cell]:
    """An action and its key; greyed, with the reason, when it can't be done from here."""
    hint = each.act.hint if each.act.hint != each.act.text else ""
    keys = " · ".join(key_text(key) for key in each.act.keys)
    return Cell(each.title, each.act.mark, under=each.reason or hint, muted=each.reason is not None), Cell(
        keys, muted=True
    )


def _entry_cells(entry: FoundEntry, now: datetime, zone: ZoneInfo) -> tuple[Cell, Cell]:
    whom = entry.who.name if entry.who else "the house"
    state = "struck" if entry.struck else "corrected since" if entry.corrected else ""
    title = " · ".join(part for part in (entry.title, whom, state) if part)
    mark = Mark.EXCUSED if entry.struck else Mark.INFORMATION
    hands = f"typed by {entry.typed_by}"
    if entry.seen_by and entry.seen_by != entry.typed_by:
        hands = f"seen by {entry.seen_by}, {hands}"
    return (
        Cell(title, mark, under=entry.snippet, struck=entry.struck, muted=entry.struck or entry.corrected),
        Cell(seen_said(entry, now, zone), under=hands, muted=True),
    )


def seen_said(entry: FoundEntry, now: datetime, zone: ZoneInfo) -> str:
    """When it was so, as exactly as it was written: "about", or between two times."""
    about = "about " if entry.precision == "about" else ""
    until = f"–{stamp(entry.seen_until, zone)}" if entry.seen_until else ""
    return f"{about}{stamp(entry.seen_at, zone)}{until}, {_day(entry.seen_at, now, zone)}"


def said_at(when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time with its day, and the year where it is another one."""
    year = local_date(when, zone).year
    return stamp_day(when, zone) + (f" {year}" if year != local_date(now, zone).year else "")


def _day(when: datetime, now: datetime, zone: ZoneInfo) -> str:
    day = local_date(when, zone)
    return day_label(day) + (f" {day.year}" if day.year != local_date(now, zone).year else "")


def woman_of(thing: Thing) -> tuple[ResidentRef, bool] | None:
    """The woman whom a row is about, and whether she lives here; None for an action, an empty room, an entry."""
    if isinstance(thing, FoundResident):
        return thing.who, thing.standing is Standing.HERE
    if isinstance(thing, FoundRoom) and thing.who:
        return thing.who[0], True
    return None
