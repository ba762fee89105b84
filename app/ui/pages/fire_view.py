"""The fire roll on the screen, and the roll call by key: the same over the pages and over a locked screen.

Over a lock it is read as someone who is listed for no restricted woman, and what is marked says that nobody knows by whom.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from app.domain.fields import Field
from app.domain.results import Done, Refused
from app.domain.rolls import FireRoll, Occasion, RollOther, RollWoman, named
from app.domain.rolls import Mark as Called
from app.domain.sightings import How
from app.reports.fire import render
from app.services.movements import ComeIn
from app.services.rolls import EndRoll, MarkOther, MarkWoman, Printed, PrintRoll, StartRoll, fire_roll
from app.ui.actions import Act, Scope
from app.ui.dialogs import TextSheet
from app.ui.pages.fire_rows import roll_rows
from app.ui.pdf import print_pdf
from app.ui.sitting import Sitting
from app.ui.widgets.basics import Pill, column, label, restyle, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.rows import Column, RowsView
from app.ui.widgets.states import Stateful

Key = UUID | str
_VISITOR = Field("name", "The visitor's name", required=True)


class FireView(QWidget):
    """The roll and its keys. `place` names them in the registry; `locked` reads and writes as from a locked screen.

    `printed_as` takes the bytes and the paper's name where there is no printer.
    """

    back_asked = Signal()

    def __init__(
        self,
        sitting: Sitting,
        place: str = "fire",
        *,
        locked: bool = False,
        no_printer: Callable[[bytes, str], None] | None = None,
    ) -> None:
        super().__init__()
        self._sitting, self._place, self._locked = sitting, place, locked
        self._zone = sitting.desk.house.zone
        self._no_printer = no_printer
        self.roll: FireRoll | None = None
        self._saving: dict[Key, str] = {}
        self._ending = self._to_first = False
        #: Why the last key did nothing: it stays until the next one.
        self._refused = ""
        self._register()
        self._build()

    def _register(self) -> None:
        place = self._place

        def on_list(word: str, text: str, key: str, run: Callable[[], object]) -> Act:
            return Act(f"{place}.{word}", text, run, (key,), Scope.LIST, place, self._cannot_mark)

        def on_page(word: str, text: str, key: str, run: Callable[[], object], why: Any = None) -> Act:
            return Act(f"{place}.{word}", text, run, (key,), Scope.PAGE, place, why or self._unread)

        self._sitting.actions.add(
            on_list("spoke", "Here: spoke to her", "S", partial(self._mark, How.SPOKE)),
            on_list("awake", "Here: seen", "A", partial(self._mark, How.AWAKE)),
            on_list("not_found", "Not found", "N", partial(self._mark, How.NOT_SEEN)),
            Act(
                f"{place}.in",
                "Write that she is in",
                self._comes_in,
                ("I",),
                Scope.LIST,
                place,
                self._not_out,
            ),
            on_page(
                "fire", "Fire: call the roll", "F2", partial(self._start, Occasion.FIRE), self._cannot_start
            ),
            on_page("drill", "Drill", "F3", partial(self._start, Occasion.DRILL), self._cannot_start),
            on_page("count", "Count", "F4", partial(self._start, Occasion.COUNT), self._cannot_start),
            on_page("visitor", "A visitor", "F6", self._visitor, self._no_call),
            on_page("end", "End the roll call", "F7", self._end, self._no_call),
            on_page("print", "Print", "Ctrl+P", self._print),
        )

    def _build(self) -> None:
        button = partial(ActionButton, self._sitting.actions)
        self.title = label("Fire roll", "display", wrap=True)
        self.place = label("", "title", wrap=True)
        self.counts = label("", "title", wrap=True)
        self.missing = label("", "name", tone="red", wrap=True)
        self.asks = label("", "name", tone="amber", wrap=True)
        self.asks.hide()
        self.call = Pill("", "neutral")
        place = self._place
        self.starts = [
            button(f"{place}.fire", kind="main"),
            button(f"{place}.drill"),
            button(f"{place}.count"),
        ]
        self.ends = [button(f"{place}.end", kind="main"), button(f"{place}.visitor")]
        self.print = button(f"{place}.print")
        buttons = Flow(*self.starts, *self.ends, self.print)
        self.list = RowsView(
            [
                Column("Room", 112),
                Column("Name", 210, 3),
                Column("Help to get out, allergies", 220, 3),
                Column("As the record has it", 190, 2),
                Column("Roll call", 170, 1),
            ],
            "Everyone, floor by floor from the top",
            header=True,
        )
        self._sitting.actions.bind_list(self.list, place)
        self.list.opened.connect(lambda _key: self._sitting.actions.trigger(f"{place}.spoke"))
        inner = QWidget()
        writes_in = "" if self._locked else " · I write that she is in"
        hint = f"In the list: S spoke to her · A seen · N not found{writes_in}. Enter is S."
        self.hint = label(hint, "small_muted", wrap=True)
        head = row(None, self.title, self.call, gap=12)
        head.setStretch(0, 1)
        told = column(None, self.place, self.counts, self.missing, self.asks, gap=4)
        body = column(inner, head, told, buttons, self.hint, self.list, gap=10)
        body.setStretch(4, 1)
        self.state = Stateful(inner)
        self.state.panel.acted.connect(self.load)
        column(self, self.state)

    # Reading

    def load(self) -> None:
        """Read the roll again."""
        desk, shared = self._sitting.desk, self._locked
        self._sitting.jobs.read(
            lambda: fire_roll(desk, shared=shared),
            self._show,
            self.state.failed,
            key="roll",
            owner=self,
            doing="Reading the roll",
        )

    def _show(self, roll: FireRoll) -> None:
        self.roll = roll
        self._show_rows()
        self._show_head(roll)
        if self._to_first:
            self._to_first = False
            self._on("")
        for shown in self.findChildren(ActionButton):
            shown.refresh()
        self.state.ready()

    def _show_head(self, roll: FireRoll) -> None:
        call = roll.call
        at = f"{roll.made_at.astimezone(self._zone):%H:%M:%S}"
        self.title.setText(f"Fire roll at {at}")
        self.place.setText(f"Gather: {roll.assembly}" if roll.assembly else "Gather at the assembly point")
        staff_in, elsewhere = len(roll.staff), len(roll.elsewhere)
        if call is None:
            self.counts.setText(
                f"{len(roll.inside)} women in · {staff_in} staff in · {elsewhere} elsewhere · "
                f"{len(roll.need_help)} need help to get out"
            )
            self.missing.hide()
        else:
            others = len(roll.others) - len(roll.others_missing)
            self.counts.setText(f"{roll.counted} · {others} of {len(roll.others)} staff and visitors")
            left = _missing(roll)
            self.missing.setText(left or "Everyone is accounted for.")
            restyle(self.missing, tone="red" if left else "green")
            self.missing.show()
        since = (
            ""
            if call is None
            else f"{call.occasion.label}: roll call since {self._sitting.time(call.started)}"
        )
        self.call.show_as(since, "red" if call and call.occasion is Occasion.FIRE else "blue")
        self.call.setVisible(call is not None)
        for each in self.starts:
            each.setVisible(call is None)
        for each in self.ends:
            each.setVisible(call is not None)
        self._ask_about(roll)

    def _ask_about(self, roll: FireRoll) -> None:
        """What waits for an answer: who was found though she is out, or whether the roll call may end."""
        said = self._refused
        found = [woman for woman in roll.women if woman.found_though_out]
        if self._ending and roll.call is not None and roll.missing:
            said = f"Not accounted for: {named(roll.missing)}. F7 again ends the roll call all the same."
        elif found and not said:
            said = f"{named(found)}: found here, and {found[0].where} in the record."
            said += "" if self._locked else " On her line, I writes that she is in."
        self.asks.setText(said)
        self.asks.setVisible(bool(said))

    def _show_rows(self) -> None:
        if self.roll is not None:
            self.list.set_rows(roll_rows(self.roll, self._zone, self._saving, not self._locked))

    # Whom

    def home(self) -> QWidget:
        return self.list

    @property
    def woman(self) -> RollWoman | None:
        """The woman of the cursor's line."""
        key = self.list.current_key
        return next((w for w in self.roll.women if w.id == key), None) if self.roll else None

    @property
    def other(self) -> RollOther | None:
        """The member of staff, or visitor, of the cursor's line."""
        key = self.list.current_key
        return next((o for o in self.roll.others if (o.staff or o.name) == key), None) if self.roll else None

    def _unread(self) -> str | None:
        return None if self.roll is not None else "The roll is still being read."

    def _may(self, word: str) -> str | None:
        why = self._sitting.desk.can(word)
        return str(why) if hasattr(why, "reason") else None

    def _cannot_start(self) -> str | None:
        if self.roll is not None and self.roll.call is not None:
            return "A roll call is open already."
        return self._unread() or self._may("start_roll")

    def _no_call(self) -> str | None:
        if self.roll is not None and self.roll.call is None:
            return "No roll call is open. F2 begins one."
        return self._unread() or self._may("end_roll")

    def _cannot_mark(self) -> str | None:
        if (why := self._no_call()) is not None:
            return why
        return None if self.woman or self.other else "Choose a line first."

    def _not_out(self) -> str | None:
        woman = self.woman
        if self._locked:
            return "Sign in first: from a locked screen nobody is known to have seen her come in."
        if woman is None or not woman.found_though_out:
            return "Only for a woman who was found here while the record has her elsewhere."
        return self._may("in")

    # Doing

    def _start(self, occasion: Occasion) -> None:
        command = StartRoll(occasion=occasion, locked=self._locked, seen_at=self._sitting.now)
        self._sitting.do(command, self._again, self._say, owner=self, doing="Beginning the roll call")

    def _again(self, _done: Done | None = None) -> None:
        self._to_first = True
        self._refused = ""
        self.load()
        self.list.setFocus()

    def _say(self, why: Refused) -> None:
        """A refusal, where it is read: the page's foot does not show over a lock."""
        self._sitting.tell(str(why), "red")
        self._refused = str(why)
        self.asks.setText(str(why))
        self.asks.show()

    def _mark(self, how: How) -> None:
        self._ending = False
        self._refused = ""
        now = self._sitting.now
        if (woman := self.woman) is not None:
            command: Any = MarkWoman(resident=woman.id, how=how, locked=self._locked, seen_at=now)
            self._write(woman.id, command)
        elif (other := self.other) is not None:
            found = how is not How.NOT_SEEN
            who = {"staff": other.staff} if other.staff else {"name": other.name}
            self._write(
                other.staff or other.name,
                MarkOther(found=found, locked=self._locked, seen_at=now, **who),  # type: ignore[arg-type]
            )

    def _write(self, key: Key, command: Any) -> None:
        """ "Saving" at once, and on to the next line that is not called yet."""
        self._saving[key] = "saving…"
        self._show_rows()
        self._on(key)

        def done(_: Done) -> None:
            self._saving.pop(key, None)
            self.load()

        def refused(why: Refused) -> None:
            self._saving.pop(key, None)
            self._show_rows()
            self._say(why)

        self._sitting.do(command, done, refused, owner=self)

    def _on(self, key: Key) -> None:
        """The cursor goes to the next who is not called yet, after this one and then from the top."""
        if self.roll is None:
            return
        open_ = {woman.id for woman in self.roll.inside if woman.mark is Called.OPEN} | {
            other.staff or other.name for other in self.roll.others if other.mark is Called.OPEN
        }
        keys = [each.key for each in self.list.rows_model.rows]
        here = keys.index(key) if key in keys else -1
        for each in (*keys[here + 1 :], *keys[: here + 1]):
            if each in open_ and each not in self._saving and each != key:
                self.list.select(each)
                return

    def _comes_in(self) -> None:
        if (woman := self.woman) is not None and woman.called is not None:
            command = ComeIn(resident=woman.id, how=None, seen_at=self._sitting.now)
            self._sitting.do(command, self._again, self._say, owner=self)

    def _visitor(self) -> None:
        sheet = TextSheet(
            self, "A visitor is here", _VISITOR, text="By name: visitors are in no list of Daybook’s."
        )

        def done(_: Done) -> None:
            sheet.accept()
            self._again()

        def answered(values: dict[str, Any]) -> None:
            command = MarkOther(name=values["name"], locked=self._locked, seen_at=self._sitting.now)
            self._sitting.do(command, done, sheet.refuse, owner=sheet)

        sheet.answered.connect(answered)
        sheet.open()

    def _end(self) -> None:
        """Once where everyone is accounted for; else the second press, after the names were read."""
        assert self.roll is not None
        if self.roll.missing and not self._ending:
            self._ending = True
            self._ask_about(self.roll)
            return
        self._ending = False
        command = EndRoll(locked=self._locked, seen_at=self._sitting.now)
        self._sitting.do(command, self._ended, self._say, owner=self, doing="Ending the roll call")

    def _ended(self, done: Done) -> None:
        self._sitting.tell(f"The roll call is over: {done.view.said}. The handover tells of it.", "green")
        self.load()

    # Paper

    def _print(self) -> None:
        """Number it, keep it, and print it: one key, no questions."""
        desk, locked = self._sitting.desk, self._locked

        def work() -> Refused | tuple[bytes, str]:
            result = desk.do(PrintRoll(locked=locked))
            if isinstance(result, Refused):
                return result
            made: Printed = result.view
            return render(made.view, made.paper, made.paper.copies[0]), made.paper.named

        self._sitting.jobs.write(work, self._made, owner=self, doing="Printing the roll")

    def _made(self, result: Refused | tuple[bytes, str]) -> None:
        if isinstance(result, Refused):
            self._say(result)
            return
        content, name = result
        self._sitting.committed.emit()
        printer = default_printer()
        if printer is not None:
            print_pdf(content, printer)
            self._sitting.tell(f"{name} is at the printer.", "green")
        elif self._no_printer is not None:
            self._no_printer(content, name)
        else:
            self._say(
                Refused(
                    ("This computer has no printer. Read the roll from the screen, or take the grab pack.",)
                )
            )


def default_printer() -> QPrinter | None:
    """The printer that this computer uses by itself, or its first; None where it has none."""
    names = QPrinterInfo.availablePrinterNames()
    if not names:
        return None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(QPrinterInfo.defaultPrinterName() or names[0])
    return printer


def _missing(roll: FireRoll) -> str:
    """ "2 not found: 4 Fennel Gita Sandhu, 6 Basil Laura Quill. 5 to call: …"; empty where everyone is accounted for."""
    parts = []
    for mark, said in ((Called.NOT_FOUND, "not found"), (Called.OPEN, "to call")):
        who = [f"{woman.room} {woman.name}" for woman in roll.missing if woman.mark is mark]
        who += [other.name for other in roll.others_missing if other.mark is mark]
        if who:
            parts.append(f"{len(who)} {said}: {', '.join(who)}.")
    return " ".join(parts)
