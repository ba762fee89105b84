"""The sheets of an absence case: each writes one thing, at its own time, and says who did it and who types it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.absence_steps import PlannedStep, undone
from app.domain.absences import DECISIONS, STEP_FIELDS, AbsenceCase, Decision, StepKind
from app.domain.fields import Field, Kind
from app.domain.residents import ResidentRef
from app.services.absences import CaseStep, CloseCase, Decide, NotNeeded, OpenCase
from app.ui.pages.person_sheets import ask, keep_drafts, seen
from app.ui.sitting import Sitting

Staff = Sequence[tuple[UUID, str]]

_FIELDS = {field.name: field for field in STEP_FIELDS}
_WHEN = Field("when", "When it was done", Kind.INSTANT)
_REASON = Field("reason", "Why", Kind.MULTILINE, "It stays readable beside the step.", 4000, required=True)


def open_case(sitting: Sitting, parent: QWidget, who: ResidentRef, due_back: datetime) -> None:
    """Open her absence case."""
    ask(
        sitting,
        parent,
        f"Open an absence case: {who.name}",
        (Field("when", "First noticed", Kind.INSTANT),),
        lambda values: OpenCase(resident=who.id, due_back=due_back, **seen(values["when"])),
        text=(
            f"She was due in at {sitting.time(due_back)}. From now on she is absent in the record, until she is seen at the "
            "door. Her plan becomes steps, one under another."
        ),
        action="Open the case",
    )


def write_step(sitting: Sitting, parent: QWidget, who: ResidentRef, step: PlannedStep, staff: Staff) -> None:
    """A planned step, at its own time: whom and which number the plan knows stand there already."""
    assert step.kind is not None
    kind = step.kind
    sheet = ask(
        sitting,
        parent,
        f"{step.what}: {who.name}",
        (_FIELDS["result"], _FIELDS["who"], _FIELDS["phone"], _FIELDS["reference"], _WHEN, _by(staff)),
        lambda values: _step(sitting, who, kind, values),
        text="Write what came of it. Who types it, and when, is written beside it.",
        action="Write it",
        start={"who": step.who or "", "phone": step.phone or ""},
    )
    keep_drafts(sitting, sheet, f"step {step.key}"[:40], who)


def other_step(sitting: Sitting, parent: QWidget, who: ResidentRef, staff: Staff) -> None:
    """Something that was done and is no step of the plan."""
    fields = (*STEP_FIELDS, _WHEN, _by(staff))
    sheet = ask(
        sitting,
        parent,
        f"Something else was done: {who.name}",
        fields,
        lambda values: _step(sitting, who, StepKind(values.pop("kind")), values),
        action="Write it",
    )
    keep_drafts(sitting, sheet, "step other", who)


def not_needed(sitting: Sitting, parent: QWidget, who: ResidentRef, step: PlannedStep) -> None:
    """A step that is not needed this time, and why."""
    ask(
        sitting,
        parent,
        f"Not needed: {who.name}",
        (_REASON,),
        lambda values: NotNeeded(resident=who.id, step=step.key, reason=values["reason"]),
        text=f"“{step.what}” is not needed this time.",
        action="Not needed",
    )


def decide(sitting: Sitting, parent: QWidget, who: ResidentRef, case: AbsenceCase) -> None:
    """Write down what the manager decided."""
    choices = tuple((decision.value, decision.label) for decision in DECISIONS[case.legal_basis])
    fields = (
        Field("decision", "What was decided", Kind.CHOICE, required=True, choices=choices),
        Field("decided_by", "Who decided", help="The manager's name. You write it down.", required=True),
        Field("when", "When it was decided", Kind.INSTANT),
    )

    def make(values: dict[str, Any]) -> Decide:
        return Decide(
            resident=who.id,
            decision=Decision(values["decision"]),
            decided_by=values["decided_by"],
            decided=seen(values["when"]).get("seen_at"),
        )

    text = f"She is here on {case.legal_basis.label}. The manager decides; you write it down, and your name stands beside it."
    ask(sitting, parent, f"The decision: {who.name}", fields, make, text=text, action="Write it")


def close_case(sitting: Sitting, parent: QWidget, who: ResidentRef, steps: Sequence[PlannedStep]) -> None:
    """Close her case with what came of it; where something was not done, with the reason."""
    left = undone(steps)
    fields = [Field("outcome", "What came of it", Kind.MULTILINE, limit=4000, required=True)]
    text = "Her practitioner is told by the next working day all the same: that stays to be done."
    if left:
        fields.append(Field("reason", "Why it is closed without these", Kind.MULTILINE, limit=4000))
        text = f"Not done yet: {'; '.join(step.what for step in left)}. {text}"
    sheet = ask(
        sitting,
        parent,
        f"Close the case: {who.name}",
        fields,
        lambda values: CloseCase(
            resident=who.id, outcome=values["outcome"], reason=values.get("reason") or None
        ),
        text=text,
        action="Close the case",
    )
    keep_drafts(sitting, sheet, "close case", who)


def _by(staff: Staff) -> Field:
    choices = tuple((str(id_), name) for id_, name in staff)
    return Field("by", "Done by", Kind.CHOICE, "You, unless you type it for a colleague.", choices=choices)


def _step(sitting: Sitting, who: ResidentRef, kind: StepKind, values: dict[str, Any]) -> CaseStep:
    when = seen(values["when"])
    told = {name: values[name] for name in ("who", "phone", "result", "reference")}
    by = UUID(values["by"]) if values["by"] else None
    return CaseStep(resident=who.id, kind=kind, seen_by=by, **told, **when)
