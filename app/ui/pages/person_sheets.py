"""The sheets of her page: each asks for what one act needs, keeps what is typed, and closes when it is in the record."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.absences import DECISIONS, STEP_FIELDS, AbsenceCase, Decision, StepKind
from app.domain.fields import Field, Kind
from app.domain.plans import ANSWERS, CONTACT_FIELDS, Contact, ContingencyPlan
from app.domain.regimes import Purpose, Rule
from app.domain.residents import AGREEMENT, NightAgreement, ResidentRef
from app.domain.saying import rule_said
from app.domain.sightings import How
from app.domain.timeline import TimelineLine
from app.domain.wording import HOW, PURPOSE
from app.services.absences import CaseStep, CloseCase, Decide, OpenCase
from app.services.checks import Confirm, LogCheck, Occasion
from app.services.corrections import Amend, Strike
from app.services.drafts import read_draft
from app.services.movements import GoOut
from app.services.notes import WriteNote
from app.services.person import read_person
from app.services.plans import AddContact, ChangeContact, RemoveContact, WritePlan, plan_of
from app.services.regimes import EndRule, ReplaceRule, StartRule
from app.services.residents import BreakGlass, WriteAgreement
from app.ui.dialogs import ChooseSheet, FormSheet, Option, TextSheet
from app.ui.sitting import Sitting
from app.ui.widgets.fields import TextBox
from app.ui.widgets.moment import Moment

Make = Callable[[dict[str, Any]], Any]


def ask(
    sitting: Sitting,
    parent: QWidget,
    title: str,
    fields: Sequence[Field],
    make: Make,
    *,
    text: str = "",
    action: str = "Save",
    start: dict[str, Any] | None = None,
) -> FormSheet:
    """Open a sheet of fields and do the act that `make` makes of its values; a refusal is shown beside the fields."""
    sheet = FormSheet(
        parent,
        title,
        fields,
        text=text,
        action=action,
        moment=lambda: Moment(sitting.desk.house.zone, lambda: sitting.now),
    )
    if start:
        sheet.form.set_values(start)

    def done(_: object) -> None:
        settle(sheet)
        sheet.accept()

    sheet.answered.connect(lambda values: sitting.do(make(values), done, sheet.refuse, owner=sheet))
    sheet.open()
    return sheet


def settle(sheet: FormSheet) -> None:
    """What was typed is in the record: its drafts need nothing more."""
    for box in sheet.form.boxes.values():
        if box.drafts is not None:
            box.drafts.settle()


def keep_drafts(sitting: Sitting, sheet: FormSheet, form: str, subject: ResidentRef) -> None:
    """Keep the sheet's long texts while they are typed, as one draft; and bring back what was being typed before."""
    save = sitting.keep_draft(form, subject.id)

    def keep(_: str) -> None:
        save(
            json.dumps(
                {
                    name: box.value()
                    for name, box in sheet.form.boxes.items()
                    if isinstance(box.control, TextBox)
                }
            )
        )

    def bring(content: str) -> None:
        if content:
            sheet.form.set_values(json.loads(content))
            sheet.show_error("This is what you were typing last time. It is not saved yet.")
        for box in sheet.form.boxes.values():
            if isinstance(box.control, TextBox):
                box.keep_drafts(keep)

    desk = sitting.desk
    sitting.jobs.read(
        lambda: read_draft(desk, form, subject.id), bring, owner=sheet, doing="Reading your draft"
    )


def show_both(
    sitting: Sitting, sheet: FormSheet, opened: dict[str, int], read: Callable[[], dict[str, str | None]]
) -> None:
    """When someone else has saved meanwhile: her words stand beside each field, mine stay in it, and the next save is
    over hers, knowingly. `opened["version"]` is what the act is made with."""

    def shown(theirs: dict[str, str | None]) -> None:
        for name, text in theirs.items():
            if (text or "").strip() != str(sheet.form[name].value() or "").strip():
                sheet.form[name].set_error(f"In the record now: {text or 'nothing'}")
        sheet.show_error("Someone else has changed this since you opened it. Look at both, then save again.")

    def stale(version: int) -> None:
        opened["version"] = version
        sitting.jobs.read(read, shown, owner=sheet, doing="Reading what was saved")

    sheet.on_stale = stale


def check_now(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """One sighting outside a round: how, by whom and when, with a note."""
    fields = (
        Field(
            "how",
            "How she was seen",
            Kind.CHOICE,
            required=True,
            choices=tuple((h.value, HOW[h]) for h in How),
        ),
        Field("when", "When", Kind.INSTANT),
        Field("note", "Note", Kind.MULTILINE, limit=200_000),
        Field("concern", "There is a concern", Kind.CHECK),
    )

    def make(values: dict[str, Any]) -> LogCheck:
        return LogCheck(
            resident=who.id,
            how=How(values["how"]),
            occasion=Occasion.TALK,
            note=values["note"],
            concern=values["concern"],
            **seen(values["when"]),
        )

    ask(sitting, parent, f"Check: {who.name}", fields, make, action="Write it")


def seen(moment: Any) -> dict[str, Any]:
    """A Moment's value as the fields of an act; nothing at all for now."""
    if moment is None or moment.now:
        return {}
    between = moment.seen_to if moment.seen_to != moment.seen_from else None
    return {
        "seen_at": moment.seen_from,
        "seen_until": between,
        "precision": moment.precision,
        "source": moment.source,
    }


def write_note(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """A note about her; kept as a draft while it is typed."""
    field = Field("text", "Note", Kind.MULTILINE, "What was seen, said or done.", 200_000, required=True)
    sheet = TextSheet(parent, f"Note: {who.name}", field, draft=sitting.keep_draft("note", who.id))
    desk = sitting.desk
    sitting.jobs.read(
        lambda: read_draft(desk, "note", who.id),
        lambda text: sheet.box.set_value(text) if text else None,
        owner=sheet,
    )
    sheet.answered.connect(
        lambda values: sitting.do(
            WriteNote(resident=who.id, text=values["text"], hand_over=True),
            lambda _: sheet.accept(),
            sheet.refuse,
            owner=sheet,
            doing="Saving the note",
        )
    )
    sheet.open()


def go_out(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """She goes out, with where and until when."""
    fields = (
        Field("place", "Where"),
        Field("purpose", "What for"),
        Field("back", "Expected back", Kind.TIME, "A time today, or tomorrow if it is earlier than now."),
    )

    def make(values: dict[str, Any]) -> GoOut:
        back = None
        if values["back"] is not None:
            local = sitting.now.astimezone(sitting.desk.house.zone)
            back = datetime.combine(local.date(), values["back"], tzinfo=local.tzinfo)
            back += timedelta(days=1) if back <= local else timedelta(0)
        return GoOut(resident=who.id, place=values["place"], purpose=values["purpose"], expected_back=back)

    ask(sitting, parent, f"Out: {who.name}", fields, make, action="She goes out")


def edit_plan(sitting: Sitting, parent: QWidget, who: ResidentRef, plan: ContingencyPlan | None) -> None:
    """The seven answers."""
    opened = {"version": plan.version if plan else 0}
    sheet = ask(
        sitting,
        parent,
        f"If she is not back: {who.name}",
        ANSWERS,
        lambda values: WritePlan(resident=who.id, version=opened["version"], answers=values),
        text="Night staff read this at 03:00. Say who to ring, in order, and what to say.",
        start=plan.answers if plan else None,
    )
    keep_drafts(sitting, sheet, "plan", who)

    def theirs() -> dict[str, str | None]:
        now = plan_of(sitting.desk, who.id)
        return now.answers if now else {}

    show_both(sitting, sheet, opened, theirs)


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


def edit_agreement(
    sitting: Sitting, parent: QWidget, who: ResidentRef, agreement: NightAgreement | None
) -> None:
    """Her night agreement."""
    opened = {"version": agreement.version if agreement else 0}
    sheet = ask(
        sitting,
        parent,
        f"How {who.name} likes to be checked",
        AGREEMENT,
        lambda values: WriteAgreement(resident=who.id, version=opened["version"], answers=values),
        text="In her own words where you can.",
        start=agreement.answers if agreement else None,
    )
    keep_drafts(sitting, sheet, "agreement", who)

    def theirs() -> dict[str, str | None]:
        person = read_person(sitting.desk, who.id)
        return person.resident.agreement.answers if person and person.resident.agreement else {}

    show_both(sitting, sheet, opened, theirs)


_PURPOSES = tuple((p.value, PURPOSE[p]) for p in Purpose if p is not Purpose.ROUND)
_RULE = (
    Field(
        "minimum", "At least every (minutes)", Kind.NUMBER, "For checks by interval; makes them irregular."
    ),
    Field("maximum", "At most every (minutes)", Kind.NUMBER, "For checks by interval."),
    Field(
        "hours_from",
        "Between",
        Kind.TIME,
        "For checks by interval in part of the day; leave out for all day.",
    ),
    Field("hours_to", "and", Kind.TIME),
    Field("opens", "Seen from", Kind.TIME, "For a fixed time, such as a sign-in or her own curfew."),
    Field("closes", "Seen by", Kind.TIME),
    Field("until", "Curfew ends", Kind.TIME, "For a curfew only."),
    Field("why", "Why", limit=4000),
)


def start_rule(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """A rule of her own, from now on."""
    fields = (Field("purpose", "What for", Kind.CHOICE, required=True, choices=_PURPOSES), *_RULE)

    def make(values: dict[str, Any]) -> StartRule:
        return StartRule(resident=who.id, **(values | {"purpose": Purpose(values["purpose"])}))

    ask(sitting, parent, f"A rule for {who.name}", fields, make, action="Start now")


def replace_rule(sitting: Sitting, parent: QWidget, who: ResidentRef, rule: Rule) -> None:
    """Another rule in its place; it does not reset her clock."""

    def make(values: dict[str, Any]) -> ReplaceRule:
        return ReplaceRule(resident=who.id, rule=rule.id, purpose=rule.purpose, **values)

    text = f"In place of “{rule_said(rule)}”. Her clock goes on. Loosening is for a manager."
    ask(
        sitting,
        parent,
        f"Replace a rule: {who.name}",
        _RULE,
        make,
        text=text,
        action="Replace now",
    )


def end_rule(sitting: Sitting, parent: QWidget, who: ResidentRef, rule: Rule) -> None:
    """End a rule: a manager's act."""
    ask(
        sitting,
        parent,
        f"End a rule: {who.name}",
        (Field("why", "Why", Kind.MULTILINE, limit=4000, required=True),),
        lambda values: EndRule(rule=rule.id, why=values["why"]),
        text=f"“{rule_said(rule)}” ends now. What was due until now stays as it is.",
        action="End now",
    )


def choose_rule(parent: QWidget, title: str, rules: Sequence[Rule], then: Callable[[Rule], object]) -> None:
    """Which of her rules; at once when there is only one."""
    if len(rules) == 1:
        then(rules[0])
        return
    by_key = {str(rule.id): rule for rule in rules}
    sheet = ChooseSheet(parent, title, [Option(key, rule_said(rule)) for key, rule in by_key.items()])
    sheet.chosen.connect(lambda key: then(by_key[key]))
    sheet.open()


_WHY = Field("reason", "Why", Kind.MULTILINE, "It stays readable beside the entry.", 4000, required=True)
_HOW_NOW = Field(
    "how",
    "How she was seen",
    Kind.CHOICE,
    "Leave it to keep what was written.",
    choices=tuple((h.value, HOW[h]) for h in How),
)


def open_entry(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    """What may be done with an entry: confirm, correct or strike it. It stays readable whatever is chosen."""
    if line.struck or line.amended_by is not None:
        sitting.tell("That entry was struck or corrected already; both stay readable.", "amber")
        return
    options = [Option("confirm", "Confirm it", "I saw her so")] if line.unconfirmed else []
    if line.kind in {"check", "movement"}:
        options.append(Option("correct", "Correct it", "another time, or how she was seen"))
    if line.kind != "absence_step":
        options.append(Option("strike", "Strike it", "it was not so, or not about her"))
    if not options:
        sitting.tell("A step of a case is not changed: write another that says what is right.", "amber")
        return
    sheet = ChooseSheet(parent, f"{line.title}, {sitting.time(line.seen_at)}", options)
    acts = {"confirm": _confirm, "correct": _correct, "strike": _strike}
    sheet.chosen.connect(lambda key: acts[str(key)](sitting, parent, who, line))
    sheet.open()


def _confirm(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    said = f"{who.name}: confirmed."
    sitting.do(
        Confirm(entry=line.entry), lambda _: sitting.tell(said, "green"), owner=parent, doing="Confirming"
    )


def _strike(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    ask(
        sitting,
        parent,
        f"Strike an entry: {who.name}",
        (_WHY,),
        lambda values: Strike(entry=line.entry, reason=values["reason"]),
        text=f"“{line.title}”, {sitting.time(line.seen_at)}. It stays readable, struck through, with your reason.",
        action="Strike it",
    )


def _correct(sitting: Sitting, parent: QWidget, who: ResidentRef, line: TimelineLine) -> None:
    def make(values: dict[str, Any]) -> Amend:
        facts = seen(values["when"])
        how = How(values["how"]) if values["how"] else None
        return Amend(
            entry=line.entry,
            reason=values["reason"],
            how=how,
            seen_at=facts.get("seen_at"),
            seen_until=facts.get("seen_until"),
        )

    ask(
        sitting,
        parent,
        f"Correct an entry: {who.name}",
        (
            Field("when", "When it was so", Kind.INSTANT, "Now keeps the time that was written."),
            _HOW_NOW,
            _WHY,
        ),
        make,
        text=f"“{line.title}”, {sitting.time(line.seen_at)}. Both entries stay readable.",
        action="Correct it",
    )


def open_case(sitting: Sitting, parent: QWidget, who: ResidentRef, due_back: datetime) -> None:
    """Open her absence case."""
    ask(
        sitting,
        parent,
        f"Open an absence case: {who.name}",
        (Field("when", "First noticed", Kind.INSTANT),),
        lambda values: OpenCase(resident=who.id, due_back=due_back, **seen(values["when"])),
        text=f"She was due in at {sitting.time(due_back)}. From now on her steps are written down one by one.",
        action="Open the case",
    )


def case_step(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """One step of the case, at its own time."""

    def make(values: dict[str, Any]) -> CaseStep:
        when = seen(values.pop("when"))
        return CaseStep(resident=who.id, **(values | {"kind": StepKind(values["kind"])}), **when)

    fields = (*STEP_FIELDS, Field("when", "When", Kind.INSTANT))
    ask(sitting, parent, f"A step: {who.name}", fields, make, action="Write it")


def decide(sitting: Sitting, parent: QWidget, who: ResidentRef, case: AbsenceCase) -> None:
    """Write down what the manager decided."""
    choices = tuple((decision.value, decision.label) for decision in DECISIONS[case.legal_basis])
    fields = (
        Field("decision", "What was decided", Kind.CHOICE, required=True, choices=choices),
        Field("decided_by", "Who decided", required=True),
    )

    def make(values: dict[str, Any]) -> Decide:
        return Decide(resident=who.id, decision=Decision(values["decision"]), decided_by=values["decided_by"])

    text = f"She is here on {case.legal_basis.label}. You write it down; the manager decides."
    ask(sitting, parent, f"The decision: {who.name}", fields, make, text=text)


def close_case(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """Close her case with what came of it."""
    ask(
        sitting,
        parent,
        f"Close the case: {who.name}",
        (Field("outcome", "What came of it", Kind.MULTILINE, limit=4000, required=True),),
        lambda values: CloseCase(resident=who.id, outcome=values["outcome"]),
        action="Close the case",
    )


def break_glass(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """Open a restricted record, with a reason that the manager sees."""
    ask(
        sitting,
        parent,
        "Open a restricted record",
        (Field("reason", "Why her safety needs it now", Kind.MULTILINE, limit=1000, required=True),),
        lambda values: BreakGlass(resident=who.id, reason=values["reason"]),
        text="You will be able to read her record for this shift. The manager is told, with your reason.",
        action="Open it",
    )
