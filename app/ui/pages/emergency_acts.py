"""The keys of an emergency, and the sheets that some of them open. Every stamp is written at once; words come later."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from app.domain.emergencies import EmergencyKind, FollowUp, Step, StepKind
from app.domain.fields import Field, Kind
from app.domain.presence import Presence
from app.services.board import read_board
from app.services.corrections import Amend, Strike
from app.services.drafts import read_draft
from app.services.emergencies import (
    EmergencyView,
    EndEmergency,
    MistakenEmergency,
    TakeOn,
    TellOfEmergency,
    WriteStep,
)
from app.ui.actions import Act, Scope
from app.ui.dialogs import AskSheet, ChooseSheet, FormSheet, Option
from app.ui.pages.person_sheets import ask, seen
from app.ui.sitting import Sitting

if TYPE_CHECKING:
    from app.ui.pages.emergency import EmergencyPage

#: The key of each thing that can be stamped, in the order in which they are likely to be needed.
STAMPS: tuple[tuple[str, StepKind], ...] = (
    ("9", StepKind.CALLED_999),
    ("N", StepKind.NALOXONE),
    ("C", StepKind.CPR),
    ("F", StepKind.FIRST_AID),
    ("A", StepKind.AMBULANCE_HERE),
    ("L", StepKind.AMBULANCE_LEFT),
    ("H", StepKind.TO_HOSPITAL),
    ("W", StepKind.WENT_WITH),
    ("M", StepKind.TOLD_MANAGER),
    ("P", StepKind.POLICE_CALLED),
    ("J", StepKind.POLICE_HERE),
    ("U", StepKind.POLICE_LEFT),
    ("K", StepKind.TOLD_KIN),
    ("T", StepKind.TOLD_PRACTITIONER),
    ("O", StepKind.OTHER),
)
#: The key of each action that it leaves.
LEAVES = tuple((str(number), which) for number, which in enumerate(FollowUp, 1))

_WHO = Field("who", "Who", help="Who was rung or told, or gave it.")
_AMOUNT = Field("amount", "How much", help="For naloxone: the dose, as the kit says it.")
_RESULT = Field("result", "What came of it", Kind.MULTILINE, limit=4000)
_REFERENCE = Field("reference", "Reference", help="The ambulance's or the police's number.", limit=60)
_WHEN = Field("when", "When", Kind.INSTANT, "“About” will do.")
_SUMMARY = Field(
    "summary",
    "What happened",
    Kind.MULTILINE,
    "It can wait: leave it empty and write it later with F3. It stands in her own record.",
    200_000,
)
_LATE = Field(
    "late_reason",
    "Why they were late, once for all of them",
    help="It is shown beside other women’s checks: don’t name her in it.",
    limit=4000,
)


class EmergencyActs:
    """What the keys of the page do. It belongs to its page."""

    def __init__(self, page: EmergencyPage, sitting: Sitting) -> None:
        self._page, self._sitting = page, sitting
        self._register()

    def _register(self) -> None:
        def stamp(key: str, kind: StepKind) -> Act:
            return Act(
                f"emergency.{kind.value}",
                kind.label,
                partial(self.stamp, kind),
                (key,),
                Scope.LIST,
                "emergency",
                partial(self._cannot_stamp, kind),
            )

        def leave(key: str, which: FollowUp) -> Act:
            return Act(
                f"emergency.leaves.{which.value}",
                which.label,
                partial(self.take_on, which),
                (key,),
                Scope.LIST,
                "emergency",
                self._nothing,
            )

        def on_page(word: str, text: str, key: str, run: Callable[[], object], why: Any = None) -> Act:
            return Act(f"emergency.{word}", text, run, (key,), Scope.PAGE, "emergency", why or self._nothing)

        self._sitting.actions.add(
            *(stamp(*one) for one in STAMPS),
            *(leave(*one) for one in LEAVES),
            on_page("who", "About whom", "F2", self._about_whom),
            on_page("words", "Where, what, words", "F3", self._words),
            on_page("time", "Give another time", "F4", self.another_time),
            on_page("end", "End it", "F6", self._end, self._not_open),
            on_page("mistake", "By mistake", "F7", self._mistake, self._not_open),
        )

    @property
    def _view(self) -> EmergencyView | None:
        return self._page.view

    def _nothing(self) -> str | None:
        return None if self._view is not None else "No emergency is written down. F9 stamps one."

    def _not_open(self) -> str | None:
        if self._view is not None and self._view.emergency.ended is not None:
            return "It has ended."
        return self._nothing()

    def _cannot_stamp(self, kind: StepKind) -> str | None:
        view = self._view
        if view is not None and view.emergency.mistake:
            return "It was closed as a mistake. F9 stamps a new one."
        if kind is StepKind.TO_HOSPITAL and view is not None and view.emergency.who is None:
            return "Choose the woman first (F2): then this key writes that she went to hospital."
        return self._nothing()

    # Stamps

    def stamp(self, kind: StepKind) -> None:
        """Now. Who went with her is asked; nothing else is."""
        if kind is StepKind.WENT_WITH:
            self._who_went()
        elif kind is StepKind.OTHER:
            self._write(kind)
        else:
            self._page.stamp(WriteStep(kind=kind, emergency=self._id, seen_at=self._sitting.now))

    @property
    def _id(self) -> Any:
        assert self._view is not None
        return self._view.emergency.id

    def _who_went(self) -> None:
        now, board = self._sitting.now, self._page.board
        staff = board.staff_in if board else ()
        if not staff:
            self._sitting.tell("Nobody of the staff is in the building, as the record has it.", "amber")
            return
        options = [Option(str(one.id), one.name, one.role.label) for one in staff]
        sheet = ChooseSheet(
            self._page, "Who went with her?", options, text="She is out of the building from now on."
        )
        by_key = {str(one.id): one.id for one in staff}
        sheet.chosen.connect(
            lambda key: self._page.stamp(
                WriteStep(kind=StepKind.WENT_WITH, emergency=self._id, staff=by_key[key], seen_at=now)
            )
        )
        sheet.open()

    def another_time(self) -> None:
        """The chosen thing at a time that is given, exact or about, with whom and what."""
        kind = self._page.stamps.current_key
        if self._view is None or not isinstance(kind, StepKind):
            self._sitting.tell("Choose what happened in the list first.", "amber")
        elif (why := self._cannot_stamp(kind)) is not None:
            self._sitting.tell(why, "amber")
        elif kind is StepKind.WENT_WITH:
            self._who_went()
        else:
            self._write(kind)

    def _write(self, kind: StepKind) -> None:
        fields = [_WHEN, _WHO, *([_AMOUNT] if kind is StepKind.NALOXONE else []), _RESULT, _REFERENCE]

        def make(values: dict[str, Any]) -> WriteStep:
            facts = seen(values.pop("when")) or {"seen_at": self._sitting.now}
            facts.pop("seen_until", None)
            return WriteStep(kind=kind, emergency=self._id, **values, **facts)

        ask(self._sitting, self._page, kind.label, fields, make, action="Write it")

    def correct(self, step: Step) -> None:
        """Another time, more words, or struck: both entries stay readable."""
        kept = {"who": step.who, "amount": step.amount, "result": step.result, "reference": step.reference}
        why = Field("reason", "Why it is changed", limit=4000, required=True)
        struck = Field("struck", "It did not happen: strike it", Kind.CHECK)
        when = Field("when", "When", Kind.INSTANT, "Now keeps the time that was written.")
        amount = [_AMOUNT] if step.kind is StepKind.NALOXONE else []

        def make(values: dict[str, Any]) -> Amend | Strike:
            reason = values["reason"]
            if values["struck"]:
                return Strike(entry=step.entry, reason=reason)
            facts = seen(values["when"])
            told: dict[str, Any] = {
                name: values[name] or ""
                for name in kept
                if name in values and (values[name] or None) != kept[name]
            }
            return Amend(
                entry=step.entry,
                reason=reason,
                seen_at=facts.get("seen_at"),
                precision=facts.get("precision"),
                **told,
            )

        sheet = ask(
            self._sitting,
            self._page,
            f"{step.kind.label}, {self._sitting.time(step.at)}",
            [when, _WHO, *amount, _RESULT, _REFERENCE, struck, why],
            make,
        )
        start = {name: text or "" for name, text in kept.items() if name in sheet.form.boxes}
        sheet.form.set_values(start | {"reason": "Said more exactly afterwards"})

    # About whom, where, the words

    def _about_whom(self) -> None:
        desk = self._sitting.desk
        self._sitting.jobs.read(lambda: read_board(desk), self._choose_her, owner=self._page)

    def _choose_her(self, board: Any) -> None:
        lines = sorted(board.lines, key=lambda line: line.presence is not Presence.IN)
        by_key = {str(line.id): line.id for line in lines}
        options = [
            Option(str(line.id), line.who.name, line.who.room.label if line.who.room else "no room")
            for line in lines
        ]
        options.append(Option("nobody", "Nobody, or not known yet"))
        sheet = ChooseSheet(self._page, "About whom is it?", options, text="It can be changed later.")
        sheet.chosen.connect(
            lambda key: self._tell(
                TellOfEmergency(emergency=self._id, resident=by_key.get(key), nobody=key == "nobody")
            )
        )
        sheet.open()

    def _tell(self, command: TellOfEmergency) -> None:
        self._sitting.do(command, lambda _: self._page.load(), owner=self._page)

    def _words(self) -> None:
        view = self._view
        assert view is not None
        emergency = view.emergency
        fields = [
            Field(
                "kind", "What it is", Kind.CHOICE, choices=tuple((k.value, k.label) for k in EmergencyKind)
            ),
            Field("place", "Where"),
            _SUMMARY,
        ]
        if emergency.ended is not None and (view.late or emergency.late_reason):
            fields.append(_LATE)

        def make(values: dict[str, Any]) -> TellOfEmergency:
            kind = EmergencyKind(values.pop("kind")) if values["kind"] else values.pop("kind") or None
            return TellOfEmergency(emergency=emergency.id, kind=kind, **_texts(values))

        sheet = ask(self._sitting, self._page, "The emergency in words", fields, make)
        sheet.form.set_values(
            {"kind": emergency.kind.value if emergency.kind else None, "place": emergency.place or ""}
        )
        if "late_reason" in sheet.form.boxes:
            sheet.form.set_values({"late_reason": emergency.late_reason or ""})
        self._keep(sheet, emergency.summary or "")

    def _keep(self, sheet: FormSheet, kept: str) -> None:
        """What happened is kept as a draft while it is typed, and brought back if it was left."""
        box, id_, desk = sheet.form["summary"], self._id, self._sitting.desk
        box.set_value(kept)
        save = self._sitting.keep_draft("emergency", id_)
        drafts = box.keep_drafts(save)

        def bring(draft: str) -> None:
            if draft and str(box.value() or "") == kept:
                box.set_value(draft)

        def closed(result: int) -> None:
            if result:
                drafts.settle()
                save("")
            else:
                drafts.flush()

        sheet.finished.connect(closed)
        self._sitting.jobs.read(lambda: read_draft(desk, "emergency", id_), bring, owner=sheet)

    # The end

    def _end(self) -> None:
        view = self._view
        assert view is not None
        started, late = self._sitting.time(view.emergency.started), len(view.late)
        text = "Sounds are let go again. The words can wait; what it leaves is on the page next."
        fields = [_SUMMARY]
        if late:
            checks = "One check was" if late == 1 else f"{late} checks were"
            text = f"{checks} made late by it. One reason does for all; a check with its own keeps it. {text}"
            fields = [_LATE, _SUMMARY]

        def make(values: dict[str, Any]) -> EndEmergency:
            return EndEmergency(
                emergency=view.emergency.id,
                late_reason=values.get("late_reason") or None,
                summary=values["summary"] or None,
            )

        sheet = ask(
            self._sitting,
            self._page,
            f"End the emergency of {started}",
            fields,
            make,
            text=text,
            action="End it now",
        )
        if late:
            sheet.form.set_values({"late_reason": f"Emergency in the house from {started}"})
        self._keep(sheet, view.emergency.summary or "")

    def _mistake(self) -> None:
        view = self._view
        assert view is not None
        question = AskSheet(
            self._page,
            "Pressed by mistake?",
            f"The stamp of {self._sitting.time(view.emergency.started)} stays in the record, as a mistake.",
            "It was a mistake",
        )
        command = MistakenEmergency(emergency=view.emergency.id)
        question.confirmed.connect(
            lambda: self._sitting.do(command, lambda _: self._page.load(), owner=self._page)
        )
        question.open()

    # What it leaves

    def take_on(self, which: FollowUp) -> None:
        """I take it on, due when it usually is; Enter asks who and by when."""
        command = TakeOn(which=which, emergency=self._id)
        said = f"{which.label}: yours, on the next handover until it is done."
        self._sitting.do(command, lambda _: self._taken(said), owner=self._page)

    def _taken(self, said: str) -> None:
        self._sitting.tell(said, "green")
        self._page.load()

    def give_out(self, which: FollowUp) -> None:
        """The same for somebody else, or by another time."""
        board = self._page.board
        mine = self._sitting.desk.actor
        people = {str(mine.staff_id): (mine.staff_id, mine.name)}
        people |= {str(one.id): (one.id, one.name) for one in (board.staff_in if board else ())}
        fields = [
            Field(
                "owner",
                "Who does it",
                Kind.CHOICE,
                choices=tuple((k, name) for k, (_, name) in people.items()),
            ),
            Field("hours", "Within (hours)", Kind.NUMBER),
            Field("text", "What is to be done", limit=1000),
        ]

        def make(values: dict[str, Any]) -> TakeOn:
            from datetime import timedelta

            hours = values["hours"]
            return TakeOn(
                which=which,
                emergency=self._id,
                owner=people[values["owner"]][0] if values["owner"] else None,
                due=self._sitting.now + timedelta(hours=int(hours)) if hours not in (None, "") else None,
                text=values["text"],
            )

        sheet = ask(self._sitting, self._page, which.label, fields, make, action="Open the action")
        sheet.form.set_values(
            {
                "owner": str(mine.staff_id),
                "hours": int(which.within.total_seconds() // 3600),
                "text": which.label,
            }
        )


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    """What was typed; an emptied box takes its text out."""
    return {name: text or "" for name, text in values.items()}
