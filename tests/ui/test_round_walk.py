"""The walk on a real page and a real store: begun by a key, paused, taken over, shared, by radio; by keyboard."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.domain.regimes import Purpose
from app.domain.sightings import How, Source
from app.domain.walks import State, Step
from app.services.checks import LogCheck
from app.services.regimes import StartRule
from app.services.rounds import read_round
from app.services.walks import EndWalk, PauseWalk, StartWalk, walks
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from tests.ui.houses import NAMES, NIGHT, small_house
from tests.ui.test_round import facts, start
from tests.ui.walked import Walked

ENTER = Qt.Key.Key_Return


def steps(walk: Walked) -> list[tuple[Step, str]]:
    found = read_round(walk.house.desk).walk
    return [(step.kind, step.name) for step in found.steps] if found else []


def test_the_first_key_begins_the_walk_and_the_last_sighting_ends_it(walked: Any) -> None:
    walk = walked()
    start(walk)
    assert steps(walk) == []
    walk.press("s")
    walk.wait()
    assert steps(walk) == [(Step.STARTED, "Priya Nair")]
    walk.house.clock.advance(timedelta(seconds=81))
    walk.press(*"ssss")
    walk.wait()
    walk.wait()
    assert steps(walk) == [(Step.STARTED, "Priya Nair"), (Step.ENDED, "Priya Nair")]
    assert (walk.page.side.count.text(), walk.page.side.elapsed.text()) == ("5 of 5", "in 1 min 21 s")
    kept = walks(walk.house.desk, NIGHT - timedelta(hours=1))[0]
    assert kept.said(walk.house.desk.house.zone) == "Curfew round 23:05–23:06, Priya Nair, 5 of 5 seen"


def test_looking_at_the_round_writes_nothing(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press(Qt.Key.Key_Down, Qt.Key.Key_Escape)
    walk.wait()
    assert walk.committed == 0
    assert steps(walk) == []


def test_paused_offered_again_and_gone_on_with(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("s", "s")
    walk.wait()
    walk.house.clock.advance(timedelta(minutes=1))
    walk.press(Qt.Key.Key_Escape)
    walk.wait()
    assert steps(walk)[-1] == (Step.PAUSED, "Priya Nair")
    walk.house.clock.advance(timedelta(minutes=5))
    start(walk)
    assert walk.page.offer.isVisible()
    offered = "Go on with the curfew round, 23:00: 2 of 5. Priya Nair paused at 23:06."
    assert walk.page.offer.said.text() == offered
    assert walk.page.side.elapsed.text() == "paused after 1 min 0 s"
    walk.press("g")
    walk.wait()
    assert steps(walk)[-1] == (Step.RESUMED, "Priya Nair")
    assert not walk.page.offer.isVisible()


def test_a_key_takes_over_what_a_colleague_paused(walked: Any) -> None:
    walk = walked()
    dawn = walk.house.as_user("dawn")
    dawn.do(StartWalk())
    dawn.do(LogCheck(resident=walk.house.women["Anne Doyle"], how=How.SPOKE))
    dawn.do(PauseWalk())
    start(walk)
    assert "1 of 5. Dawn Ellery paused at 23:05." in walk.page.offer.said.text()
    walk.press("s")
    walk.wait()
    assert steps(walk)[-1] == (Step.RESUMED, "Priya Nair")
    found = read_round(walk.house.desk).walk
    assert found is not None
    assert found.people == "Dawn Ellery, then Priya Nair"


def test_ended_by_hand_says_how_many_were_not_seen(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("e")
    assert walk.sheet is None
    assert "Nobody is walking this round" in walk.said
    walk.press("s")
    walk.wait()
    walk.press("e")
    walk.press("Called away.")
    walk.sheet.submit()
    walk.wait()
    found = read_round(walk.house.desk).walk
    assert found is not None
    assert found.state is State.ENDED
    assert found.tally is not None
    assert (found.tally.said, found.why_ended) == ("1 of 5 seen", "Called away.")
    assert len(walk.page.walk.waiting) == 4


def test_one_check_of_one_woman_is_no_walk(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "one", now=NIGHT - timedelta(hours=8))
    house.do(StartRule(resident=house.women["Hope"], purpose=Purpose.WELFARE, minimum=0, maximum=60))
    house.clock.advance(timedelta(minutes=40))
    walk = walked(house)
    start(walk)
    walk.press("s")
    walk.wait()
    assert walk.committed == 1
    assert walks(house.desk, NIGHT - timedelta(hours=12)) == ()


# Gaps


def test_before_the_first_key_the_worst_gap_is_what_it_would_be_now(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "gap", now=NIGHT - timedelta(minutes=50))
    for name, most in (("Hope", 60), ("Mary Ellis", 30)):
        house.do(StartRule(resident=house.women[name], purpose=Purpose.WELFARE, minimum=0, maximum=most))
    house.clock.advance(timedelta(minutes=30))
    house.do(LogCheck(resident=house.women["Mary Ellis"], how=How.SPOKE))
    house.clock.set(NIGHT)
    walk = walked(house)
    start(walk)
    assert "If you start now, the longest gap is 50 min, Hope (every 60 min)" in facts(walk)
    walk.press("s")
    walk.wait()
    assert "Longest gap so far 50 min, Hope (every 60 min)" in facts(walk)


def test_without_a_rule_of_her_own_there_is_no_gap_only_last_seen(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "none", now=NIGHT - timedelta(hours=9))
    for name in NAMES[:5]:
        house.do(LogCheck(resident=house.women[name], how=How.SPOKE))
    house.clock.set(NIGHT)
    walk = walked(house)
    start(walk)
    said = [fact for fact in facts(walk) if "gap" in fact.lower() or "since" in fact]
    assert said == ["Longest since last seen: 9 h 00, Anne Doyle. No rule asks for her in between."]


# Two people


def test_the_card_moves_on_from_a_woman_whom_a_colleague_has_just_seen(walked: Any) -> None:
    walk = walked()
    start(walk)
    assert walk.current() == "Anne Doyle"
    dawn = walk.house.as_user("dawn")
    dawn.do(StartWalk())
    dawn.do(LogCheck(resident=walk.house.women["Anne Doyle"], how=How.AWAKE))
    walk.page.changed(0)
    walk.wait()
    assert walk.current() == "Mary Ellis"
    assert walk.said == "Anne Doyle: Dawn Ellery saw her at 23:05:00."
    assert "With Dawn Ellery, 1 done on the ground floor" in facts(walk)
    assert "by Dawn Ellery" in walk.cells("Anne Doyle")[4]


def test_a_key_struck_as_the_card_goes_is_a_second_sighting_of_her_and_of_nobody_else(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.page.beside.hold.setInterval(60_000)
    walk.house.as_user("dawn").do(LogCheck(resident=walk.house.women["Anne Doyle"], how=How.AWAKE))
    walk.page.changed(0)
    walk.wait()
    assert walk.current() == "Mary Ellis"
    walk.press("s")
    walk.wait()
    assert walk.current() == "Mary Ellis"
    anne, mary = walk.line("Anne Doyle"), walk.line("Mary Ellis")
    assert (anne.met.typed_by, [it.typed_by for it in anne.also]) == ("Dawn Ellery", ["Priya Nair"])
    assert mary.met is None
    assert walk.said == (
        "Anne Doyle was seen twice: by Dawn Ellery at 23:05:00, by you at 23:05:00. Both stand, as two sightings."
    )
    walk.page.beside.hold.stop()
    walk.press("s")
    walk.wait()
    assert walk.line("Mary Ellis").met.typed_by == "Priya Nair"


def test_out_is_not_struck_for_whoever_came_under_the_key(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.page.beside.hold.setInterval(60_000)
    walk.house.as_user("dawn").do(LogCheck(resident=walk.house.women["Anne Doyle"], how=How.AWAKE))
    walk.page.changed(0)
    walk.wait()
    before = walk.committed
    walk.press("o")
    walk.wait()
    assert walk.committed == before
    assert "has just moved on" in walk.said


def test_both_in_the_same_second_are_told_on_the_first_screen_too(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("s")
    walk.wait()
    walk.house.as_user("dawn").do(LogCheck(resident=walk.house.women["Anne Doyle"], how=How.AWAKE))
    walk.page.changed(0)
    walk.wait()
    assert walk.said.startswith("Anne Doyle was seen twice: by Dawn Ellery at 23:05:00, by you at 23:05:00.")
    assert "seen also 23:05:00 by Dawn Ellery" in walk.cells("Anne Doyle")[4]


def test_a_walk_that_the_other_ended_is_ended_here(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("s")
    walk.wait()
    walk.house.as_user("dawn").do(EndWalk())
    walk.page.changed(0)
    walk.wait()
    assert walk.page.walking.why_not_end() is not None
    walk.press("s")
    walk.wait()
    assert steps(walk) == [(Step.STARTED, "Priya Nair")]


# Radio


def test_radio_stays_until_the_same_key_ends_it_and_stands_on_the_card(walked: Any) -> None:
    walk = walked()
    start(walk)
    walk.press("m")
    walk.press("kim", ENTER)
    banner = "By radio: Kim Osei sees, Priya Nair types · M ends it"
    assert walk.page.card.radio.isVisible()
    assert walk.page.card.radio.text() == banner
    walk.press("s")
    walk.wait()
    walk.press(Qt.Key.Key_Escape)
    walk.shell.go("round")
    walk.wait()
    assert (walk.shell.page_id, walk.page.walk.mode.radio) == ("round", True)
    assert walk.page.card.radio.isVisible()
    walk.press("b")
    walk.wait()
    for name in NAMES[:2]:
        met = walk.line(name).met
        assert (met.seen_by, met.typed_by, met.source, met.unconfirmed) == (
            "Kim Osei", "Priya Nair", Source.RADIO, True,
        )  # fmt: skip
    walk.press("m")
    assert not walk.page.card.radio.isVisible()
    walk.press("s")
    walk.wait()
    assert walk.line("Anne Doyles").met.seen_by == "Priya Nair"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_offer_and_banner_are_whole_at_the_largest_size(walked: Any, look: Any, scale: float) -> None:
    look.set_scale(scale)
    walk = walked(names=NAMES)
    dawn = walk.house.as_user("dawn")
    dawn.do(StartWalk())
    dawn.do(PauseWalk())
    start(walk)
    walk.shell.resize(int(1440 * scale), int(900 * scale))
    walk.press("m")
    walk.press("kim", ENTER)
    walk.page.move_to(walk.house.women[NAMES[-1]])
    settle()
    assert walk.page.offer.isVisible()
    assert clipped_text(walk.page) == []
    assert unnamed_controls(walk.page) == []
