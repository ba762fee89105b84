"""Ninety ordinary days, simulated from the regimes: the women's habits, the staff's rota, rounds, checks and slips.

Everything happens at an instant of a queue, in order. What is written later than it was so (a paper round, a radio call)
is two events: what was seen changes the world, what was typed enters the record.
"""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from app.domain.presence import Move, Presence
from app.domain.sightings import CLOSE_COUNTS, DEFAULT_COUNTS, How, Source
from app.domain.time import DAY, local_date, opening
from app.domain.walks import Step, Tally
from app.services.absences import OpenCase
from app.services.checks import Amend, Strike
from app.services.demo_pen import Doing, Interval, Pen, Woman
from app.services.demo_people import Cast, Outing
from app.services.demo_rota import Rota
from app.services.grab import MakeGrabPack
from app.services.handovers import Answer, Offer, PrintCopies, ReadSheet, ReturnSheet, TakeOver
from app.services.house import SignIn, SignOut
from app.services.notes import FinishAction, OpenAction, WriteNote
from app.services.papers import ReturnCopy

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
_WAKES = time(6, 40)
#: Sheets are made in Daybook since then, and were on paper before: each is the whole house frozen, and takes its time.
SHEETS_SINCE = timedelta(days=10)
#: So many days ago the house tried what it would do without power.
_DRILL_AGO = 3


class Days:
    """The simulation: `run` goes from the pen's instant to `end`, which no entry is ever after."""

    def __init__(self, pen: Pen, cast: Cast, end: datetime, random: Random, all_well: bool) -> None:
        self.pen, self.cast, self.end, self.random = pen, cast, end, random
        self.zone = cast.zone
        self.all_well = all_well
        self.women: list[Woman] = []
        #: The date that counts as today: until 04:00 it is still the evening before.
        self.today = local_date(end - 4 * HOUR, self.zone)
        self.far = end + 2 * DAY
        self.rota = Rota(local_date(end - timedelta(hours=7), self.zone))
        self.duty: list[str] = []
        #: The copies of the last handover sheet that are about.
        self._copies: list[int] = []
        self._queue: list[tuple[datetime, int, Doing]] = []
        self._order = count()

    # The queue

    def at(self, instant: datetime, doing: Doing) -> None:
        """Do something then; what would be after the end, or is over, is left out."""
        if self.pen.now <= instant <= self.end:
            heapq.heappush(self._queue, (instant, next(self._order), doing))

    def local(self, day: date, at: time, shift: timedelta = timedelta(0)) -> datetime:
        """The instant of a local time, and a while after."""
        return opening(day, at, self.zone) + shift

    def run(self, tell: Callable[[str], None]) -> None:
        """Let everything happen; `tell` hears of every day, or of every tenth."""
        start, done = self.pen.now, 0
        span = (self.end - start) // DAY
        each = 10 if span > 20 else 1
        while self._queue:
            instant, _, doing = heapq.heappop(self._queue)
            self.pen.now = instant
            doing()
            if (instant - start) // DAY > done:
                done = (instant - start) // DAY
                if done % each == 0:
                    tell(f"Day {done} of {span}")

    def spread(self, least: float, most: float) -> timedelta:
        """Somewhere between, in minutes, to the second."""
        return timedelta(seconds=int(self.random.uniform(least * 60, most * 60)))

    def chance(self, part: float) -> bool:
        """Whether it happens, this often."""
        return self.random.random() < part

    @property
    def someone(self) -> str:
        """Someone who is on duty."""
        return self.random.choice(self.duty)

    # A day

    def day(self, day: date) -> None:
        """Plan a local day from 04:00 on, and the next one after it."""
        self.at(self.local(day + DAY, time(4)), lambda: self.day(day + DAY))
        self._shifts(day)
        for woman in self.women:
            self._habits(woman, day)
            if self.chance(0.5):
                medicine = self.local(day, time(20, 20), self.spread(0, 125))
                self.at(medicine, partial(self.see, woman, How.SPOKE, occasion="medicines"))
        self.at(self.local(day, time(7, 30)), lambda: self._morning(day))
        self.at(self.local(day, time(23)), lambda: self._round(day))
        for _ in range(self.random.randint(1, 4)):
            self.at(self.local(day, time(8), self.spread(0, 14 * 60)), self._note)
        if self.chance(0.8):
            self.at(self.local(day, time(7, 20), self.spread(0, 22 * 60)), self._house_note)
        if self.chance(0.5):
            self.at(self.local(day, time(10), self.spread(0, 6 * 60)), self._action)
        for _ in range(2):
            self.at(self.local(day, time(8, 30), self.spread(0, 13 * 60)), self._talk)

    def _shifts(self, day: date) -> None:
        for turn in self.rota.turns(day):
            starts = self.local(turn.day, turn.starts, -self.spread(2, 9))
            ends = self.local(turn.ends_on, turn.ends, self.spread(6, 14))
            self.at(starts, partial(self.comes, turn.user))
            self.at(ends, partial(self.goes, turn.user))
        if self.end - self.local(day, time(7)) < SHEETS_SINCE:
            self._handover(day, time(7), self.rota.night_lead(day - DAY), self.rota.day_lead(day))
            self._handover(day, time(19), self.rota.day_lead(day), self.rota.night_lead(day))
            if (self.today - day).days == _DRILL_AGO:
                self.at(self.local(day, time(21, 10)), self._power_drill)

    def comes(self, user: str) -> None:
        """Someone of the staff comes on duty and signs in."""
        if user in self.duty:
            return
        self.duty.append(user)
        self.pen.duty(user, "in")
        self.pen.do(user, SignIn())

    def goes(self, user: str) -> None:
        """She signs out and goes; never below two in the building."""
        if user in self.duty and len(self.duty) > 2:
            self.duty.remove(user)
            self.pen.do(user, SignOut())
            self.pen.duty(user, "out")

    def _handover(self, day: date, at: time, off: str, on: str) -> None:
        offered = self.local(day, at, -self.spread(0, 1.5))
        taken = self.local(day, at, self.spread(4, 5.5))
        self.at(offered, lambda: self._offer(off))
        self.at(taken, lambda: self._take_over(on))

    def _power_drill(self) -> None:
        """What if the power went: the pack is made and shredded again; its round sheet stays about."""
        user = self.duty[0]
        made = self.pen.do(user, MakeGrabPack())
        self.pen.do(user, ReturnCopy(kind=made.kind, number=made.number, copy=1))

    def _offer(self, user: str) -> None:
        """The copies of the sheet before come back at the turn of the shift, all but one every fifth day."""
        one_left = local_date(self.pen.now, self.zone).toordinal() % 5 == 0
        for copy in self._copies[one_left:]:
            self.pen.do(user, ReturnSheet(copy=copy))
        self.pen.do(user, Offer())
        names = tuple(self.pen.actors[one].name for one in self.duty if one != user)
        self.pen.do(user, PrintCopies(names=names))
        self._copies = list(range(1, max(len(names), 1) + 1))

    def _take_over(self, user: str) -> None:
        asks = self.chance(0.12)
        for other in [one for one in self.duty if one != user and one not in self.rota.leads]:
            self.pen.do(other, ReadSheet())
        self.pen.do(
            user, ReadSheet(question=self.random.choice(self.cast.words["questions"]) if asks else None)
        )
        if asks:
            self.pen.do(user, Answer(answer="Yes; it is in the book in the office."))
        self.pen.do(user, TakeOver())

    # Out and in

    def _habits(self, woman: Woman, day: date) -> None:
        if woman.presence is None or (woman.leaving and local_date(woman.leaving, self.zone) == day):
            return
        until = self.local(day, time(4))
        for habit in woman.person.outings:
            if day.weekday() not in habit.days or self.random.randint(1, 10) > habit.in_ten:
                continue
            out = self.local(day, habit.out, self.spread(-18, 18))
            back = max(self.local(day, habit.back, self.spread(-22, 12)), out + 20 * MINUTE)
            if habit.back > time(21) and self.chance(0.06):
                back = self.local(day, time(23), self.spread(3, 24))
            if out <= until or back > woman.stays or (self.all_well and out <= self.end <= back):
                continue
            until = back
            self.at(out, partial(self._goes_out, woman, habit, back))

    def _goes_out(self, woman: Woman, habit: Outing, back: datetime) -> None:
        if woman.presence is not Presence.IN or back > woman.stays:
            return
        expected = opening(local_date(back, self.zone), habit.back, self.zone)
        self.leaves(woman, Move.OUT, place=habit.place, purpose=habit.purpose, expected_back=expected)
        trip = woman.trip
        self.at(back, lambda: self.returns(woman) if woman.trip == trip else None)

    def leaves(self, woman: Woman, move: Move, how: How | None = How.AWAKE, **more: Any) -> None:
        """She leaves by the front door, and is seen there unless `how` is None."""
        woman.trip += 1
        self.pen.door(self.someone, woman, move, how, **more)
        if how is not None:
            woman.last = self.pen.now

    def returns(self, woman: Woman, condition: str | None = None) -> None:
        """She is back in, if she was away; her intervals start from the door."""
        if woman.presence in (None, Presence.IN, Presence.CUSTODY):
            return
        self.pen.door(
            self.someone, woman, Move.IN, How.SPOKE if self.chance(0.4) else How.AWAKE, condition=condition
        )
        self.noticed(woman, How.SPOKE)

    def absence_step(self, woman: Woman, step: Any) -> None:
        """The night's lead writes a step of an absence; the one that opens the case makes her absent."""
        self.pen.do(self.rota.night_lead(local_date(self.pen.now - 7 * HOUR, self.zone)), step)
        if isinstance(step, OpenCase):
            woman.presence = Presence.ABSENT

    # Sightings

    def noticed(self, woman: Woman, how: How) -> None:
        """She was seen now: what is due next counts from here."""
        woman.last = self.pen.now
        for interval in woman.intervals:
            if how in (CLOSE_COUNTS if interval.close else DEFAULT_COUNTS):
                self.plan(woman, interval)

    def see(self, woman: Woman, how: How | None = None, by: str | None = None, **more: Any) -> UUID | None:
        """Someone sees her now and types it at once; None when she is away, or the story wants her unseen."""
        if woman.presence is not Presence.IN or self.pen.now > woman.quiet:
            return None
        how = how or self.how(woman)
        written = self.pen.sighting(by or self.someone, woman, how, **more)
        self.noticed(woman, how)
        return written

    def how(self, woman: Woman) -> How:
        """How she would be seen at this hour."""
        at = self.pen.now.astimezone(self.zone).time()
        bed = woman.person.bed
        asleep = bed <= at < _WAKES if bed < _WAKES else at >= bed or at < _WAKES
        if asleep:
            return self.random.choices([How.ASLEEP_BREATHING, How.AWAKE, How.ROUSED], [92, 6, 2])[0]
        return self.random.choices([How.SPOKE, How.AWAKE], [7, 3])[0]

    def _later(self, woman: Woman, after: timedelta, **more: Any) -> None:
        """Someone sees her now, and it is typed later by someone else or from paper."""
        seen_at, how, by = self.pen.now, self.how(woman), self.someone
        if woman.presence is not Presence.IN or seen_at + after > self.end or seen_at > woman.quiet:
            return
        self.noticed(woman, how)
        self.at(seen_at + after, lambda: self._types(woman, how, seen_at, by, more))

    def _types(self, woman: Woman, how: How, seen_at: datetime, by: str, more: dict[str, Any]) -> None:
        if woman.presence is None:
            return
        others = [one for one in self.duty if one != by]
        typist = by if more["source"] is Source.PAPER or not others else self.random.choice(others)
        entry = self.pen.sighting(typist, woman, how, seen_at, by, **more)
        if typist != by and self.chance(0.9):
            self.at(self.pen.now + self.spread(2, 50), lambda: self.pen.confirmed(by, woman, entry))

    def _talk(self) -> None:
        here = [
            woman for woman in self.women if woman.presence is Presence.IN and self.pen.now <= woman.quiet
        ]
        if not here:
            return
        woman = self.random.choice(here)
        kind = self.random.random()
        if kind < 0.15:
            self._later(woman, self.spread(20, 60), source=Source.MEMORY, occasion="talk", place="garden")
        elif kind < 0.25:
            self.see(woman, How.VOICE, occasion="talk", place="stairs")
        elif kind < 0.35:
            concern = self.random.choice(self.cast.words["concerns"])
            self.see(woman, How.SPOKE, occasion="talk", concern=True, note=concern)
        else:
            self.see(woman, How.SPOKE, occasion="talk", place="kitchen")

    def _morning(self, day: date) -> None:
        for woman in self.women:
            slow = self.random.random()
            after = self.spread(155, 220) if slow < 0.012 else self.spread(4, 135)
            if slow > 0.003:
                self.at(self.pen.now + after, partial(self._breakfast, woman, day))

    def _breakfast(self, woman: Woman, day: date) -> None:
        since = self.local(day, time(7, 30))
        if woman.last is not None and woman.last >= since and self.chance(0.5):
            return
        late = self.pen.now > self.local(day, time(10, 5))
        reason = self.random.choice(self.cast.words["late_reasons"]) if late else None
        occasion = self.random.choices(["medicines", "talk", "round"], [4, 3, 3])[0]
        how = How.SPOKE if self.chance(0.8) else How.AWAKE
        self.see(woman, how, occasion=occasion, late_reason=reason)

    def sign_in(self, woman: Woman, opens: time, closes: time, day: date) -> None:
        """Her sign-in of one day, mostly in its window."""
        starts, ends = self.local(day, opens), self.local(day, closes)
        late = self.chance(0.02)
        at = ends + self.spread(7, 20) if late else starts + (ends - starts) * self.random.uniform(0.1, 0.9)
        at -= timedelta(microseconds=at.microsecond)
        self.at(at, lambda: self.see(woman, How.SPOKE, occasion="sign_in"))

    # The curfew round

    def _round(self, day: date) -> None:
        at, ago = self.pen.now + self.spread(0.8, 2.2), (self.today - day).days
        source = Source.PAPER if ago % 11 == 3 else Source.RADIO if ago % 7 == 1 else Source.LIVE
        walker = self.someone
        asked = [woman for woman in self.women if not woman.own_curfew]
        if source is Source.LIVE and any(at < woman.quiet for woman in asked):
            self.at(at, partial(self._walk, day, walker, asked))
        for woman in self.women:
            at += timedelta(seconds=self.random.randint(22, 46))
            if not woman.own_curfew:
                self.at(at, partial(self._knock, woman, walker, source))
        if ago % 3 == 2:
            self.at(at + self.spread(1, 4), lambda: self._slip(walker))

    def _walk(self, day: date, walker: str, asked: list[Woman]) -> None:
        """The walk is begun with its first key, and ended with its last."""
        opens, closes = self.local(day, time(23)), self.local(day, time(23, 20))
        title = f"Curfew round, {opens.astimezone(self.zone):%H:%M}"
        begun = self.pen.walk(walker, Step.STARTED, title=title, opens=opens, closes=closes)

        def ends() -> None:
            if any(woman.quiet <= self.pen.now for woman in asked):
                return
            inside = [woman for woman in asked if woman.presence is Presence.IN]
            seen = [woman for woman in inside if woman.last is not None and woman.last >= opens]
            self.pen.walk(walker, Step.ENDED, walk_id=begun, note=Tally(len(seen), len(inside)).said)

        self.at(closes - MINUTE, ends)

    def _knock(self, woman: Woman, walker: str, source: Source) -> None:
        if woman.presence is not Presence.IN or self.pen.now > woman.quiet:
            return
        luck = self.random.random()
        if luck < 0.015:
            self.pen.sighting(walker, woman, How.DOOR_ONLY)
            reason = self.random.choice(self.cast.words["late_reasons"])
            self.at(self.pen.now + self.spread(12, 32), lambda: self.see(woman, late_reason=reason))
        elif luck < 0.0175:
            self.pen.sighting(walker, woman, How.NOT_SEEN, note="No answer; in the shower by the sound.")
        elif source is Source.PAPER:
            self._later(woman, self.spread(22, 40), source=source)
        elif source is Source.RADIO:
            self._later(woman, self.spread(0.5, 3), source=source)
        else:
            second = self.pen.actors[self.duty[-1]].staff_id
            pair = luck > 0.98 and second != self.pen.actors[walker].staff_id
            self.see(woman, by=walker, second_id=second if pair else None)

    def _slip(self, user: str) -> None:
        """A key that was wrong: corrected, or struck and done again for the right woman."""
        here = [
            woman for woman in self.women if woman.presence is Presence.IN and self.pen.now <= woman.quiet
        ]
        if not here:
            return
        woman = self.random.choice(here)
        entry = self.pen.sighting(user, woman, How.AWAKE)
        at = self.pen.now + self.spread(0.5, 3)
        if self.chance(0.6):
            self.at(
                at,
                lambda: self.pen.do(user, Amend(entry=entry, how=How.SPOKE, reason="wrong key; she spoke")),
            )
            self.noticed(woman, How.SPOKE)
        else:
            self.at(
                at, lambda: self.pen.do(user, Strike(entry=entry, reason="wrong line: another woman's room"))
            )

    # Intervals

    def plan(self, woman: Woman, interval: Interval) -> None:
        """Plan her next check by this rule, mostly in time and never at a regular one."""
        interval.token += 1
        calm = self.all_well and self.end - self.pen.now < timedelta(hours=8)
        token, luck = interval.token, self.random.uniform(0, 0.97 if calm else 1)
        low, high = interval.minimum, interval.maximum
        if luck < 0.975:
            gap = self.spread(low + 0.3 * (high - low), high + 1)
        elif luck < 0.996:
            gap = self.spread(high + 6, high + high * 0.6)
        else:
            gap = self.spread(high * 2 + 6, high * 2 + 20)
        start = self.pen.now
        if interval.at_night and not self._at_night(start + gap):
            start = self.local(local_date(start + gap, self.zone), time(23))
        at = start + gap
        final = woman.final
        if final is not None and start < final < at + low * MINUTE:
            at = final if final - start <= timedelta(minutes=high) else start + (final - start) / 2
            at -= timedelta(microseconds=at.microsecond)
        self.at(at, lambda: self._check(woman, interval, token, gap > timedelta(minutes=high + 5)))

    def _at_night(self, instant: datetime) -> bool:
        at = instant.astimezone(self.zone).time()
        return at >= time(23) or at < time(7)

    def _check(self, woman: Woman, interval: Interval, token: int, late: bool) -> None:
        if interval.token != token or interval not in woman.intervals:
            return
        reason = self.random.choice(self.cast.words["late_reasons"]) if late and self.chance(0.7) else None
        how = self.how(woman)
        if interval.close and how is How.ASLEEP_BREATHING:
            how = How.ROUSED
        self.see(woman, how, late_reason=reason)

    # Words

    def _about(self) -> tuple[Woman, str] | None:
        """A woman to write about, and someone who may: of a restricted one only her key worker writes."""
        open_ = [
            w
            for w in self.women
            if w.presence and (not w.person.restricted or w.person.key_worker in self.duty)
        ]
        if not open_:
            return None
        woman = self.random.choice(open_)
        return woman, self._writer(woman)

    def _writer(self, woman: Woman) -> str:
        return woman.person.key_worker if woman.person.restricted else self.someone

    def _note(self) -> None:
        if about := self._about():
            woman, user = about
            text = self.random.choice(self.cast.words["notes"]).format(name=woman.person.called)
            self.pen.do(user, WriteNote(text=text, resident=woman.id, hand_over=self.chance(0.3)))

    def _house_note(self) -> None:
        self.pen.do(self.someone, WriteNote(text=self.random.choice(self.cast.words["house_notes"])))

    def _action(self) -> None:
        about = self._about()
        if about is None:
            return
        woman, user = about
        text = self.random.choice(self.cast.words["actions"]).format(name=woman.person.called)
        owner = self.pen.actors[woman.person.key_worker].staff_id
        due = self.local(local_date(self.pen.now, self.zone) + DAY, time(12))
        opened = self.pen.do(user, OpenAction(text=text, resident=woman.id, owner=owner, due=due)).id
        if self.chance(0.97):
            outcome = self.random.choice(self.cast.words["outcomes"])
            done = FinishAction(action=opened, outcome=outcome)
            self.at(
                self.pen.now + self.spread(3 * 60, 40 * 60),
                lambda: self.pen.do(woman.person.key_worker, done),
            )
