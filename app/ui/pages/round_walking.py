"""Walking the round on the page: begun by the first key, paused, gone on with, ended; and who walks beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.domain.fields import Field, Kind
from app.domain.results import Done, Refused
from app.domain.rounds import Round, RoundEntry, RoundLine, seen_said
from app.domain.time import MINUTE
from app.domain.walks import State, Walk
from app.services.walks import NOTE_LIMIT, EndWalk, PauseWalk, ResumeWalk, StartWalk
from app.ui.dialogs import FormSheet
from app.ui.sitting import Sitting

if TYPE_CHECKING:
    from app.ui.pages.round import RoundPage

#: How long a key still means the woman whose card has just gone, because a colleague saw her: nobody reads a new name
#: and answers for it sooner than this.
HOLD_MS = 700
_WHY = Field("note", "Why it ends here", Kind.MULTILINE, "Ctrl Enter ends it.", NOTE_LIMIT)


class Walking(QObject):
    """What the page does about the walk. It never keeps a key waiting: the walk is written after the sighting that began
    it, with that key's instant, and where it can't be, the sighting stands all the same."""

    def __init__(self, page: RoundPage, sitting: Sitting) -> None:
        super().__init__(page)
        self._page, self._sitting = page, sitting
        self._asked: object = None
        self._ending = False

    @property
    def _found(self) -> Round | None:
        return self._page.walk.round

    @property
    def walk(self) -> Walk | None:
        """The walk of this round, if anybody walks it or did."""
        return self._found.walk if self._found else None

    @property
    def mine(self) -> bool:
        """Whether I am walking it."""
        walk = self.walk
        return walk is not None and self._sitting.desk.actor.staff_id in walk.walking

    @property
    def offered(self) -> bool:
        """Whether there is a walk to go on with that I am not walking."""
        walk = self.walk
        return (
            walk is not None
            and walk.state is not State.ENDED
            and not self.mine
            and bool(self._page.walk.waiting)
        )

    def offer_said(self) -> str:
        """ "Go on with the curfew round: 6 of 19. Priya Nair paused at 23:06."; nothing when there is none to offer."""
        walk, found = self.walk, self._found
        if walk is None or found is None or not self.offered:
            return ""
        name = walk.title
        done = f"{name[0].lower()}{name[1:]}: {self._page.walk.done} of {found.total}"
        last = walk.steps[-1]
        if walk.state is State.PAUSED:
            return f"Go on with the {done}. {last.name} paused at {self._sitting.time(last.at)}."
        names = " and ".join(sorted(walk.name_of(id_) for id_ in walk.walking))
        return f"{names} {'is' if len(walk.walking) == 1 else 'are'} walking the {done}. Your first key joins in."

    # What is written

    def key_pressed(self) -> None:
        """A key is on its way to the record: with it the walk is begun, joined or gone on with. One check of one woman
        outside the house's rounds is no walk."""
        found = self._found
        if found is None or self.mine or self._asked == self._key(found):
            return
        if found.span is None and found.total < 2 and found.walk is None:
            return
        if found.finished:
            return
        self._asked = self._key(found)
        self._quietly(StartWalk(began=self._sitting.now, second=self._second))

    def go_on(self) -> None:
        """Begin the walk, or go on with it, before any key about a woman."""
        walk = self.walk
        command: Any = StartWalk(second=self._second)
        if walk is not None and walk.state is not State.ENDED:
            command = ResumeWalk(walk=walk.id, second=self._second)
        self._sitting.do(command, self._began, owner=self._page)

    def _began(self, done: Done) -> None:
        self._page.load()

    def pause(self) -> None:
        """I stop; whoever walks with me goes on."""
        walk = self.walk
        if walk is not None and (self.mine or self._asked is not None) and walk.state is State.WALKING:
            self._quietly(PauseWalk(walk=walk.id))
        elif walk is None and self._asked is not None:
            self._quietly(PauseWalk())
        self._asked = None

    def over(self) -> None:
        """Everyone has been seen: my walk is over. Called after each reading; it ends a walk once."""
        walk, found = self.walk, self._found
        if walk is None or found is None or not found.finished or not self.mine or self._ending:
            return
        self._ending = True
        self._asked = None
        self._quietly(EndWalk(walk=walk.id))

    def read(self) -> None:
        """The round was read again: forget what has come true."""
        if self.mine:
            self._asked = None
        if self.walk is None or self.walk.state is State.ENDED:
            self._ending = False

    def why_not_end(self) -> str | None:
        """Why the round can't be ended by hand, None when it can."""
        walk = self.walk
        if walk is None or walk.state is State.ENDED:
            return "Nobody is walking this round. The first key begins it."
        return None

    def end(self) -> None:
        """End it before everyone has been seen: who is left stays due."""
        walk, found = self.walk, self._found
        if walk is None or found is None:
            return
        left = len(self._page.walk.waiting)
        text = f"{self._page.walk.done} of {found.total} seen. " + (
            f"{left} {'is' if left == 1 else 'are'} not: they stay due, and stay on the board."
            if left
            else ""
        )
        sheet = FormSheet(self._page, "End the round", [_WHY], text=text.strip(), action="End it here")

        def answered(values: dict[str, Any]) -> None:
            command = EndWalk(walk=walk.id, note=values["note"] or None)
            self._sitting.do(command, lambda _done: self._ended(sheet), sheet.refuse, owner=sheet)

        sheet.answered.connect(answered)
        sheet.open()

    def _ended(self, sheet: FormSheet) -> None:
        sheet.accept()
        self._page.load()

    def _quietly(self, command: Any) -> None:
        def refused(why: Refused) -> None:
            self._asked, self._ending = None, False
            self._sitting.tell(f"The walk itself is not written: {why}", "amber")

        self._sitting.do(command, None, refused, owner=self._page, doing="Saving the walk")

    @property
    def _second(self) -> Any:
        second = self._page.walk.mode.second
        return second.id if second else None

    @staticmethod
    def _key(found: Round) -> object:
        walk = found.walk
        ended = walk.id if walk and walk.state is State.ENDED else None
        return found.span.start if found.span else "free", ended


class Beside(QObject):
    """What a colleague at another screen does in the same round: the card moves on from a woman whom she has seen, and
    two sightings of one woman are said on both screens."""

    def __init__(self, page: RoundPage, sitting: Sitting) -> None:
        super().__init__(page)
        self._page, self._sitting = page, sitting
        self._told: set[object] = set()
        self._gone: RoundLine | None = None
        self.hold = QTimer(self)
        self.hold.setSingleShot(True)
        self.hold.setInterval(HOLD_MS)

    @property
    def just_gone(self) -> RoundLine | None:
        """The woman whose card has just been taken away by a colleague's sighting: a key now still means her."""
        return self._gone if self.hold.isActive() else None

    def moved(self, before: RoundLine | None, found: Round) -> None:
        """The round was read again. `before` is whom the card was on and waited for a key."""
        after = found.line(before.id) if before else None
        if (
            after is not None
            and after.met is not None
            and not after.met.mine
            and not self._page.walk.waits(after)
        ):
            self._gone = after
            self.hold.start()
            at = seen_said(after.met, self._sitting.desk.house.zone)
            self._sitting.tell(f"{after.board.who.name}: {after.met.typed_by} saw her at {at}.", "blue")

    def tell_of_two(self, found: Round) -> None:
        """Say it once, on the screen of each of two who saw the same woman at nearly the same time."""
        for line in found.lines:
            seen = [it for it in (line.met, *line.also) if it is not None and it.exact]
            mine = [it for it in seen if it.mine]
            theirs = [it for it in seen if not it.mine]
            if not (mine and theirs) or (key := (mine[-1].entry_id, theirs[-1].entry_id)) in self._told:
                continue
            self._told.add(key)
            last = max(mine[-1].seen_to, theirs[-1].seen_to)
            if found.at - last <= MINUTE * 2 and abs(mine[-1].seen_to - theirs[-1].seen_to) <= MINUTE:
                self._sitting.tell(self._two(line, mine[-1], theirs[-1]), "blue")

    def _two(self, line: RoundLine, mine: RoundEntry, theirs: RoundEntry) -> str:
        zone = self._sitting.desk.house.zone
        return (
            f"{line.board.who.name} was seen twice: by {theirs.typed_by} at {seen_said(theirs, zone)}, by you at "
            f"{seen_said(mine, zone)}. Both stand, as two sightings."
        )
