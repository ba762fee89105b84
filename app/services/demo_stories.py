"""What does not happen every day: arrivals and departures, absences, hospital, leave, close checks, broken glass; and how
the last evening stands. Each is placed by how many days before the end it happens.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.absences import Decision, StepKind
from app.domain.presence import Move, Presence
from app.domain.regimes import Purpose
from app.domain.sightings import How, Source
from app.domain.time import DAY, local_date, opening
from app.services.absences import CaseStep, CloseCase, Decide, OpenCase
from app.services.demo_days import MINUTE, Days
from app.services.demo_pen import Interval, Woman
from app.services.demo_people import Person
from app.services.drafts import KeepDraft
from app.services.house import ChangeSetting
from app.services.notes import WriteNote
from app.services.plans import AddContact, WritePlan
from app.services.regimes import EndRule, Excuse, ReplaceRule, StartRule
from app.services.residents import (
    Arrive,
    BreakGlass,
    Depart,
    ExpectResident,
    ListReader,
    WriteAgreement,
)
from app.services.rooms import CloseRoom, MoveRoom

HOUR = timedelta(hours=1)


class Stories:
    """Writes the lives that the days are filled with. `rooms` is room number to id."""

    def __init__(self, days: Days, rooms: Mapping[str, UUID]) -> None:
        self.days, self.pen, self.rooms = days, days.pen, rooms
        self.end = days.end
        #: The date that counts as today: until 04:00 it is still the evening before.
        self.today = local_date(days.end - 4 * HOUR, days.zone)
        self.start = self.pen.now
        self.far = days.end + 2 * DAY
        self.by_room: dict[str, Woman] = {}

    def on(self, ago: int, at: str, woman: Woman | None, doing: Any) -> None:
        """Do it so many days ago at a local time, if she lives here then."""

        def then() -> None:
            if woman is None or woman.presence is not None:
                doing()

        self.days.at(self._instant(ago, time.fromisoformat(at)), then)

    def _instant(self, ago: int, at: time) -> datetime:
        return opening(self.today - ago * DAY, at, self.days.zone)

    # Who lives here

    def people(self) -> None:
        """Everyone who came before the record began, then everyone who comes and goes in it."""
        begun = [
            person
            for person in self.days.cast.people
            if person.left is None or self._left(person) > self.start
        ]
        for person in begun:
            came = self._came(person)
            if came <= self.start:
                self._arrives(person, came)
            else:
                self.days.at(came, partial(self._arrives, person, came))

    def _came(self, person: Person) -> datetime:
        return self._instant(person.days, time(14, 5 + person.days % 40))

    def _left(self, person: Person) -> datetime:
        assert person.left is not None
        return self._instant(person.left, time(10, 30 + person.days % 30))

    def _arrives(self, person: Person, came: datetime) -> None:
        worker, before = "hannah", came < self.start
        restricted = person.restricted and not self.days.all_well
        id_ = self.pen.do(
            worker,
            ExpectResident(
                name=person.name,
                legal_basis=person.basis,
                preferred_name=person.preferred,
                pronouns=person.pronouns or "she/her",
                born=person.born,
                crn=f"X{481000 + sum(map(ord, person.name)) % 9000}",
                restricted=restricted,
                allergies=person.allergies,
                evacuation=person.evacuation,
                alerts=person.alerts,
                watch_from=came if person.watch else None,
                expected_arrival=came,
                expected_departure=came + 84 * DAY,
                staff=self.pen.actors[person.key_worker].staff_id,
                practitioner=person.practitioner,
                practitioner_phone="07700 900470",
            ),
        ).id
        if restricted:
            for user in ("hannah", person.key_worker):
                reader = self.pen.actors[user].staff_id
                self.pen.do(worker, ListReader(resident=id_, staff=reader, reason="manager and key worker"))
        number = (
            person.room_before
            if person.room_before and came < self._instant(1, time(15, 15))
            else person.room
        )
        source = Source.PAPER if before else Source.LIVE
        self.pen.do(worker, Arrive(resident=id_, room=self.rooms[number], seen_at=came, source=source))
        woman = Woman(
            person,
            self.rooms[person.room],
            id_,
            quiet=self.far,
            stays=self.far,
            presence=Presence.IN,
            last=came,
        )
        self.days.women.append(woman)
        order = list(self.rooms.values())
        self.days.women.sort(key=lambda one: order.index(one.room))
        self.by_room[person.room] = woman
        self._papers(woman)
        self._rules(woman)
        if person.left is not None:
            woman.leaving = self._left(person)
            self.days.at(woman.leaving, partial(self._departs, woman))
        self._arrange(woman)

    def _papers(self, woman: Woman) -> None:
        person, worker = woman.person, "hannah"
        self.pen.do(worker, WritePlan(resident=woman.id, answers=dict(person.plan)))
        for agency, name, phone in person.contacts:
            self.pen.do(worker, AddContact(resident=woman.id, agency=agency, name=name, phone=phone))
        agreed = local_date(self.pen.now, self.days.zone)
        self.pen.do(
            worker, WriteAgreement(resident=woman.id, answers=dict(person.agreement), agreed_on=agreed)
        )

    def _rules(self, woman: Woman) -> None:
        rules = [
            rule for rule in woman.person.rules if not (self.days.all_well and rule["purpose"] == "curfew")
        ]
        for index, rule in enumerate(rules):
            when = self._instant(rule["from"], time(15, 30))
            replaced = index + 1 < len(rules) and rules[index + 1].get("replaces")
            if when > self.pen.now:
                self.days.at(when, partial(self._rule, woman, rule))
            elif not (replaced and self._instant(rules[index + 1]["from"], time(15, 30)) <= self.pen.now):
                self._rule(woman, rule)

    def _rule(self, woman: Woman, told: Mapping[str, Any]) -> None:
        times = {
            name: time.fromisoformat(told[name])
            for name in ("opens", "closes", "until", "hours_from", "hours_to")
            if name in told
        }
        fields = {name: told[name] for name in ("title", "minimum", "maximum", "why") if name in told} | times
        fields |= {
            "resident": woman.id,
            "purpose": Purpose(told["purpose"]),
            "review": self.pen.now + 28 * DAY,
        }
        if told.get("replaces") and woman.intervals:
            old = woman.intervals.pop()
            rule = self.pen.do("gwen", ReplaceRule(rule=old.rule, **fields)).id
        else:
            rule = self.pen.do("hannah", StartRule(**fields)).id
        if "maximum" in told:
            self._interval(
                woman,
                rule,
                told["minimum"],
                told["maximum"],
                "hours_from" in told,
                told["purpose"] == "close",
            )
        elif told["purpose"] == "curfew":
            woman.own_curfew = True
            self._nightly(woman, partial(self._own_curfew, woman, times["opens"]))
        else:
            sign_in = partial(self.days.sign_in, woman, times["opens"], times["closes"])
            self._nightly(woman, sign_in)

    def _interval(
        self, woman: Woman, rule: UUID, low: int, high: int, at_night: bool, close: bool
    ) -> Interval:
        interval = Interval(rule, low, high, at_night, close)
        woman.intervals.append(interval)
        if woman.presence is Presence.IN:
            self.days.plan(woman, interval)
        return interval

    def _nightly(self, woman: Woman, doing: Any) -> None:
        """Do it on every local day from now on, while she lives here."""
        day = local_date(self.pen.now, self.days.zone)
        while day <= self.today:
            self.days.at(
                max(self.pen.now, opening(day, time(5), self.days.zone)),
                partial(self._daily, woman, doing, day),
            )
            day += DAY

    @staticmethod
    def _daily(woman: Woman, doing: Any, day: date) -> None:
        if woman.presence is not None:
            doing(day)

    def _own_curfew(self, woman: Woman, opens: time, day: date) -> None:
        after = self.days.spread(7, 16) if self.days.chance(0.03) else self.days.spread(1, 18)
        after += 20 * MINUTE if self.days.chance(0.02) else timedelta(0)
        self.days.at(self.days.local(day, opens, after), partial(self.days.see, woman))

    def _departs(self, woman: Woman) -> None:
        if woman.presence in (Presence.OUT, Presence.LEAVE, Presence.HOSPITAL):
            self.days.returns(woman)
        self.pen.do("gwen", Depart(resident=woman.id, purpose=woman.person.why))
        woman.presence = None
        woman.intervals.clear()

    # Things that happened

    def happened(self) -> None:
        """Everything that is arranged by hand; each is left out where the record is too short for it."""
        every_week = range(7 * 13, 0, -7)
        for turn, ago in enumerate(every_week):
            number = self.days.cast.on_call[turn % 2]
            self.on(ago, "09:30", None, partial(self._setting, "on_call", number))
        self.on(40, "10:00", None, partial(self._setting, "curfew_sighting_to", "23:20"))
        for ago, room, back, outcome in (
            (2, "18", "00:40", "Back at 00:40, bus cancelled; the officer in the case was told at 09:10."),
            (11, "25", "23:52", "Back at 23:52. Talked about ringing first."),
            (58, "5", "00:15", "Back at 00:15, apologised; a warning in writing."),
        ):
            self.on(ago, "16:00", None, partial(self._late_home, room, ago, back, outcome))
        self.on(35, "16:30", None, partial(self._not_back, "14"))
        for ago in (44, 9):
            self.on(ago, "10:20", None, partial(self._weekend, "28"))
        for ago, room, hours in ((25, "2", 6), (6, "15", 5)):
            self.on(ago, "13:05", None, partial(self._to_hospital, room, hours))
        for ago in (12, 5, 1):
            self.on(ago, "14:40", None, partial(self._works_late, "21"))
        self.on(3, "20:10", None, partial(self._suspected, "6"))
        for ago in (20, 2):
            self.on(ago, "22:41", None, partial(self._glass, "12"))
        self.on(1, "15:15", None, partial(self._moves, "9"))
        self.on(13, "11:00", None, partial(self._closes, "19", 1, "deep clean"))
        self.on(3, "11:20", None, partial(self._closes, "26", 8, "repair: shower"))
        self.on(5, "11:40", None, partial(self._answers, "11"))

    def _setting(self, key: str, value: str) -> None:
        self.pen.do("hannah", ChangeSetting(key=key, value=value))

    def _here(self, room: str) -> Woman | None:
        woman = self.by_room.get(room)
        return woman if woman is not None and woman.presence is not None else None

    def _away_tonight(self, room: str, place: str) -> Woman | None:
        """She goes out now and the days leave her alone until the story has her back."""
        woman = self._here(room)
        if woman is None:
            return None
        if woman.presence is Presence.IN:
            self.days.leaves(
                woman, Move.OUT, place=place, purpose="friends", expected_back=self.pen.now + 6 * HOUR
            )
        woman.stays = self.pen.now
        woman.trip += 1
        return woman

    def _late_home(self, room: str, ago: int, back: str, outcome: str) -> None:
        """She goes out in the afternoon, is late, has a case, and comes back in the night."""
        woman = self._away_tonight(room, "town")
        if woman is None:
            return
        day = self.today - ago * DAY
        curfew = opening(day, time(23), self.days.zone)
        at = time.fromisoformat(back)
        returned = opening(day if at > time(12) else day + DAY, at, self.days.zone)
        for after, step in (
            (31, OpenCase(resident=woman.id, due_back=curfew)),
            (33, CaseStep(resident=woman.id, kind=StepKind.CALLED_HER, result="Voicemail.")),
            (
                38,
                CaseStep(
                    resident=woman.id,
                    kind=StepKind.CALLED_OTHER,
                    who=woman.person.contacts[-1][1],
                    result="Has not seen her today.",
                ),
            ),
            (
                43,
                CaseStep(
                    resident=woman.id,
                    kind=StepKind.TOLD_MANAGER,
                    who="Olive Brandt",
                    result="Wait until 01:00, then ring again.",
                ),
            ),
        ):
            self.days.at(curfew + after * MINUTE, partial(self._step, woman, step))
        decide = Decide(resident=woman.id, decision=Decision.WAIT, decided_by="Olive Brandt")
        self.days.at(curfew + 45 * MINUTE, partial(self._decides, woman, decide))
        self.days.at(returned, partial(self._back, woman, outcome))

    def _step(self, woman: Woman, step: Any) -> None:
        self.pen.do(self.days.rota.night_lead(local_date(self.pen.now - 7 * HOUR, self.days.zone)), step)
        if isinstance(step, OpenCase):
            woman.presence = Presence.ABSENT

    def _decides(self, woman: Woman, decide: Decide) -> None:
        if woman.presence is Presence.ABSENT:
            self.pen.do("olive", decide)

    def _back(self, woman: Woman, outcome: str) -> None:
        woman.stays = self.far
        entry = self.pen.do(self.days.someone, _came_in(woman))
        woman.presence = Presence.IN
        self.days.noticed(woman, How.SPOKE)
        assert entry is not None
        self.days.at(
            self.pen.now + 14 * MINUTE,
            lambda: self.pen.do("olive", CloseCase(resident=woman.id, outcome=outcome)),
        )

    def _not_back(self, room: str) -> None:
        """An absence that ends with recall: found, taken into custody, and gone."""
        woman = self._away_tonight(room, "town")
        if woman is None or woman.leaving is None:
            return
        curfew = opening(local_date(self.pen.now, self.days.zone), time(23), self.days.zone)
        woman.leaving = None
        steps: tuple[tuple[int, Any], ...] = (
            (31, OpenCase(resident=woman.id, due_back=curfew)),
            (34, CaseStep(resident=woman.id, kind=StepKind.CALLED_HER, result="Phone off.")),
            (
                40,
                CaseStep(
                    resident=woman.id,
                    kind=StepKind.TOLD_MANAGER,
                    who="Olive Brandt",
                    result="Ring the police.",
                ),
            ),
            (52, CaseStep(resident=woman.id, kind=StepKind.TOLD_POLICE, who="101", reference="log 2214")),
        )
        for after, step in steps:
            self.days.at(curfew + after * MINUTE, partial(self._step, woman, step))
        recall = Decide(resident=woman.id, decision=Decision.RECALL_ASKED, decided_by="Olive Brandt")
        self.days.at(curfew + 60 * MINUTE, partial(self._decides, woman, recall))

        def arrested() -> None:
            self.pen.door(self.days.someone, woman, Move.CUSTODY, place="police station", purpose="recall")
            self.pen.do("gwen", CloseCase(resident=woman.id, outcome="Arrested at 09:40 and recalled."))

        self.days.at(curfew + 10 * HOUR + 40 * MINUTE, arrested)

    def _weekend(self, room: str) -> None:
        woman = self._here(room)
        if woman is not None and woman.presence is Presence.IN:
            back = self.pen.now + 31 * HOUR
            self.days.leaves(
                woman, Move.LEAVE, place="her niece's, Bath", purpose="approved leave", expected_back=back
            )
            self.days.at(back, partial(self.days.returns, woman, "Well; brought cake."))

    def _to_hospital(self, room: str, hours: int) -> None:
        woman = self._here(room)
        if woman is not None and woman.presence in (Presence.IN, Presence.OUT):
            self.days.leaves(woman, Move.HOSPITAL, None, place="Infirmary", purpose="chest pain")
            woman.stays = self.pen.now
            self.days.at(self.pen.now + hours * HOUR, partial(self._discharged, woman))

    def _discharged(self, woman: Woman) -> None:
        woman.stays = self.far
        self.days.returns(woman, "Discharged with a letter.")

    def _works_late(self, room: str) -> None:
        woman = self._here(room)
        if woman is not None:
            curfew = opening(local_date(self.pen.now, self.days.zone), time(22, 45), self.days.zone)
            reason = "Late shift, agreed with her practitioner; back by 23:45"
            self.pen.do(
                "gwen",
                Excuse(resident=woman.id, reason=reason, starts=curfew, ends=curfew + HOUR + 15 * MINUTE),
            )

    def _suspected(self, room: str) -> None:
        """Suspected use: a concern, close checks at once, ended by a manager in the morning."""
        woman = self._here(room)
        if woman is None or woman.presence is not Presence.IN:
            return
        woman.stays = self.pen.now
        self.days.see(woman, How.ROUSED, concern=True, note=self.days.cast.words["concerns"][2])
        close = StartRule(
            resident=woman.id,
            purpose=Purpose.CLOSE,
            title="close, every 15 min",
            minimum=0,
            maximum=15,
            why="Suspected use",
        )
        rule = self.pen.do(self.days.duty[0], close).id
        interval = self._interval(woman, rule, 0, 15, at_night=False, close=True)

        def ends() -> None:
            self.pen.do("gwen", EndRule(rule=rule, why="Seen by the nurse; steady all night"))
            woman.intervals.remove(interval)
            woman.stays = self.far

        self.days.at(self.pen.now + 12 * HOUR, ends)

    def _glass(self, room: str) -> None:
        woman = self._here(room)
        if woman is not None:
            self.pen.do(
                "dawn",
                BreakGlass(resident=woman.id, reason="Alarm in her room; her pen and her allergies needed"),
            )

    def _moves(self, room: str) -> None:
        woman = self._here(room)
        if woman is not None and woman.person.room_before:
            self.pen.do("gwen", MoveRoom(resident=woman.id, room=woman.room, reason="stairs"))

    def _closes(self, room: str, days: int, why: str) -> None:
        until = self.pen.now + days * DAY
        self.pen.do(
            "gwen",
            CloseRoom(room=self.rooms[room], reason=why, ends=until, note="Work order with the landlord."),
        )

    def _answers(self, room: str) -> None:
        woman = self._here(room)
        if woman is not None:
            said = f"{woman.person.plan['no_return']} Try the hub first: she stays on there."
            self.pen.do("sal", WritePlan(resident=woman.id, answers={"no_return": said}))

    # How the last evening stands

    def _arrange(self, woman: Woman) -> None:
        """What the board shows at the end: one overdue a few minutes, two due soon, one late back, one at hospital."""
        room, end, well = woman.person.room, self.end, self.days.all_well
        if woman.person.left is not None:
            return
        if room == "11":
            woman.final = end - (35 if well else 68) * MINUTE
        elif room == "16":
            woman.final = end - (50 if well else 107) * MINUTE
        if woman.final is not None:
            woman.quiet, woman.stays = woman.final, woman.final - HOUR
        if well:
            curfew = opening(self.today, time(23), self.days.zone)
            woman.quiet = min(woman.quiet, curfew - timedelta(seconds=1)) if end >= curfew else woman.quiet
        elif room == "14":
            self._late_back(woman)
        elif room == "2":
            taken = end - 7 * HOUR - 22 * MINUTE
            woman.stays = taken
            self.days.at(taken, partial(self._in_hospital, woman))

    def _in_hospital(self, woman: Woman) -> None:
        if woman.presence is not Presence.IN:
            self.days.returns(woman)
        self.days.leaves(woman, Move.HOSPITAL, None, place="Infirmary", purpose="taken by ambulance")
        told = self.days.cast.words["hospital"]
        self.pen.do(self.days.someone, WriteNote(text=told["taken"], resident=woman.id, hand_over=True))
        ward = WriteNote(text=told["ward"], resident=woman.id, hand_over=True)
        self.days.at(self.pen.now + 3 * HOUR, lambda: self.pen.do(self.days.someone, ward))

    def _late_back(self, woman: Woman) -> None:
        """She went out and is not back: late for her own curfew, or by day for the time she gave."""
        zone = self.days.zone
        curfew = opening(local_date(self.end - 6 * HOUR, zone), time(21), zone)
        due = curfew if curfew <= self.end else self.end - 42 * MINUTE
        out = due - 3 * HOUR - 55 * MINUTE
        if due is not curfew:
            out = min(max(out, opening(local_date(self.end, zone), time(6, 5), zone)), due - 15 * MINUTE)
        woman.stays = out

        def goes() -> None:
            if woman.presence is not Presence.IN:
                self.days.returns(woman)
            self.days.leaves(woman, Move.OUT, place="town", purpose="friends", expected_back=due)

        self.days.at(out, goes)
        if due is not curfew:
            return
        steps: tuple[tuple[int, Any], ...] = (
            (31, OpenCase(resident=woman.id, due_back=due)),
            (33, CaseStep(resident=woman.id, kind=StepKind.CALLED_HER, result="Rang out.")),
            (
                37,
                CaseStep(
                    resident=woman.id, kind=StepKind.LOOKED, result="Side gate and the street: not there."
                ),
            ),
            (
                47,
                CaseStep(
                    resident=woman.id,
                    kind=StepKind.CALLED_OTHER,
                    who="Her nan",
                    phone="07700 900514",
                    result="Not seen since Sunday.",
                ),
            ),
            (
                58,
                CaseStep(
                    resident=woman.id,
                    kind=StepKind.TOLD_MANAGER,
                    who="Olive Brandt",
                    result="Look again at 22:30, then ring back.",
                ),
            ),
        )
        for after, step in steps:
            self.days.at(due + after * MINUTE, partial(self._step, woman, step))

    def typing(self) -> None:
        """What someone is still writing when the history ends."""
        woman = self._here("4")
        if woman is not None:
            draft = KeepDraft(form="note", subject=woman.id, content=f"{woman.person.called} asked about")
            self.pen.do(self.days.duty[0], draft)


def _came_in(woman: Woman) -> Any:
    from app.services.movements import ComeIn

    return ComeIn(resident=woman.id, how=How.SPOKE, condition="Sober, tired.")
