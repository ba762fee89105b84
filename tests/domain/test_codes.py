"""The official lists: each code compared with a list written by hand from the reference (REFERENCE.md 1.5, 2.1 to 2.6)."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.codes import COLUMNS, Code, Codes, read_codes

FOLDER = Path(__file__).resolve().parents[2] / "db" / "reference"
TODAY = date(2026, 11, 22)
HEAD = ",".join(COLUMNS)

#: What may be chosen: label and national code, in order; under "Breach / Recall" what belongs there.
OFFERED: dict[str, list[tuple[str, str | None]]] = {
    "non_arrival_reason": [
        ("Failed to arrive as planned", "A"), ("Admitted to hospital", "H"), ("Arrested / In custody / Recalled", "1H"),
        ("Parole release not granted", "4I"), ("Other", "D"),
    ],
    "departure_reason": [
        ("Planned move-on", "O"), ("Order / licence expired", "N"), ("Bed Withdrawn", "X"), ("Breach / Recall", None),
        ("Absconded", "A"), ("Behaviour / increasing risk in AP", "D"), ("Curfew", "F"),
        ("Order, licence or Bail Condition", "E"), ("Positive alcohol test / use", "PAT"),
        ("Positive drug test / use", "C"), ("Arrested, remanded in custody, or sentenced", "H"),
        ("Admitted to Hospital", "Q"), ("Died", "P"), ("End of ROTL", "V"),
    ],
    "move_on_category": [
        ("B & B / Temp / Short-Term Housing", "MC05"), ("CAS2", "CAS2"), ("CAS3", "CAS3"), ("Custody", "MC19"),
        ("Deported/ Detention Centre/IRC", "MC10"), ("Living with Family/ Partner/ Other", "MC07"),
        ("Local Authority / Housing Association - Rented", "MC02"), ("No Fixed Abode", "MC14"),
        ("Owner Occupied", "MC08"), ("Private Rented", "MC04"), ("Supported Housing", "MC06"),
        ("Transferred to different AP", "P"),
    ],
    "cancellation_reason": [
        ("An alternative AP placement needs to be found", None), ("AP has appealed placement", None),
        ("Person has been deprioritised at this AP", None), ("Probation Practitioner requested it", None), ("Other", None),
    ],
    "transfer_reason": [
        ("Conflict with staff", None), ("Extending the placement (no capacity at current AP)", None),
        ("Local community issue", None), ("Moving person closer to resettlement area", None),
        ("Placement prioritisation", None), ("Public protection", None), ("Risk to resident", None),
    ],
    "room_criterion": [
        ("Wheelchair accessible", "isWheelchairDesignated"), ("Step-free", "isStepFreeDesignated"), ("En-suite", "hasEnSuite"),
        ("Single room", "isSingle"), ("Suitable for active arson risk", "isArsonSuitable"),
        ("Suitable for sexual offence risk", "isSuitedForSexOffenders"),
    ],
}  # fmt: skip
#: What old rows may still name, and what is only stored.
NOT_OFFERED = {
    "non_arrival_reason": {("Offer Withdrawn", "B"), ("Withdrawn by Referrer", "C"), ("Custodial disposal - RIC", "1H")},
    "departure_reason": {
        ("Absconded", "J"), ("Left of own volition", "K"), ("Other", "W"), ("House rules", "B"), ("Other", "G"),
    },
    "move_on_category": {
        ("Not Applicable", "MCNA"), ("Housing Association - Rented", "MC03"), ("Local Authority - Rented", "MC02"),
    },
    "cancellation_reason": {
        ("Related application withdrawn", None), ("Related placement request withdrawn", None),
        ("Related request for placement withdrawn", None), ("Booking successfully appealed", None), ("Deceased", None),
        ("Error in booking", None), ("Error in Booking Details", None), ("The AP requested it", None),
        ("The placement is being transferred", None), ("Withdrawn by Approved Premises", None),
    },
    "transfer_reason": set(),
    "room_criterion": set(),
}  # fmt: skip
BREACHES = {
    "Absconded", "Behaviour / increasing risk in AP", "Curfew", "Order, licence or Bail Condition",
    "Positive alcohol test / use", "Positive drug test / use",
}  # fmt: skip


def listed(name: str) -> Codes:
    return read_codes(name, (FOLDER / f"{name}.csv").read_text(encoding="utf-8"))


def said(rows: list[Code]) -> list[tuple[str, str | None]]:
    return [(row.label, row.official) for row in rows]


def test_every_list_is_compared() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(OFFERED) == set(NOT_OFFERED)


@pytest.mark.parametrize("name", OFFERED)
def test_what_may_be_chosen_is_what_the_service_lists(name: str) -> None:
    assert said([row for row in listed(name) if row.offered(TODAY)]) == OFFERED[name]


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_nothing_that_was_retired_is_gone(name: str) -> None:
    rest = said([row for row in listed(name) if not row.offered(TODAY)])
    assert len(rest) == len(set(rest))
    assert set(rest) == NOT_OFFERED[name]


def test_a_breach_says_which() -> None:
    reasons = listed("departure_reason")
    assert {row.label for row in reasons.under("breach_or_recall", TODAY)} == BREACHES
    offered = dict(reasons.choices(TODAY))
    assert "breach_or_recall" not in offered
    assert offered["breach_curfew"] == reasons.label("breach_curfew") == "Breach / Recall: Curfew"


@pytest.mark.parametrize("name", ["non_arrival_reason", "cancellation_reason"])
def test_other_needs_words(name: str) -> None:
    assert [row.label for row in listed(name) if row.words_needed] == ["Other"]


def test_a_retired_code_is_still_read() -> None:
    reasons = listed("departure_reason")
    assert reasons.label("absconded") == "Absconded"
    assert reasons.label("breach_house_rules") == "Breach / Recall: House rules"
    assert reasons.label("never heard of") == "never heard of"
    assert reasons.label(None) == ""


def test_a_code_is_offered_from_its_first_day_to_the_day_before_its_end() -> None:
    (row,) = read_codes("x", f"{HEAD}\na,A,,,,,2026-01-01,2026-12-01\n")
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 30), date(2026, 12, 1))
    assert [row.offered(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("code,label\n", "first line"),
        (f"{HEAD}\na,A,,,,,,\na,B,,,,,,\n", "line 3: the code a stands twice"),
        (f"{HEAD}\nb,B,a,,,,,\n", "line 2: a must stand above"),
        (f"{HEAD}\na,A,,,,,2026-02-30,\n", "line 2"),
        (f"{HEAD}\na,A,,,,,2026-02-02,2026-02-01\n", "ends before"),
        (f"{HEAD}\na,A ,,,,,,\n", "blank at an end"),
        (f"{HEAD}\nA b,A,,,,,,\n", "small letters"),
        (f"{HEAD}\na,A,,,maybe,,,\n", "needed"),
        (f"{HEAD}\na,A,,,,lapsed,,\n", "line 2"),
        (f"{HEAD}\na,A\n", "8 columns"),
        (f"{HEAD}\na,A,,,,,,,extra\n", "8 columns"),
    ],
)
def test_a_list_that_can_not_be_read_says_where_and_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_codes("list", text)
