"""Drafts: hers alone, there after a restart, gone in the same transaction as the save."""

from app.domain.time import SetClock
from app.services.drafts import KeepDraft, read_draft
from app.services.entrance import desk_of, sign_in
from app.services.notes import WriteNote
from app.services.plans import WritePlan
from app.services.residents import WriteAgreement
from tests.support.houses import House


def test_a_draft_is_its_authors_alone(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(KeepDraft(form="note", subject=her, content="She asked for the"))
    assert read_draft(house.desk, "note", her) == "She asked for the"
    for user in ("dawn", "hannah", "quinn"):
        assert read_draft(house.as_user(user), "note", her) == ""
    house.by("dawn", KeepDraft(form="note", subject=her, content="Dawn's"))
    assert read_draft(house.desk, "note", her) == "She asked for the"
    assert read_draft(house.desk, "note", None) == ""


def test_it_survives_a_restart_and_leaves_no_line_in_the_record(house: House) -> None:
    her, before = house.women["Mary Ellis"], house.desk.store.head()
    for text in ("S", "Sh", "She 👩‍🦽 said “no”", ""):
        house.do(KeepDraft(form="plan", subject=her, content=text))
    house.do(KeepDraft(form="plan", subject=her, content="She \x00 said \ud800"))
    assert house.desk.store.head() == before
    folder = house.desk.store.heads.path.parent
    house.desk.store.close()
    again = sign_in(folder, "priya", "training", SetClock(house.clock.now()), note=False)
    assert read_draft(again, "plan", her) == "She  said ?"
    again.store.close()


def test_the_save_drops_it_and_a_refused_save_does_not(house: House) -> None:
    her = house.women["Mary Ellis"]
    saves = {
        "note": WriteNote(resident=her, text="Tea."),
        "plan": WritePlan(resident=her, answers={"no_return": "Ring."}),
        "agreement": WriteAgreement(resident=her, answers={"asleep": "Breathing"}),
    }
    for form in saves:
        house.do(KeepDraft(form=form, subject=her, content=form))
    house.refused("priya", WriteNote(resident=her, text="  "))
    assert read_draft(house.desk, "note", her) == "note"
    for form, command in saves.items():
        house.do(command)
        assert read_draft(house.desk, form, her) == ""


def test_a_stale_save_keeps_the_draft(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(WritePlan(resident=her, version=0, answers={"no_return": "One"}))
    house.do(KeepDraft(form="plan", subject=her, content="Mine"))
    stale = house.refused("priya", WritePlan(resident=her, version=0, answers={"no_return": "Two"}))
    assert stale.current == 1
    assert read_draft(house.desk, "plan", her) == "Mine"
    assert desk_of(house.desk.store, "priya", house.clock).actor == house.desk.actor
