"""Play: every act has its word; a script is read whole before its first act; what the house refuses is told in words."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.permissions import MAY
from app.domain.time import SetClock
from app.services.acts import ACTS
from app.services.desk import Desk
from app.services.entrance import NotThisHouse, desk_of, make_house, sign_in
from app.services.play import BadScript, Played, play, read_script
from app.store.keys import NewMember
from tests.support.demo_houses import EVENING, demo_house

LONDON = ZoneInfo("Europe/London")
USERS = ("priya", "dawn", "hannah")
CHECK = {"at": "2026-11-22T21:45", "by": "priya", "do": "check", "resident": "Hope", "how": "spoke"}


def lines(*acts: dict[str, Any] | str) -> list[str]:
    return [act if isinstance(act, str) else json.dumps(act) for act in acts]


def problems(*acts: dict[str, Any] | str) -> tuple[str, ...]:
    with pytest.raises(BadScript) as bad:
        read_script(lines(*acts), LONDON, USERS)
    return bad.value.problems


def test_every_act_may_be_done_by_someone() -> None:
    assert set(ACTS) <= set(MAY)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "Line 1: it is not JSON"),
        ("[1]", "has to be an object"),
        ('{"at": "2026-11-22T21:45", "at": "2026-11-22T21:46"}', "the same field twice"),
        ({**CHECK, "at": 5}, 'needs "at"'),
        ({**CHECK, "at": "tomorrow"}, "Write a date and time such as"),
        ({**CHECK, "at": "2027-03-28T01:30"}, "did not happen: the clocks went forward"),
        ({**CHECK, "at": "2026-10-25T01:30"}, "happened twice"),
        ({**CHECK, "by": "nobody"}, "nobody here signs in as nobody"),
        ({**CHECK, "do": "chek"}, "no act called chek"),
        ({**CHECK, "how": "seen"}, '"how" is one of: spoke, awake'),
        ({**CHECK, "colour": "red"}, "no field called colour"),
        ({k: v for k, v in CHECK.items() if k != "how"}, 'check needs "how"'),
        ({**CHECK, "concern": "yes"}, '"concern": Expected `bool`'),
        ({**CHECK, "seen_at": "2027-03-28T01:30"}, '"seen_at": 01:30 on Sun 28 Mar did not happen'),
        ({**CHECK, "resident": ""}, '"resident" has to be a name or an id'),
        ({**CHECK, "do": "rule", "purpose": "welfare", "maximum": "30"}, "has no field called how"),
    ],
)
def test_a_line_that_can_not_be_read_is_told_with_its_number(line: Any, said: str) -> None:
    (problem,) = problems(line)
    assert problem.startswith("Line 1: ")
    assert said in problem


def test_every_problem_is_told_at_once() -> None:
    told = problems(CHECK, "", "{", {**CHECK, "do": "chek"}, {**CHECK, "at": "2026-11-22T21:40"})
    assert [one.split(":")[0] for one in told] == ["Line 3", "Line 4", "Line 5"]
    assert "before that of line 1" in told[2]


def test_both_readings_of_a_repeated_time_can_be_said() -> None:
    first, second = (
        read_script(lines({**CHECK, "at": f"2026-10-25T01:30{offset}"}), LONDON, USERS)[0].at
        for offset in ("+01:00", "+00:00")
    )
    assert (second - first).total_seconds() == 3600


def rehearse(house: Path, *acts: dict[str, Any]) -> list[Played]:
    clock = SetClock(EVENING)
    reader = sign_in(house, "hannah", "eden-hannah", clock, note=False)
    desks: dict[str, Desk] = {}
    try:
        script = read_script(lines(*acts), LONDON, USERS)
        return list(
            play(
                lambda user: desks.setdefault(user, desk_of(reader.store, user, clock)), script, clock, reader
            )
        )
    finally:
        reader.store.close()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return demo_house(tmp_path)


def act(do: str, minute: int = 45, by: str = "priya", **fields: Any) -> dict[str, Any]:
    return {"at": f"2026-11-22T21:{minute}", "by": by, "do": do, **fields}


def test_whom_a_line_means(house: Path) -> None:
    played = rehearse(
        house,
        *(
            act("check", resident=name, how="spoke")
            for name in ("Anne Doyle", "Lee", "margot", "Tamsin", "مريم", "Niamh Ni")
        ),
        act("check", resident="Anne", how="spoke"),
        act("check", resident="Zelda", how="spoke"),
    )
    assert [one.done for one in played] == [True] * 6 + [False] * 2
    assert "more than one resident" in played[6].refused[0]
    assert "no resident called “Zelda”" in played[7].refused[0]


def test_what_an_earlier_line_wrote(house: Path) -> None:
    played = rehearse(
        house,
        act("check", resident="Hope", how="phone", seen_by="Dawn Ellery", source="radio"),
        act("confirm", 46, by="dawn", entry="#1"),
        act("strike", 47, entry="#1", reason="wrong woman"),
        act("amend", 48, entry="#1", how="spoke", reason="late"),
        act("strike", 49, entry="#9", reason="nothing there"),
        act("rule", 50, resident="Hope", purpose="welfare", title="tonight", minimum=30, maximum=60),
        act("end_rule", 51, by="hannah", rule="Hope: tonight"),
        act("end_rule", 52, by="hannah", rule="#6"),
        act("move_room", 53, resident="Hope", room="8 Sorrel"),
    )
    assert [one.done for one in played] == [True, True, True, False, False, True, True, False, True]
    assert played[3].refused == ("It is struck already.",)
    assert "#9 names a line" in played[4].refused[0]
    assert played[7].refused == ("That rule has ended already.",)
    assert all(one.seq for one in played if one.done)


def test_what_the_house_refuses_stores_nothing(house: Path) -> None:
    played = rehearse(
        house,
        act("in", resident="Anne Doyle"),
        act("end_rule", by="dawn", rule="Lee: every 30–60 min"),
        act("note", text="   "),
        act("check", resident="Hope", how="spoke", seen_at="2026-11-22T23:00"),
    )
    assert [one.done for one in played] == [False] * 4
    assert "in already" in played[0].refused[0]
    assert "manager" in played[1].refused[0]
    assert played[2].refused == ("The note is needed.",)
    assert "in the future" in played[3].refused[0]
    assert {one.seq for one in played} == {None}


def test_a_clock_before_the_last_entry_is_refused(house: Path) -> None:
    (played,) = rehearse(house, {**CHECK, "at": "2026-11-20T10:00"})
    assert not played.done
    assert "The clock says" in played.refused[0]


def test_a_live_house_is_not_played_in(tmp_path: Path) -> None:
    members = [NewMember("hannah", "Hannah Marsh", "manager", "three plain words")]
    made = make_house(tmp_path / "live", "Real House", "Europe/London", False, members, SetClock(EVENING))
    clock = SetClock(EVENING)
    script = read_script(lines({**CHECK, "by": "hannah"}), LONDON, ["hannah"])
    head = made.store.head()
    with pytest.raises(NotThisHouse):
        list(play(lambda user: desk_of(made.store, user, clock), script, clock))
    assert made.store.head() == head
    made.store.close()
