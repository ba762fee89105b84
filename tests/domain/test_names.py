"""Names that are easily mistaken, in any script."""

from uuid import UUID

import pytest

from app.domain.names import alike, folded, name_alerts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anne Doyle", "Anne Doyles"),
        ("Kelly-Ann Moss", "kellyann moss"),
        ("Zoë Ní Bhriain", "Zoe Ni Bhriain"),
        ("ليلى الحسن", "ليلى الحسين"),
        ("Hope", "HOPE "),
    ],
)
def test_these_are_easily_mistaken(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Hope", "Hazel"), ("Mary Ellis", "Gita Sandhu"), ("", ""), ("😀", "🫖")]
)
def test_these_are_not(one: str, other: str) -> None:
    assert not alike(one, other)


def test_case_accents_and_punctuation_do_not_tell_names_apart() -> None:
    assert folded("  O’Brien-ÉLODIE ") == "o brien elodie"


def test_each_is_told_of_the_other_and_where_she_is() -> None:
    anne, annes, hope = (UUID(int=n) for n in (1, 2, 3))
    told = name_alerts(
        [(anne, "Anne Doyle", "1 Sage"), (annes, "Anne Doyles", "no room"), (hope, "Hope", "5 Dill")]
    )
    assert told == {anne: "Anne Doyles, no room", annes: "Anne Doyle, 1 Sage"}
