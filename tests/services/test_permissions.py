"""Every act has one rule, and every role is let do it or told why not and who can."""

import pytest

import app.services.handovers  # noqa: F401  (imported for its acts)
from app.domain.permissions import MAY, may
from app.domain.results import Available, Unavailable
from app.domain.staff import MANAGERS, Actor, Role
from app.services.acts import ACTS
from app.services.house import ChangeSetting
from app.services.notes import WriteNote
from tests.support.houses import House
from tests.support.stores import HOUSE, KIM

FLOOR = {Role.RESIDENTIAL, Role.KEY_WORKER, Role.SHIFT_LEAD, *MANAGERS}


def test_every_act_has_a_rule_and_every_rule_an_act() -> None:
    assert set(MAY) == set(ACTS)


@pytest.mark.parametrize("word", sorted(MAY))
def test_each_role_is_let_or_told_who_can(word: str) -> None:
    for role in Role:
        answer = may(Actor(KIM.staff_id, "kim", "Kim Osei", role, HOUSE), word)
        if role in MAY[word]:
            assert isinstance(answer, Available)
        else:
            assert isinstance(answer, Unavailable)
            assert answer.reason.endswith(".")
            assert str(answer).endswith(" can.")


def test_what_the_floor_does_and_what_only_managers_do() -> None:
    for word in (
        "check",
        "out",
        "in",
        "note",
        "strike",
        "amend",
        "rule",
        "replace_rule",
        "excuse",
        "open_case",
    ):
        assert set(MAY[word]) == FLOOR
    for word in ("end_rule", "setting", "restrict", "list_reader", "close_room"):
        assert set(MAY[word]) == MANAGERS
    assert Role.QUALITY not in set().union(
        *(MAY[w] for w in ("check", "note", "plan", "break_glass", "rule"))
    )


def test_the_desk_reads_the_same_rule(house: House) -> None:
    refusal = house.refused("quinn", WriteNote(text="I read this."))
    assert str(refusal) == str(house.as_user("quinn").can("note"))
    assert "A manager can." in str(house.refused("dawn", ChangeSetting(key="grace", value=10)))
