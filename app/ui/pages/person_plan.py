"""Her plan and her agreement on her page: what to do if she is not back, and how she likes to be checked."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.fields import Field, Kind
from app.domain.plans import ANSWERS, CONTACT_FIELDS, Contact, ContingencyPlan
from app.domain.residents import AGREEMENT, NightAgreement, ResidentRef
from app.domain.time import day_label
from app.services.person import read_person
from app.services.plans import AddContact, ChangeContact, RemoveContact, WritePlan, plan_of
from app.services.residents import WriteAgreement
from app.ui.dialogs import ChooseSheet, Option
from app.ui.pages.person_sheets import Answers, ask, edit_answers
from app.ui.sitting import Sitting
from app.ui.widgets.basics import clear_layout, column, label

RESTRICTED_PLAN = "Her plan is restricted. If you need it now, open her record: it asks for a reason, and the manager is told."
NO_PLAN = "No plan yet. Ring the on-call manager, and write one."


class PlanBody(QWidget):
    """The plan: whom to ring in order, then the answers."""

    def __init__(self) -> None:
        super().__init__()
        self._body = column(self, gap=6)

    def show_plan(self, plan: ContingencyPlan | None, hidden: bool) -> None:
        """Show it, or why there is none to be shown."""
        clear_layout(self._body)
        add = self._body.addWidget
        if plan is None:
            add(label(RESTRICTED_PLAN if hidden else NO_PLAN, wrap=True))
            return
        for contact in plan.contacts:
            said = " · ".join(
                part for part in (contact.agency, contact.name, contact.phone, contact.role) if part
            )
            add(label(f"{contact.position}. {said}", "name", wrap=True))
        for field in ANSWERS:
            text = (plan.answers.get(field.name) or "").strip()
            if text:
                add(label(field.label, "small_bold", wrap=True))
                add(label(text, wrap=True))
        if plan.unanswered:
            add(label(f"Not answered: {', '.join(plan.unanswered)}.", "small", tone="amber", wrap=True))


class AgreementBody(QWidget):
    """Her night agreement, in her own words."""

    def __init__(self) -> None:
        super().__init__()
        self._body = column(self, gap=6)

    def show_agreement(self, agreement: NightAgreement | None) -> None:
        """Show it, or that nobody has asked her yet."""
        clear_layout(self._body)
        add = self._body.addWidget
        if agreement is None:
            add(label("Nobody has asked her yet.", "muted", wrap=True))
            return
        for field in AGREEMENT:
            text = (agreement.answers.get(field.name) or "").strip()
            if text:
                add(label(field.label, "small_bold", wrap=True))
                add(label(text, wrap=True))
        if agreement.agreed_on:
            add(label(f"Agreed with her {day_label(agreement.agreed_on)}.", "small_muted"))


def edit_plan(sitting: Sitting, parent: QWidget, who: ResidentRef, plan: ContingencyPlan | None) -> None:
    """The seven answers."""

    def theirs() -> dict[str, str | None]:
        now = plan_of(sitting.desk, who.id)
        return now.answers if now else {}

    record = Answers(
        "plan",
        f"If she is not back: {who.name}",
        ANSWERS,
        "Night staff read this at 03:00. Say who to ring, in order, and what to say.",
        lambda version, values: WritePlan(resident=who.id, version=version, answers=values),
        theirs,
    )
    edit_answers(sitting, parent, who, record, plan.version if plan else 0, plan.answers if plan else None)


def edit_agreement(
    sitting: Sitting, parent: QWidget, who: ResidentRef, agreement: NightAgreement | None
) -> None:
    """Her night agreement."""

    def theirs() -> dict[str, str | None]:
        person = read_person(sitting.desk, who.id)
        return person.resident.agreement.answers if person and person.resident.agreement else {}

    record = Answers(
        "agreement",
        f"How {who.name} likes to be checked",
        AGREEMENT,
        "In her own words where you can.",
        lambda version, values: WriteAgreement(resident=who.id, version=version, answers=values),
        theirs,
    )
    start = agreement.answers if agreement else None
    edit_answers(sitting, parent, who, record, agreement.version if agreement else 0, start)


def add_contact(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """Someone to ring."""
    ask(
        sitting,
        parent,
        f"Someone to ring: {who.name}",
        CONTACT_FIELDS,
        lambda values: AddContact(resident=who.id, **values),
        action="Add",
    )


_OFF = Field("off", "No longer to be rung", Kind.CHECK)


def change_contact(sitting: Sitting, parent: QWidget, who: ResidentRef, contacts: Sequence[Contact]) -> None:
    """Another number for someone to ring, or nobody to ring any more."""

    def change(contact: Contact) -> None:
        def make(values: dict[str, Any]) -> ChangeContact | RemoveContact:
            if values.pop("off"):
                return RemoveContact(contact=contact.id)
            return ChangeContact(contact=contact.id, version=contact.version, **values)

        start = {field.name: getattr(contact, field.name) for field in CONTACT_FIELDS}
        ask(sitting, parent, f"Someone to ring: {who.name}", (*CONTACT_FIELDS, _OFF), make, start=start)

    by_key = {str(contact.id): contact for contact in contacts}
    if len(contacts) == 1:
        change(contacts[0])
        return
    options = [
        Option(key, f"{one.agency} {one.name or ''}".strip(), one.phone or "") for key, one in by_key.items()
    ]
    sheet = ChooseSheet(parent, "Whom to change?", options)
    sheet.chosen.connect(lambda key: change(by_key[key]))
    sheet.open()
