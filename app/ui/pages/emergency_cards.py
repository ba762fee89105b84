"""The cards of an emergency: what to say to 999, naloxone, first aid, and who is in the building.

What they say of doses and first aid is guidance for someone with a telephone in her hand, and says so: it is no policy, and
whoever answers 999 comes first.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.board import Board
from app.domain.emergencies import Step, next_dose
from app.domain.presence import Presence
from app.domain.time import stamp
from app.services.emergencies import EmergencyView
from app.ui.widgets.basics import Card, label, restyle, whole_numbers
from app.ui.widgets.marks import Mark, MarkLabel


class CallCard(Card):
    """What to say to 999."""

    def __init__(self) -> None:
        super().__init__("999: say this", "9 writes the time")
        self.band("accent")
        self.address = label("", "heading", wrap=True)
        self.lines = [
            label(text, wrap=True)
            for text in (
                "The way in: say which door, and send someone to open it.",
                "Who is hurt, and how many. Her age if you know it.",
                "Is she awake? Is she breathing normally?",
                "What happened; what was taken, how much, when.",
                "Stay on the line. Do what the call handler says.",
            )
        ]
        self.add(self.address)
        for line in self.lines:
            self.add(line)

    def show_house(self, board: Board | None, view: EmergencyView | None, house: str) -> None:
        """The address comes from the house's settings."""
        address = board.address if board else ""
        self.address.setText(
            f"{house}, {address}" if address else f"{house}. No address is set: read it from the wall."
        )


class NaloxoneCard(Card):
    """Where the kit is, how many doses were given, and when another may be due."""

    def __init__(self) -> None:
        super().__init__("Naloxone", "N writes each dose")
        self.place = label("", "heading", wrap=True)
        self.doses = label("", wrap=True)
        self.next = label("", "heading", wrap=True)
        self.text = label(
            "Guidance, not policy: the kit’s leaflet and the 999 call handler come first. It wears off before the drug "
            "may: stay with her.",
            "small_muted",
            wrap=True,
        )
        for one in (self.place, self.doses, self.next, self.text):
            self.add(one)

    def show_doses(
        self, place: str, doses: int, last: Step | None, now: datetime, time: Callable[[datetime], str]
    ) -> None:
        """The count, and how long until another may be due."""
        self.place.setText(f"The kit: {place}" if place else "Where the kit is, is not set in Daybook.")
        if last is None:
            self.doses.setText("No dose is written yet.")
            self.next.setText("")
            self.next.hide()
            return
        self.doses.setText(f"{doses} {'dose' if doses == 1 else 'doses'}, the last at {time(last.at)}")
        opens, closes = next_dose(last.at)
        if now < opens:
            left = int((opens - now).total_seconds()) + 1
            said = f"Look again in {left // 60}:{left % 60:02}"
        elif now < closes:
            said = "2 to 3 minutes have passed: is she breathing normally? If not, another dose may be due"
        else:
            said = "Over 3 minutes since the last dose: is she breathing normally? If not, another may be due"
        self.next.setText(said)
        restyle(self.next, tone=None if now < opens else "amber")
        self.next.show()


class AidCard(Card):
    """First aid and CPR."""

    def __init__(self) -> None:
        super().__init__("Until help comes", "C writes CPR, F first aid")
        for text in (
            "Not breathing, or only gasping: chest compressions, hard and fast in the middle of the chest. Swap when tired.",
            "Breathing but not awake: on her side, head tilted back, and watch every breath.",
            "Heavy snoring can be an overdose: rouse her, don’t leave her to sleep.",
            "Bleeding: press on it, hard.",
        ):
            self.add(label(text, wrap=True))
        self.add(
            label(
                "Guidance, not policy: do as you were trained, and as the call handler says.",
                "small_muted",
                wrap=True,
            )
        )


class HereCard(Card):
    """Who of the staff is in the building, and what else is going on in it."""

    def __init__(self) -> None:
        super().__init__("In the building")
        self.staff = MarkLabel(Mark.IN, "")
        self.names = label("", "name", wrap=True)
        self.ring = label("", "heading", wrap=True)
        self.women = label("", wrap=True)
        self.late = label("", "muted", wrap=True)
        for one in (self.staff, self.names, self.ring, self.women, self.late):
            self.add(one)

    def show_house(self, board: Board | None, zone: ZoneInfo, late: int, over: bool) -> None:
        """The staff by name, "one, since 02:48" when there is one, and whom to ring then."""
        if board is None:
            return
        staff, few = board.staff_in, len(board.staff_in) < board.least_staff
        count = {0: "Nobody of the staff", 1: "One of the staff"}.get(len(staff), f"{len(staff)} staff")
        since = board.staff_as_since
        alone = f", since {stamp(since, zone)}" if few and since is not None else ""
        self.staff.set_mark(Mark.OVERDUE if few else Mark.IN, f"{count}{alone}")
        self.names.setText(", ".join(one.name for one in staff))
        self.names.setVisible(bool(staff))
        self.ring.setText(
            whole_numbers(f"Ring the on-call manager: {board.on_call}")
            if board.on_call
            else "No on-call number is set."
        )
        restyle(self.ring, tone="red" if few else None)
        women = board.count(Presence.IN)
        self.women.setText(
            f"{women} {'woman is' if women == 1 else 'women are'} in. {board.assembly and 'Assembly: ' + board.assembly}"
        )
        overdue = len(board.overdue)
        said = (
            f"{overdue} {'check is' if overdue == 1 else 'checks are'} overdue now"
            if overdue
            else "No check is overdue now"
        )
        made = f"; {late} made late by this" if late else ""
        self.late.setText(
            f"{said}{made}. {'' if over else 'Whoever is free sees them; one reason does for all.'}"
        )
