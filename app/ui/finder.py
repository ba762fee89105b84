"""What is found is opened, what is chosen is done: the palette and the menu of everything, for one window."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from shiboken6 import isValid

from app.ui.actions import Act, Actions, Scope

if TYPE_CHECKING:
    from app.domain.find import FoundEntry, FoundRoom
    from app.domain.residents import ResidentRef
    from app.domain.timeline import TimelineLine
    from app.ui.palette_rows import Offered, Thing
    from app.ui.shell import Shell
    from app.ui.sitting import Sitting

#: Where the actions are that are about one woman: her page.
HER_PAGE = "residents"
#: What is done about a woman most often, in the order in which it is offered; everything else follows.
FIRST_ABOUT_HER = (
    "person.check",
    "person.door",
    "person.out",
    "person.note",
    "person.plan",
    "person.open_case",
)
NOT_HERE = "She does not live here now."


class Finder(QObject):
    """Registers Ctrl+K and F10 for a window. `sitting` gives whoever sits at it, None while nobody does."""

    def __init__(
        self, shell: "Shell", actions: Actions, sitting: "Callable[[], Sitting | None]", parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shell, self._actions, self._sitting = shell, actions, sitting
        actions.add(
            Act(
                "window.find",
                "Find anything",
                self.find,
                ("Ctrl+K",),
                hint="Find a woman, a room, an action or words in the record",
            ),
            Act("window.menu", "Menu of everything", self.menu, ("F10",)),
        )
        for number in ("window.find", "window.menu"):
            shell.add_desk_action(number)
        shell.rail.menu.clicked.connect(lambda _checked=False: actions.trigger("window.menu"))

    @property
    def _place(self) -> tuple[str, str]:
        """The section that is shown, and its name."""
        place = self._shell.page_id
        return place, self._actions.get(f"go.{place}").text if place else "Daybook"

    def menu(self) -> QMenu:
        """Everything by area, at the foot of the rail; letters and arrows work in it."""
        menu = self._actions.menu_of_everything(*self._place, self._shell)
        menu.setAccessibleName("Everything")
        menu.aboutToHide.connect(menu.deleteLater)
        button = self._shell.rail.menu
        at = button.mapToGlobal(QPoint(0, 0)) - QPoint(0, menu.sizeHint().height())
        menu.popup(at if button.isVisible() else self._shell.geometry().center())
        return menu

    def find(self) -> None:
        """Open the palette over the page; what can be done is what can be done from where the focus is."""
        from app.ui.palette import Palette
        from app.ui.palette_rows import Offered

        sitting = self._sitting()
        if sitting is None or self._shell.covered:
            return
        place, _ = self._place
        chosen, why_not = self._actions.chosen, self._actions.why_not
        offered = [
            Offered(act, why_not(act), chosen(act.place) if act.about_line else None)
            for act in self._actions.at(place)
            if act.id != "window.find"
        ]
        palette = Palette(self._shell, sitting, offered, partial(self._about, sitting))
        palette.chosen.connect(partial(self._chosen, sitting, QApplication.focusWidget()))
        palette.chosen_about.connect(lambda ref, act: self._open(ref.id, partial(self._trigger, act)))
        palette.open()

    def _about(self, sitting: "Sitting", who: "ResidentRef", here: bool) -> "Sequence[Offered]":
        """The actions of her page; whether they can be done is asked again there, when it is known how she is."""
        from app.ui.palette_rows import Offered

        self._shell.page(HER_PAGE)
        acts = [act for act in self._actions.of(Scope.PAGE, HER_PAGE) if act.id.startswith("person.")]
        order = {number: place for place, number in enumerate(FIRST_ABOUT_HER)}
        return [
            Offered(act, _not_allowed(sitting, act) if here else NOT_HERE, None)
            for act in sorted(acts, key=lambda act: order.get(act.id, len(order)))
            if act.id != "person.back"
        ]

    def _trigger(self, act: Act) -> None:
        self._actions.trigger(act.id)

    def _chosen(self, sitting: "Sitting", before: QWidget | None, thing: "Thing") -> None:
        """After the palette has closed: the focus is put back first, for what is about a line needs its list."""
        QTimer.singleShot(0, self, partial(self._go, sitting, before, thing))

    def _go(self, sitting: "Sitting", before: QWidget | None, thing: "Thing") -> None:
        from app.domain.find import FoundResident, FoundRoom
        from app.ui.palette_rows import Offered

        if isinstance(thing, Offered):
            self._shell.activateWindow()
            if before is not None and isValid(before):
                before.setFocus()
            self._actions.trigger(thing.act.id)
        elif isinstance(thing, FoundResident):
            self._open(thing.who.id)
        elif isinstance(thing, FoundRoom):
            self._room(thing)
        else:
            self._entry(sitting, thing)

    def _open(self, resident: UUID, then: Callable[[], object] | None = None) -> Any:
        """Her page; `then` is called when it has been read."""
        self._shell.go(HER_PAGE)
        page: Any = self._shell.page(HER_PAGE)
        page.show_resident(resident, then)
        return page

    def _room(self, found: "FoundRoom") -> None:
        from app.ui.dialogs import TellSheet

        if found.who:
            self._open(found.who[0].id)
            return
        said = "Nobody is in it, and it is free."
        if found.out_of_service is not None:
            said = f"Nobody is in it. It is out of service: {found.out_of_service}."
        TellSheet(self._shell, found.room.label, said).open()

    def _entry(self, sitting: "Sitting", found: "FoundEntry") -> None:
        """Her page at the entry, where her page still shows it; else the entry itself, in full, over her page."""
        from app.ui.palette_entry import EntrySheet

        if found.who is None:
            EntrySheet(self._shell, sitting, found).open()
            return
        her = found.who

        def there() -> None:
            if page.person.lines.select(found.entry):
                page.person.lines.setFocus()
                return
            sheet = EntrySheet(self._shell, sitting, found)
            sheet.change_asked.connect(lambda: self._change(sitting, page.person, her, found))
            sheet.open()

        page = self._open(her.id, there)

    def _change(self, sitting: "Sitting", person: QWidget, who: "ResidentRef", found: "FoundEntry") -> None:
        """Confirm, correct or strike an older entry, as her page does with a new one."""
        from app.services.timeline import timeline
        from app.ui.pages.person_entries import open_entry

        desk = sitting.desk

        def read() -> "TimelineLine | None":
            lines = timeline(desk, who.id, found.seen_at, found.seen_at + timedelta(seconds=1))
            return next((line for line in lines if line.entry == found.entry), None)

        def shown(line: "TimelineLine | None") -> None:
            if line is None:
                sitting.tell("That entry is not changed from here.", "amber")
            else:
                open_entry(sitting, person, who, line)

        sitting.jobs.read(read, shown, owner=person, doing="Reading the entry")


def _not_allowed(sitting: "Sitting", act: Act) -> str | None:
    """Why this person may not do it about anybody; what depends on the woman her page says."""
    word = act.id.removeprefix("person.")
    try:
        allowed = sitting.desk.can("in" if word == "door" else word)
    except KeyError:
        return None
    return str(allowed) if hasattr(allowed, "reason") else None
