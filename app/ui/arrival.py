"""What is said to someone who has just signed in, and whether she is in the building: at least two always are (DOMAIN.md 3)."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from app.domain.board import Board
from app.domain.residents import OpenedRecord
from app.domain.time import day_label, local_date
from app.services.board import read_board
from app.services.residents import opened_records
from app.services.rolls import open_roll
from app.services.staff import ComeOnDuty, GoOffDuty
from app.ui.dialogs import AskSheet
from app.ui.sitting import Sitting

#: For how long a manager is told that a restricted record was opened with a reason.
_TOLD_FOR = timedelta(days=7)


def greet(sitting: Sitting) -> None:
    """Tell of an emergency or a roll call that is not ended; tell a manager who opened a restricted record; tell anyone who
    is not down as in the building how to say so."""
    desk = sitting.desk

    def read() -> tuple[tuple[OpenedRecord, ...], bool, str]:
        board = read_board(desk)
        inside = desk.actor.staff_id in {member.id for member in board.staff_in}
        return opened_records(desk, desk.clock.now() - _TOLD_FOR), inside, _going_on(sitting, board)

    def told(answer: tuple[tuple[OpenedRecord, ...], bool, str]) -> None:
        opened, inside, going_on = answer
        if going_on:
            sitting.tell(going_on, "red")
        elif opened:
            sitting.tell("; ".join(_opened_said(sitting, one) for one in opened), "amber")
        elif not inside:
            sitting.tell("You are not down as in the building. Ctrl D says that you are.", "blue")

    sitting.jobs.read(read, told, owner=sitting, doing="Reading the board")


def _going_on(sitting: Sitting, board: Board) -> str:
    """An emergency or a roll call that nobody has ended, and the key that goes on with it."""
    said = []
    if board.emergency is not None:
        said.append(f"An emergency is on since {_when(sitting, board.emergency.started)}: F9 goes to it.")
    if (call := open_roll(sitting.desk)) is not None:
        said.append(f"A roll call is not ended, since {_when(sitting, call.started)}: F8 goes on with it.")
    return " ".join(said)


def change_duty(sitting: Sitting, parent: QWidget) -> None:
    """In or out of the building, at one key; leaving is asked once more."""
    desk = sitting.desk

    def told(inside: bool) -> None:
        if not inside:
            sitting.do(ComeOnDuty(), lambda _: sitting.tell("You are down as in the building.", "green"))
            return
        text = "You are down as in the building. From now on you are not counted."
        sheet = AskSheet(parent, "Are you leaving the building?", text, "I am leaving")
        sheet.confirmed.connect(
            lambda: sitting.do(
                GoOffDuty(), lambda _: sitting.tell("You are down as out of the building.", "green")
            )
        )
        sheet.open()

    def read() -> bool:
        return desk.actor.staff_id in {member.id for member in read_board(desk).staff_in}

    sitting.jobs.read(read, told, owner=sitting, doing="Reading the board")


def _opened_said(sitting: Sitting, one: OpenedRecord) -> str:
    room = one.who.room.label if one.who.room else one.who.name
    return f"{room}: {one.by} opened her restricted record, {_when(sitting, one.at)}: {one.reason or 'no reason'}"


def _when(sitting: Sitting, at: datetime) -> str:
    return f"{sitting.time(at)} {day_label(local_date(at, sitting.desk.house.zone))}"
