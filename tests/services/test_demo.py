"""The demo house: the same from the same seed, whole, provable, and without a thing that can't be."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.presence import Move, Presence, presence_at
from app.domain.sightings import DEFAULT_COUNTS, Sighting
from app.domain.slots import Outcome
from app.domain.time import SetClock, Span
from app.services.board import read_board, read_dues
from app.services.demo import make_demo
from app.services.desk import Desk
from app.services.entrance import sign_in, training_account
from app.services.handovers import draft_sheet, list_sheets
from app.services.plans import plan_of
from app.store.keys import HouseExists
from app.store.queries.history import read_histories
from app.store.queries.house import read_settings
from app.store.tables import metadata
from app.store.tables.audit import audit
from app.store.tables.staff import staff_movement
from app.store.verify import verify
from tests.support.demo_houses import EVENING, demo_house

ROUND = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
DAYS = 6


def opened(folder: Path, now: datetime) -> Desk:
    account = training_account(folder)
    assert account is not None
    return sign_in(folder, *account, SetClock(now), note=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = opened(demo_house(tmp_path, DAYS), EVENING)
    yield desk
    desk.store.close()


def test_it_holds(desk: Desk) -> None:
    verdict = verify(desk.store)
    assert verdict.ok, verdict.first_broken
    assert desk.house.training


def test_every_table_has_rows(desk: Desk) -> None:
    # No act changes these yet, so nothing has an earlier version.
    unchanged = {
        f"{name}_version"
        for name in (
            "contingency_contact house resident resident_access room room_closure setting staff".split()
        )
    }
    with desk.read() as connection:
        empty = {
            table.name
            for table in metadata.sorted_tables
            if not connection.execute(select(func.count()).select_from(table)).scalar()
        }
    assert empty <= unchanged


def test_the_same_seed_gives_the_same_record(tmp_path: Path, desk: Desk) -> None:
    make_demo(tmp_path / "again", seed=1, days=DAYS, now=EVENING)
    again = opened(tmp_path / "again", EVENING)
    try:
        assert again.store.head() == desk.store.head()
        assert read_board(again) == read_board(desk)
        assert draft_sheet(again) == draft_sheet(desk)
    finally:
        again.store.close()


def test_another_seed_gives_another(tmp_path: Path, desk: Desk) -> None:
    make_demo(tmp_path / "other", seed=2, days=1, now=EVENING)
    other = opened(tmp_path / "other", EVENING)
    assert {line.id for line in read_board(other).lines}.isdisjoint(
        line.id for line in read_board(desk).lines
    )
    other.store.close()


def test_the_house_as_it_stands(desk: Desk) -> None:
    board = read_board(desk)
    assert (len(board.lines), len(board.empty_rooms)) == (22, 4)
    assert [room.out_of_service for room in board.empty_rooms if room.out_of_service] == ["repair: shower"]
    assert board.count(Presence.HOSPITAL) == 1
    assert len(board.staff_in) >= board.least_staff
    by_name = {line.who.name: line for line in board.lines}
    overdue = by_name["Leanne Carr"].overdue
    assert [slot.overdue_by for slot in overdue] == [timedelta(minutes=8)]
    assert by_name["Kelly-Ann Moss"].case_open
    assert by_name["Kelly-Ann Moss"].late_since == datetime(2026, 11, 22, 21, tzinfo=UTC)
    assert [slot.slot.closes for slot in by_name["Ifeoma Chukwu"].dues] == [EVENING + timedelta(minutes=13)]
    assert by_name["Simone Tavares-Quintanilha"].watch_day == 5
    assert by_name["Anne Doyle"].name_alert and by_name["Anne Doyles"].name_alert
    restricted = [line.who.name for line in board.lines if line.who.restricted]
    assert restricted == ["Tamsin Reid"]


def test_a_restricted_woman_is_hidden_from_who_is_not_listed(tmp_path: Path) -> None:
    folder = demo_house(tmp_path, DAYS)
    names = {}
    for user in ("hannah", "sal", "priya"):
        one = sign_in(folder, user, f"eden-{user}", SetClock(EVENING), note=False)
        names[user] = {line.who.name for line in read_board(one).lines}
        one.store.close()
    assert "Tamsin Reid" in names["hannah"] & names["sal"]
    assert "Tamsin Reid" not in names["priya"]


def test_every_plan_has_its_seven_answers(desk: Desk) -> None:
    plans = [plan_of(desk, line.id) for line in read_board(desk).lines]
    assert [plan.unanswered if plan else None for plan in plans] == [()] * 22
    phones = [contact.phone for plan in plans if plan for contact in plan.contacts]
    assert all(phone and phone.startswith("07700 900") for phone in phones)


def test_checks_come_out_mostly_on_time(desk: Desk) -> None:
    dues = read_dues(desk, EVENING - timedelta(days=DAYS - 1), EVENING - timedelta(hours=1))
    outcomes = Counter(line.resolved.outcome for line in dues)
    assert outcomes[Outcome.ON_TIME] > 0.93 * sum(outcomes.values())
    assert outcomes[Outcome.LATE] > 0
    assert outcomes[Outcome.EXCUSED] > 0
    assert sum(line.resolved.entered_later for line in dues) > 0


def test_sheets_were_taken_over_shift_after_shift(desk: Desk) -> None:
    sheets = list_sheets(desk)
    assert [sheet.number for sheet in sheets] == list(range(len(sheets), 0, -1))
    assert len(sheets) >= 2 * (DAYS - 1)
    assert all(sheet.taken and sheet.readers for sheet in sheets)


def test_nothing_in_it_is_impossible(desk: Desk) -> None:
    start = EVENING - timedelta(days=DAYS)
    with desk.read() as connection:
        everyone = read_board(desk).lines
        histories = read_histories(
            connection, [line.id for line in everyone], start, desk.house.zone, read_settings(connection)
        )
        lines = connection.execute(select(audit.c.at).order_by(audit.c.seq)).scalars().all()
    assert lines == sorted(lines)
    assert lines[-1] <= EVENING
    assert len(histories) == 22
    for history in histories.values():
        for sighting in history.sightings:
            assert sighting.seen_to <= sighting.typed_at <= EVENING
            assert in_the_house(sighting, history.movements), sighting
        changes = [one.kind.presence for one in history.movements]
        assert all(before is not after for before, after in pairwise(changes))
        assert history.movements[0].kind is Move.ARRIVE or history.movements[0].at < start


def in_the_house(sighting: Sighting, movements: object) -> bool:
    """Whoever was seen with her own face was in; who was not may have been anywhere."""
    if sighting.how not in DEFAULT_COUNTS:
        return True
    return presence_at(movements, sighting.seen_from) is Presence.IN  # type: ignore[arg-type]


def test_never_fewer_than_two_staff(desk: Desk) -> None:
    with desk.read() as connection:
        moves = connection.execute(select(staff_movement).order_by(staff_movement.c.seq)).all()
    inside: dict[object, bool] = defaultdict(bool)
    settled = moves[0].seen_at + timedelta(minutes=5)
    for move in moves:
        assert inside[move.staff_id] is (move.kind == "out")
        inside[move.staff_id] = move.kind == "in"
        assert move.seen_at < settled or sum(inside.values()) >= 2


def test_all_well_at_the_curfew_round(tmp_path: Path) -> None:
    desk = opened(demo_house(tmp_path, 2, now=ROUND, all_well=True), ROUND)
    board = read_board(desk)
    assert board.count(Presence.IN) == len(board.lines) == 22
    assert not board.overdue
    assert not any(line.who.restricted or line.case_open for line in board.lines)
    curfew = [
        line
        for line in read_dues(desk, ROUND, ROUND + timedelta(minutes=1))
        if line.rule == "curfew" and line.resolved.outcome is Outcome.DUE
    ]
    assert len(curfew) == 22
    desk.store.close()


@pytest.mark.parametrize(
    "now",
    ["2026-10-25T00:40+00:00", "2026-10-25T01:20+00:00", "2027-03-28T01:10+00:00", "2026-11-23T06:20+00:00"],
)
def test_it_can_end_at_any_hour_and_on_the_nights_of_the_clocks(tmp_path: Path, now: str) -> None:
    end = datetime.fromisoformat(now)
    desk = opened(demo_house(tmp_path, 1, now=end), end)
    assert len(read_board(desk).lines) == 22
    assert verify(desk.store).ok
    night = Span(end - timedelta(hours=12), end)
    assert night.end is not None
    slots = read_dues(desk, night.start, night.end)
    assert sum(line.resolved.outcome is Outcome.ON_TIME for line in slots) > 20
    desk.store.close()


def test_a_house_is_never_built_over_another(tmp_path: Path) -> None:
    folder = demo_house(tmp_path, DAYS)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(HouseExists):
        make_demo(folder, days=1, now=EVENING)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_an_interrupted_demo_leaves_no_house(tmp_path: Path) -> None:
    def stop(said: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(tmp_path / "house", days=2, now=EVENING, tell=stop)
    assert not (tmp_path / "house").exists()
    assert make_demo(tmp_path / "house", days=1, now=EVENING).residents == 22
