"""A form whose words are kept while they are typed: offered again to the same person when she opens the same form."""

import json
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QDialog

from app.services.drafts import read_draft
from app.ui.dialogs import FormSheet
from app.ui.sitting import Sitting
from app.ui.widgets.fields import TextBox

LAST_TIME = "This is what you were typing last time. It is not saved yet."


def keep_words(
    sitting: Sitting, sheet: FormSheet, form: str, subject: UUID | None, *, record: bool = False
) -> None:
    """Keep what is in the sheet as one draft of (form, subject) while its long texts are typed; bring back what was being
    typed before, into every field that nobody has touched since. The draft goes when the sheet is accepted.

    Saving an entry empties the same form in another window; saving a `record` leaves it as it stands there.
    """
    save = sitting.keep_draft(form, subject)
    began = sheet.form.values()

    def now() -> dict[str, Any]:
        return {
            name: value
            for name, value in sheet.form.values().items()
            if isinstance(value, str | bool | int) and value != ""
        }

    def keep(_: str) -> None:
        words = [box.value() for box in _long(sheet)]
        save(json.dumps(now()) if any(str(each).strip() for each in words) else "")

    def bring(content: str) -> None:
        kept = _read(content)
        standing = sheet.form.values()
        fresh = {
            name: value
            for name, value in kept.items()
            if name in sheet.form.boxes and standing[name] == began[name] and value != began[name]
        }
        if fresh:
            sheet.form.set_values(fresh)
            sheet.show_error(LAST_TIME)
        for box in _long(sheet):
            box.keep_drafts(keep, key=(*save.key, box.field.name))

    def closed(result: int) -> None:
        keepers = [box.drafts for box in _long(sheet) if box.drafts is not None]
        for keeper in keepers:
            if result != QDialog.DialogCode.Accepted:
                keeper.flush()
            elif record:
                keeper.settle()
            else:
                keeper.settle_everywhere()
        if result == QDialog.DialogCode.Accepted:
            save("")

    sheet.finished.connect(closed)
    desk = sitting.desk
    sitting.jobs.read(lambda: read_draft(desk, form, subject), bring, owner=sheet, doing="Reading your draft")


def _long(sheet: FormSheet) -> list[Any]:
    return [box for box in sheet.form.boxes.values() if isinstance(box.control, TextBox)]


def _read(content: str) -> dict[str, Any]:
    try:
        kept = json.loads(content) if content else {}
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
