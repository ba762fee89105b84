"""After a journey: the board, what is due, the sheet, her timeline and the audit tell one story, and what was known at each
moment of it is shown again as it was.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.domain.board import Board, BoardLine
from app.domain.handovers import CheckCounts
from app.domain.slots import Outcome, Resolved
from app.domain.wording import PRESENCE
from app.services.board import DueLine, read_board, read_dues
from app.services.desk import Desk
from app.services.handovers import draft_sheet
from app.services.rolls import fire_roll
from app.services.sheets import shared_desk
from app.services.timeline import timeline
from app.store.memory import Memory
from app.store.tables.audit import audit
from app.store.verify import verify
from tests.journeys.conftest import Person


@dataclass(frozen=True)
class _Moment:
    at: datetime
    said: str
    board: Board
    dues: tuple[DueLine, ...]


@dataclass
class Story:
    """Remembers what was known at each moment that is marked, and compares at the end."""

    person: Person
    begins: datetime
    moments: list[_Moment] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return self.person.desk

    def mark(self, said: str) -> Board:
        """Remember what the house knows now, and let a second pass: nothing else is typed at this instant."""
        self.person.wait()
        now = self.person.clock.now()
        board = read_board(self.desk)
        self.moments.append(_Moment(now, said, board, read_dues(self.desk, self.begins, now)))
        self.person.clock.advance(timedelta(seconds=1))
        return board

    def ends(self) -> None:
        """Everything that a journey has to leave behind."""
        self.person.wait()
        self._what_was_known()
        board = read_board(self.desk)
        dues = read_dues(self.desk, self.begins, self.person.clock.now())
        self._board_and_due(board)
        self._sheet(board)
        self._roll(board)
        self._timelines(board, dues)
        verdict = verify(self.desk.store)
        assert verdict.ok, verdict.first_broken

    def _what_was_known(self) -> None:
        """Asked today, what was known at each moment is what was on the screen at it."""
        for moment in self.moments:
            again = read_board(self.desk, known_at=moment.at)
            for shown, told in zip(moment.board.lines, again.lines, strict=True):
                assert _facts(told) == _facts(shown), moment.said
            assert again.emergency == moment.board.emergency, moment.said
            known = read_dues(self.desk, self.begins, moment.at, known_at=moment.at)
            assert [_settled(line.resolved) for line in known] == [
                _settled(line.resolved) for line in moment.dues
            ], moment.said

    def _board_and_due(self, board: Board) -> None:
        """What the board says is due is what `due` says; and a board that remembers nothing says the same."""
        remembered, self.desk.store.memory = self.desk.store.memory, Memory()
        try:
            assert read_board(self.desk) == board
        finally:
            self.desk.store.memory = remembered
        ahead = read_dues(self.desk, board.at - timedelta(hours=26), board.at + timedelta(hours=26))
        for line in board.lines:
            open_now = {
                _slot(it.resolved)
                for it in ahead
                if it.who.id == line.id
                and it.resolved.outcome is Outcome.DUE
                and it.resolved.slot.opens <= board.at
            }
            assert {_slot(it) for it in line.dues} == open_now, line.who.name

    def _sheet(self, board: Board) -> None:
        """The sheet has everyone, where the board has her; its counts and lapses are those of `due`."""
        sheet = draft_sheet(self.desk)
        lines = {line.resident: line for line in sheet.lines}
        assert set(lines) == {line.id for line in board.lines}
        for line in board.lines:
            assert lines[line.id].presence.startswith(PRESENCE[line.presence]), line.who.name
        assert sheet.period.end is not None
        reader = shared_desk(self.desk.house, self.desk.clock, self.desk.actor.house_id, self.desk.read)
        due = read_dues(reader, sheet.period.start - timedelta(hours=4), sheet.period.end)
        assert CheckCounts.of([it.resolved for it in due], sheet.period) == sheet.checks
        lapsed = Counter(
            (it.who.id, it.resolved.slot.closes)
            for it in due
            if sheet.period.contains(it.resolved.slot.closes)
            and (it.resolved.outcome in {Outcome.LATE, Outcome.MISSED} or _open_past(it.resolved, board.at))
        )
        assert Counter((lapse.resident, lapse.due_by) for lapse in sheet.lapses) == lapsed
        why = {(it.who.id, it.resolved.slot.closes): it.why for it in due if it.why}
        for lapse in sheet.lapses:
            if lapse.why is not None and not lapse.name.startswith("One woman"):
                assert why[lapse.resident, lapse.due_by] == lapse.why

    def _roll(self, board: Board) -> None:
        """The fire roll counts those whom the board has in."""
        roll = fire_roll(self.desk)
        inside = {line.id for line in board.lines if line.presence.value == "in"}
        assert {woman.id for woman in roll.women if woman.presence.value == "in"} == inside

    def _timelines(self, board: Board, dues: tuple[DueLine, ...]) -> None:
        """Every sighting that met a slot stands on her timeline; every line of it has its own line in the spine."""
        hidden = {line.id for line in board.lines if line.who.hidden}
        met: dict[UUID, set[UUID]] = {}
        for it in dues:
            if it.resolved.seen is not None:
                met.setdefault(it.who.id, set()).add(it.resolved.seen.entry_id)
        with self.desk.read() as connection:
            spine = {row.seq: row for row in connection.execute(select(audit.c.seq, audit.c.row, audit.c.at))}
        for line in board.lines:
            told = timeline(self.desk, line.id, self.begins - timedelta(days=12))
            if line.id in hidden:
                assert not any(it.detail for it in told)
            entries = {it.entry for it in told}
            assert met.get(line.id, set()) <= entries, line.who.name
            for it in told:
                assert spine[it.seq].row == it.entry
                assert spine[it.seq].at == it.typed_at


def _facts(line: BoardLine) -> Any:
    """What the board said of her, but for what she is called today and where the day's plan has moved on."""
    return replace(line, who=line.who, alerts=None, agreement=None, name_alert=None)


def _settled(resolved: Resolved) -> Any:
    return _slot(resolved), resolved.outcome, resolved.late_minutes, resolved.reason


def _open_past(resolved: Resolved, now: datetime) -> bool:
    """The sheet tells of what is open from its deadline on; overdue comes five minutes later (SLOTS.md)."""
    return resolved.outcome is Outcome.DUE and resolved.slot.closes <= now


def _slot(resolved: Resolved) -> Any:
    return resolved.slot.rule_id, resolved.slot.opens, resolved.slot.closes
