"""When she last left: shifts, sittings, and forgetting to say so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.since import AWAY, LONGEST_SHIFT, Change, Edge, Matter, Since, last_left

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def shift(begins: float, ends: float) -> list[Edge]:
    """So many hours before now."""
    return [Edge(NOW - begins * HOUR, True, True), Edge(NOW - ends * HOUR, False, True)]


def came(hours: float, *, duty: bool = True) -> Edge:
    return Edge(NOW - hours * HOUR, True, duty)


def left(hours: float, *, duty: bool = True) -> Edge:
    return Edge(NOW - hours * HOUR, False, duty)


@pytest.mark.parametrize(
    ("edges", "hours"),
    [
        ([*shift(74, 62), came(2)], 62),
        ([*shift(26, 14), *shift(5 * 24 + 2, 5 * 24 - 10), came(2)], 14),
        ([*shift(5 * 24 + 14, 5 * 24 + 2), came(2)], 5 * 24 + 2),
        # An hour at the shops is no night off.
        ([*shift(74, 62), *shift(10, 6), came(5)], 62),
        # She signs out of a shared computer in the middle of her shift, and sits down again long after.
        (
            [*shift(74, 62), came(11), came(10.9, duty=False), left(10.5, duty=False), came(0.1, duty=False)],
            62,
        ),
        # On-call: never down as in the building.
        ([came(50, duty=False), left(49, duty=False), came(0.1, duty=False)], 49),
        # She forgot to say that she left: the last that is known of her, not a guess at when she went.
        ([came(72), came(70, duty=False), came(2)], 70),
        ([came(72), came(2)], 72),
        # Signed out of the building, and still at the computer for a moment.
        ([came(26), left(14), came(25, duty=False), left(13.9, duty=False), came(1)], 13.9),
    ],
)
def test_she_last_left_before_she_was_away_for_hours(edges: list[Edge], hours: float) -> None:
    assert last_left(edges, NOW) == NOW - hours * HOUR


@pytest.mark.parametrize("edges", [[], [came(1)], [came(3), came(2, duty=False)]])
def test_who_was_never_here_before_never_left(edges: list[Edge]) -> None:
    assert last_left(edges, NOW) is None


def test_someone_who_reads_without_coming_in_again_left_when_she_left() -> None:
    assert last_left(shift(30, 18), NOW) == NOW - 18 * HOUR


edges_strategy = st.lists(
    st.builds(
        Edge,
        st.integers(0, 14 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
)


@given(edges_strategy)
def test_it_is_always_an_instant_that_is_known_of_her_and_then_hours_of_nothing(edges: list[Edge]) -> None:
    found = last_left(edges, NOW)
    if found is None:
        return
    assert found in {edge.at for edge in edges}
    later = [edge.at for edge in edges if edge.at > found]
    assert min([*later, NOW]) - found >= AWAY


@given(edges_strategy, st.integers(1, 600))
def test_a_finished_shift_before_everything_changes_nothing_but_for_a_newcomer(
    edges: list[Edge], minutes: int
) -> None:
    first = min((edge.at for edge in edges), default=NOW)
    ends = first - LONGEST_SHIFT - timedelta(minutes=minutes)
    before = last_left(edges, NOW)
    after = last_left([*edges, Edge(ends - HOUR, True, True), Edge(ends, False, True)], NOW)
    assert after == (ends if before is None else before)


def test_headlines_leave_out_what_was_taken_back_and_what_is_routine() -> None:
    def change(seq: int, *, matters: bool, undone: bool = False) -> Change:
        return Change(seq, NOW, NOW, "Dawn Ellery", Matter.STAY, "Arrived", matters=matters, undone=undone)

    changes = (change(3, matters=True), change(2, matters=True, undone=True), change(1, matters=False))
    assert [each.seq for each in Since(NOW, NOW, changes).headlines] == [3]
