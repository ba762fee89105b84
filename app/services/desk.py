"""The desk: the one door through which a signed-in person does anything and reads anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from app.domain.house import House
from app.domain.permissions import may
from app.domain.results import Availability, Done, Refused, Unavailable
from app.domain.staff import Actor
from app.domain.time import Clock, stamp_day
from app.services.acts import BY_COMMAND, Act, Context, Refuse
from app.store.errors import Stale
from app.store.memory import Recall
from app.store.store import Store
from app.store.work import Reading

#: How far the clock may be behind the last entry before anything more is written (two processes differ by less).
CLOCK_BEHIND = timedelta(seconds=60)
#: The acts that may be done while the clock is behind: writing down that it is, and keeping what is being typed.
_ANY_CLOCK = frozenset({"clock", "draft"})


class Desk:
    """One person's sitting at one store. Threads may share it: writes are serialised by the store itself."""

    def __init__(self, store: Store, house: House, actor: Actor, clock: Clock) -> None:
        self.store = store
        self.house = house
        self.actor = actor
        self.clock = clock
        #: The head when she signed in: undo reaches no further back.
        self.since_seq = store.head().seq
        self._owed: list[Any] = []

    def can(self, word: str) -> Availability:
        """Whether this person may do the act with this word, or why not and who can."""
        return may(self.actor, word)

    def do(self, command: Any) -> Done | Refused:
        """Do one act, durably, or refuse it in words with nothing stored. StoreTrouble when the machine failed."""
        act = BY_COMMAND[type(command)]
        allowed = self.can(act.word)
        if isinstance(allowed, Unavailable):
            return Refused((str(allowed),))
        try:
            with self.store.write(self.actor, self.clock, act.word) as work:
                context = Context(work, self.house, self.since_seq)
                self._refuse_clock(act, context)
                view = act.handler(context, command)
                if act.word == "clock":
                    self._pay(context)
                work.flush()
                return Done(view, work.head.seq)
        except Refuse as refusal:
            return Refused(refusal.reasons, refusal.fields)
        except Stale as stale:
            return Refused((str(stale),), current=stale.version)

    def must(self, command: Any) -> None:
        """Do an act that nobody waits for (a sign-in). Where the clock stands in the way it is done as soon as somebody
        has looked at the clock."""
        if isinstance(self.do(command), Refused):
            self._owed.append(command)

    def _pay(self, context: Context) -> None:
        owed, self._owed = self._owed, []
        for command in owed:
            act = BY_COMMAND[type(command)]
            context.work.action = act.word
            act.handler(context, command)

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """One snapshot for reading."""
        with self.store.read() as connection:
            yield connection

    def recall(self, connection: Reading) -> Recall:
        """What the store remembers that still holds in this snapshot."""
        return self.store.memory.recall(connection, self.clock.now())

    def _refuse_clock(self, act: Act, context: Context) -> None:
        last = context.work.head.at
        if last is None or act.word in _ANY_CLOCK or context.now >= last - CLOCK_BEHIND:
            return
        zone = self.house.zone
        raise Refuse(
            f"The clock says {stamp_day(context.now, zone)}, but the last entry was written at "
            f"{stamp_day(last, zone)}. Nothing was stored. "
            "Put the computer's clock right; or, if it is right now, have that written down (“The clock is right”), "
            "and go on."
        )
