"""One entry that was found, in full: what was written, when it was so, who saw it and who typed it, what became of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.find import FoundEntry
from app.ui.dialogs import Sheet
from app.ui.palette_rows import said_at, seen_said
from app.ui.sitting import Sitting
from app.ui.theme import px
from app.ui.widgets.basics import column, label, scrolled
from app.ui.widgets.marks import Mark, MarkLabel

#: Characters of an entry that are shown without scrolling.
_SHORT = 400
#: What can be changed by another entry, on her page.
_CHANGED = {"check_entry", "movement", "note", "excusal"}


class EntrySheet(Sheet):
    """The entry. `change_asked`: she wants to confirm, correct or strike it."""

    change_asked = Signal()

    def __init__(self, parent: QWidget | None, sitting: Sitting, found: FoundEntry) -> None:
        whom = found.who.name if found.who else "the house"
        super().__init__(parent, f"{found.title} · {whom}")
        now, zone = sitting.now, sitting.desk.house.zone
        self.body.addWidget(label(seen_said(found, now, zone), "name", wrap=True))
        words = label(found.words, wrap=True)
        words.setTextInteractionFlags(words.textInteractionFlags().TextSelectableByKeyboard)
        if len(found.words) > _SHORT:
            inner = QWidget()
            column(inner, words, 1)
            area = scrolled(inner, sideways=False)
            area.setMinimumHeight(px(220))
            self.body.addWidget(area)
        else:
            self.body.addWidget(words)
        hands = f"Typed by {found.typed_by}, {said_at(found.typed_at, now, zone)}."
        if found.seen_by and found.seen_by != found.typed_by:
            hands = f"Seen by {found.seen_by}. {hands}"
        self.body.addWidget(label(hands, "muted", wrap=True))
        if found.struck or found.corrected:
            state = "Struck" if found.struck else "Corrected since: the correction stands beside it"
            why = f": {found.why}" if found.struck and found.why else "."
            self.body.addWidget(MarkLabel(Mark.EXCUSED, state + why))
        elif found.who is not None and found.kind in _CHANGED:
            self.add_button("Confirm, correct or strike it", self._change)
        elif found.why:
            self.body.addWidget(label(f"A correction: {found.why}", "muted", wrap=True))
        self.add_button("Close", self.accept, key="Esc", kind="main", default=True).setFocus()

    def _change(self) -> None:
        self.accept()
        self.change_asked.emit()
