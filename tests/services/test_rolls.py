"""The fire roll and the roll call: complete, a mark is a sighting, and a restricted woman is counted and never named."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.domain.papers import PaperKind
from app.domain.presence import Presence
from app.domain.residents import RESTRICTED_NAME
from app.domain.rolls import FireRoll, Mark, Occasion
from app.domain.sightings import How
from app.domain.slots import Outcome
from app.reports.fire import render
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.handovers import draft_sheet
from app.services.house import ChangeSetting
from app.services.movements import ComeIn, GoOut, GoToHospital
from app.services.papers import paper, paper_view
from app.services.residents import ChangeResident, Restrict
from app.services.rolls import (
    EndRoll,
    MarkOther,
    MarkWoman,
    PrintRoll,
    RollShown,
    StartRoll,
    fire_roll,
)
from app.services.timeline import timeline
from app.store.tables.checks import check
from app.store.tables.house import event
from tests.support.houses import NAMES, House, small_house

HER, AWAY, SECRET = "Anne Doyle", "Mary Ellis", "Gita Sandhu"
MINUTE = timedelta(minutes=1)
NEEDS = [
    (HER, {"evacuation": "One of us with her on the stairs", "allergies": "Penicillin"}),
    (SECRET, {"evacuation": "Gita needs a vibrating pillow", "allergies": "Nuts"}),
]


@pytest.fixture
def night(tmp_path: Path) -> House:
    made = small_house(tmp_path / "house", told=NEEDS)
    made.by("hannah", Restrict(resident=made.women[SECRET], restricted=True))
    made.by("dawn", GoToHospital(resident=made.women[AWAY], place="Infirmary"))
    return made


def roll_of(house: House, user: str = "dawn", *, shared: bool = False) -> FireRoll:
    return fire_roll(house.as_user(user), shared=shared)


def mark(house: House, name: str, how: How = How.SPOKE) -> None:
    house.by("dawn", MarkWoman(resident=house.women[name], how=how))


def test_everyone_is_on_it_wherever_she_is(night: House) -> None:
    night.by("hannah", ChangeSetting(key="assembly", value="Car park"))
    roll = roll_of(night)
    assert {woman.id for woman in roll.women} == set(night.women.values())
    assert {woman.name for woman in roll.inside} == {HER, "Anne Doyles", "Hope", RESTRICTED_NAME}
    (away,) = roll.elsewhere
    assert (away.name, away.where, away.since, away.place) == (
        AWAY,
        "at hospital",
        night.clock.now(),
        "Infirmary",
    )
    assert {one.name for one in roll.staff} == {"Dawn Ellery", "Priya Nair"}
    assert roll.assembly == "Car park"
    assert {woman.name: (woman.evacuation, woman.allergies) for woman in roll.need_help}[HER] == (
        "One of us with her on the stairs",
        "Penicillin",
    )


def test_who_came_in_and_was_not_seen_since_is_not_known(night: House) -> None:
    night.by("dawn", GoOut(resident=night.women["Hope"]))
    night.clock.advance(MINUTE)
    night.by("dawn", ComeIn(resident=night.women["Hope"], how=None))
    (hope,) = [woman for woman in roll_of(night).women if woman.name == "Hope"]
    assert hope.unseen_since_return
    assert hope.where == "in, not seen since"


def test_floors_are_left_from_the_top(tmp_path: Path) -> None:
    house = small_house(tmp_path / "tall", NAMES[:21])
    floors = [(woman.floor, woman.position) for woman in roll_of(house).inside]
    assert floors == sorted(floors, key=lambda one: (-one[0], one[1]))
    assert {floor for floor, _ in floors} == {0, 1, 2}


@pytest.mark.parametrize("shared", [False, True])
def test_a_restricted_woman_is_counted_and_checkable_and_never_named(night: House, shared: bool) -> None:
    """To staff who are not listed, and on paper and from a locked screen to everyone."""
    user = "hannah" if shared else "dawn"
    roll = roll_of(night, user, shared=shared)
    assert "Gita" not in repr(roll)
    (her,) = [woman for woman in roll.inside if woman.id == night.women[SECRET]]
    assert (her.name, her.room, her.allergies) == (RESTRICTED_NAME, "4 Fennel", "Nuts")
    assert her.evacuation is not None
    assert "vibrating pillow" in her.evacuation
    night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    mark(night, SECRET)
    roll = roll_of(night, user, shared=shared)
    assert roll.counted == "1 of 4 women accounted for"
    printed = night.by("hannah", PrintRoll()).view
    assert "Gita" not in repr(printed)


def test_each_mark_is_a_sighting_that_counts_for_what_is_due(night: House) -> None:
    night.by("dawn", StartRoll(occasion=Occasion.DRILL))
    night.clock.advance(MINUTE)
    mark(night, HER, How.AWAKE)
    mark(night, "Hope", How.NOT_SEEN)
    slots = {it.who.name: it.resolved for it in read_dues(night.desk, night.at(23), night.at(23, 30))}
    assert slots[HER].outcome is Outcome.ON_TIME
    assert slots["Hope"].outcome is Outcome.DUE
    with night.desk.read() as connection:
        rows = connection.execute(check.select().where(check.c.occasion == "roll_call")).all()
    assert [(row.how, row.seen_by == night.staff("dawn")) for row in rows] == [
        ("awake", True),
        ("not_seen", True),
    ]
    line = read_board(night.desk).line(night.women[HER])
    assert line is not None
    assert line.last_seen is not None
    assert line.last_seen.how is How.AWAKE
    assert "seen, or not found" in str(
        night.refused("dawn", MarkWoman(resident=night.women[HER], how=How.DOOR_ONLY))
    )


def test_the_last_mark_holds_and_who_is_left_is_named(night: House) -> None:
    night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    mark(night, HER, How.NOT_SEEN)
    night.clock.advance(MINUTE)
    mark(night, "Hope")
    roll = roll_of(night)
    assert next(woman.name for woman in roll.missing) == HER
    assert len(roll.missing) == 3
    night.clock.advance(MINUTE)
    mark(night, HER)
    assert HER not in [woman.name for woman in roll_of(night).missing]


def test_a_sighting_of_before_the_roll_call_accounts_for_nobody(night: House) -> None:
    night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    mark(night, HER)
    night.by("dawn", EndRoll())
    night.clock.advance(5 * MINUTE)
    night.by("dawn", StartRoll(occasion=Occasion.COUNT))
    assert roll_of(night).found == 0


def test_staff_and_visitors_are_ticked_and_who_calls_is_there(night: House) -> None:
    night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    night.by("dawn", MarkOther(name="Kev, plumber"))
    night.by("dawn", MarkOther(staff=night.staff("priya"), found=False))
    marks = {other.name: other.mark for other in roll_of(night).others}
    assert marks == {"Dawn Ellery": Mark.FOUND, "Priya Nair": Mark.NOT_FOUND, "Kev, plumber": Mark.FOUND}
    assert "Say who" in str(night.refused("dawn", MarkOther()))


def test_who_is_found_though_out_is_inside_until_her_return_is_written(night: House) -> None:
    night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    mark(night, AWAY)
    (her,) = [woman for woman in roll_of(night).inside if woman.name == AWAY]
    assert her.found_though_out
    night.clock.advance(MINUTE)
    night.by("dawn", ComeIn(resident=night.women[AWAY], how=None))
    (her,) = [woman for woman in roll_of(night).inside if woman.name == AWAY]
    assert not her.found_though_out
    assert her.presence is Presence.IN


def test_one_is_open_at_a_time_until_it_is_ended(night: House) -> None:
    assert "No roll call is open" in str(night.refused("dawn", MarkWoman(resident=night.women[HER])))
    first = night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    assert night.by("priya", StartRoll(occasion=Occasion.DRILL)).id == first.id
    assert roll_of(night, "kim").call is not None
    night.by("priya", EndRoll())
    assert night.by("priya", EndRoll()).said == "Ended already"
    assert roll_of(night).call is None


def test_who_was_not_accounted_for_stays_on_the_handover(night: House) -> None:
    night.by("dawn", StartRoll(occasion=Occasion.FIRE))
    mark(night, HER)
    night.clock.advance(MINUTE)
    assert night.by("dawn", EndRoll()).said == "1 of 4 women accounted for"
    night.clock.advance(MINUTE)
    mark_after = [first for first in draft_sheet(night.desk).first if "roll call" in first.text]
    assert {first.name for first in mark_after} == {"Anne Doyles", "Hope", RESTRICTED_NAME, "Eden House"}
    night.by("dawn", LogCheck(resident=night.women["Hope"], how=How.SPOKE))
    left = {first.name for first in draft_sheet(night.desk).first if "roll call" in first.text}
    assert "Hope" not in left
    assert "Anne Doyles" in left


def test_from_a_locked_screen_nobody_is_said_to_have_seen_her(night: House) -> None:
    night.by("priya", RollShown())
    night.by("priya", StartRoll(occasion=Occasion.FIRE, locked=True))
    night.by("priya", MarkWoman(resident=night.women[HER], locked=True))
    with night.desk.read() as connection:
        row = connection.execute(check.select().where(check.c.occasion == "roll_call")).one()
        shown = connection.execute(event.select().where(event.c.kind == "fire_roll")).one()
    assert row.seen_by is None
    assert "from the locked screen of Priya Nair" in row.note
    assert "from the locked screen of Priya Nair" in shown.text
    marks = {other.name: other.mark for other in roll_of(night).others}
    assert marks["Priya Nair"] is Mark.OPEN
    (line,) = [one for one in timeline(night.desk, night.women[HER], night.at(23)) if one.kind == "check"]
    assert line.seen_by is None
    assert not line.unconfirmed


def test_the_paper_is_kept_as_it_was_printed_and_numbered(night: House) -> None:
    first, second = night.by("dawn", PrintRoll()), night.by("dawn", PrintRoll(names=("Fire brigade",)))
    assert (first.paper.number, second.paper.number) == (1, 2)
    night.by("dawn", GoOut(resident=night.women[HER]))
    kept = paper(night.desk, PaperKind.ROLL, 1)
    assert kept is not None
    assert paper_view(night.desk, kept, FireRoll) == first.view
    locked = night.by("priya", PrintRoll(locked=True))
    assert locked.paper.copies[0].name == "whoever is at Priya Nair's locked screen"


def words(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_paper_has_everyone_with_a_box_and_her_needs(night: House) -> None:
    night.by("hannah", ChangeSetting(key="assembly", value="Car park"))
    made = night.by("dawn", PrintRoll())
    content = render(made.view, made.paper, made.paper.copies[0])
    said = words(content)
    for wanted in (
        HER, "Anne Doyles", "Hope", "One woman, restricted", "4 Fennel", "One of us with her on the stairs", "Nuts",
        AWAY, "at hospital", "Infirmary", "Dawn Ellery", "Priya Nair", "Car park", "23:05", "Roll 1 · copy 1 of 1",
    ):  # fmt: skip
        assert wanted in said, wanted
    assert "Gita" not in said
    assert content == render(made.view, made.paper, made.paper.copies[0])


def test_a_full_house_with_the_longest_needs_keeps_to_two_sides(tmp_path: Path) -> None:
    house = small_house(tmp_path / "full", NAMES, told=[])
    for her in house.women.values():
        house.by("hannah", ChangeResident(resident=her, evacuation="Two of us on the stairs, slowly. " * 2))
    made = house.by("dawn", PrintRoll())
    content = render(made.view, made.paper, made.paper.copies[0])
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) == 2
    said = words(content)
    assert said.count("Two of us on the stairs, slowly.") == 2 * len(NAMES)


def test_a_house_with_nobody_in_it_prints(tmp_path: Path) -> None:
    house = small_house(tmp_path / "empty", ())
    made = house.by("dawn", PrintRoll())
    assert "Nobody, as the record has it." in words(render(made.view, made.paper, made.paper.copies[0]))
