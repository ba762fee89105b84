"""How the last evening of the training house stands, so that there is something to do when it opens."""

from datetime import time, timedelta
from functools import partial
from typing import Any

from app.domain.absences import StepKind
from app.domain.presence import Move, Presence
from app.domain.time import local_date, opening
from app.services.absences import CaseStep, OpenCase
from app.services.demo_days import HOUR, MINUTE, Days
from app.services.demo_pen import Woman
from app.services.notes import WriteNote


def arrange(days: Days, woman: Woman) -> None:
    """What the board shows at the end: one overdue a few minutes, two due soon, one late back, one at hospital."""
    room, end, well = woman.person.room, days.end, days.all_well
    if woman.person.left is not None:
        return
    if room == "11":
        woman.final = end - (35 if well else 68) * MINUTE
    elif room == "16":
        woman.final = end - (50 if well else 107) * MINUTE
    if woman.final is not None:
        woman.quiet, woman.stays = woman.final, woman.final - HOUR
    if well:
        curfew = opening(days.today, time(23), days.zone)
        if curfew <= end < curfew + 25 * MINUTE:  # while the round is open, it is still to be walked
            woman.quiet = min(woman.quiet, curfew - timedelta(seconds=1))
    elif room == "14":
        _late_back(days, woman)
    elif room == "2":
        taken = end - 7 * HOUR - 22 * MINUTE
        woman.stays = taken
        days.at(taken, partial(_in_hospital, days, woman))


def _in_hospital(days: Days, woman: Woman) -> None:
    if woman.presence is not Presence.IN:
        days.returns(woman)
    days.leaves(woman, Move.HOSPITAL, None, place="Infirmary", purpose="taken by ambulance")
    told = days.cast.words["hospital"]
    days.pen.do(days.someone, WriteNote(text=told["taken"], resident=woman.id, hand_over=True))
    ward = WriteNote(text=told["ward"], resident=woman.id, hand_over=True)
    days.at(days.pen.now + 3 * HOUR, lambda: days.pen.do(days.someone, ward))


def _late_back(days: Days, woman: Woman) -> None:
    """She went out and is not back: late for her own curfew, or by day for the time she gave."""
    zone = days.zone
    curfew = opening(local_date(days.end - 6 * HOUR, zone), time(21), zone)
    due = curfew if curfew <= days.end else days.end - 42 * MINUTE
    out = due - 3 * HOUR - 55 * MINUTE
    if due is not curfew:
        out = min(max(out, opening(local_date(days.end, zone), time(6, 5), zone)), due - 15 * MINUTE)
    woman.stays = out

    def goes() -> None:
        if woman.presence is not Presence.IN:
            days.returns(woman)
        days.leaves(woman, Move.OUT, place="town", purpose="friends", expected_back=due)

    days.at(out, goes)
    if due is not curfew:
        return
    steps: tuple[tuple[int, Any], ...] = (
        (31, OpenCase(resident=woman.id, due_back=due)),
        (33, CaseStep(resident=woman.id, kind=StepKind.CALLED_HER, result="Rang out.")),
        (
            37,
            CaseStep(resident=woman.id, kind=StepKind.LOOKED, result="Side gate and the street: not there."),
        ),
        (
            47,
            CaseStep(
                resident=woman.id,
                kind=StepKind.CALLED_OTHER,
                who="Her nan",
                phone="07700 900514",
                result="Not seen since Sunday.",
            ),
        ),
        (
            58,
            CaseStep(
                resident=woman.id,
                kind=StepKind.TOLD_MANAGER,
                who="Olive Brandt",
                result="Look again at 22:30, then ring back.",
            ),
        ),
    )
    for after, step in steps:
        days.at(due + after * MINUTE, partial(days.absence_step, woman, step))
