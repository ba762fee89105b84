"""The women's lives in the training house: each arrives with her plan, agreement and rules, and some leave again."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.sightings import Source
from app.domain.time import DAY, local_date, opening
from app.services.demo_days import MINUTE, Days
from app.services.demo_evening import arrange
from app.services.demo_pen import Interval, Woman
from app.services.demo_people import Person
from app.services.plans import AddContact, WritePlan
from app.services.regimes import ReplaceRule, StartRule
from app.services.residents import Arrive, Depart, ExpectResident, ListReader, WriteAgreement


class Lives:
    """Everyone who lives here in the course of the history. `rooms` is room number to id."""

    def __init__(self, days: Days, rooms: Mapping[str, UUID]) -> None:
        self.days, self.pen, self.rooms = days, days.pen, rooms
        self.end, self.today, self.start = days.end, days.today, self.pen.now
        self._by_room: dict[str, Woman] = {}

    def here(self, room: str) -> Woman | None:
        """The woman whose room this is in the end, if she lives here now."""
        woman = self._by_room.get(room)
        return woman if woman is not None and woman.presence is not None else None

    def instant(self, ago: int, at: time) -> datetime:
        """A local time so many days ago."""
        return opening(self.today - ago * DAY, at, self.days.zone)

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
        return self.instant(person.days, time(14, 5 + person.days % 40))

    def _left(self, person: Person) -> datetime:
        assert person.left is not None
        return self.instant(person.left, time(10, 30 + person.days % 30))

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
            person.room_before if person.room_before and came < self.instant(1, time(15, 15)) else person.room
        )
        source = Source.PAPER if before else Source.LIVE
        self.pen.do(worker, Arrive(resident=id_, room=self.rooms[number], seen_at=came, source=source))
        woman = Woman(
            person,
            self.rooms[person.room],
            id_,
            quiet=self.days.far,
            stays=self.days.far,
            presence=Presence.IN,
            last=came,
        )
        self.days.women.append(woman)
        order = list(self.rooms.values())
        self.days.women.sort(key=lambda one: order.index(one.room))
        self._by_room[person.room] = woman
        self._papers(woman)
        self._rules(woman)
        if person.left is not None:
            woman.leaving = self._left(person)
            self.days.at(woman.leaving, partial(self._departs, woman))
        arrange(self.days, woman)

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
            when = self.instant(rule["from"], time(15, 30))
            replaced = index + 1 < len(rules) and rules[index + 1].get("replaces")
            if when > self.pen.now:
                self.days.at(when, partial(self._rule, woman, rule))
            elif not (replaced and self.instant(rules[index + 1]["from"], time(15, 30)) <= self.pen.now):
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
            self.interval(
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

    def interval(
        self, woman: Woman, rule: UUID, low: int, high: int, at_night: bool, close: bool
    ) -> Interval:
        """Let the days keep an *every* rule of hers."""
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
