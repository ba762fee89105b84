"""How a sheet about her asks: it keeps what is typed, shows a refusal beside the field, and closes when it is in the record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.fields import Field, Kind
from app.domain.residents import ResidentRef
from app.services.residents import BreakGlass
from app.ui.dialogs import FormSheet
from app.ui.drafted import keep_words
from app.ui.sitting import Sitting
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
    """Keep the sheet's words while they are typed, as one draft; and bring back what was being typed before."""
    keep_words(sitting, sheet, form, subject.id, record=True)


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


@dataclass(frozen=True)
class Answers:
    """A record of long answers: the `form` of its draft, the sheet's title, fields and text; `make` is told the version to
    save over and the answers, `read` gives the answers that stand now."""

    form: str
    title: str
    fields: Sequence[Field]
    text: str
    make: Callable[[int, dict[str, str]], Any]
    read: Callable[[], dict[str, str | None]]


def edit_answers(
    sitting: Sitting,
    parent: QWidget,
    who: ResidentRef,
    record: Answers,
    version: int,
    start: dict[str, str | None] | None,
) -> FormSheet:
    """Change a record of long answers: what is typed is kept as a draft, and when someone else has saved meanwhile both
    are shown. `version` and `start` are those that the page had."""
    opened = {"version": version}
    sheet = ask(
        sitting,
        parent,
        record.title,
        record.fields,
        lambda values: record.make(opened["version"], values),
        text=record.text,
        start=start,
    )
    keep_drafts(sitting, sheet, record.form, who)
    show_both(sitting, sheet, opened, record.read)
    return sheet


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


def break_glass(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """Open a restricted record, with a reason that the manager sees."""
    sheet = ask(
        sitting,
        parent,
        "Open a restricted record",
        (Field("reason", "Why her safety needs it now", Kind.MULTILINE, limit=1000, required=True),),
        lambda values: BreakGlass(resident=who.id, reason=values["reason"]),
        text="You will be able to read her record for this shift. The manager is told, with your reason.",
        action="Open it",
    )
    keep_words(sitting, sheet, "break_glass", who.id)
