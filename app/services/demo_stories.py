"""What does not happen every day in the training house: absences, hospital, leave, close checks, broken glass, a move.

Each is placed by how many days before the end it happens, and left out where the record is too short for it.
"""

from dataclasses import replace
from datetime import time
from functools import partial
from typing import Any

from app.domain.absences import DECISIONS, Decision, StepKind
from app.domain.emergencies import EmergencyKind
from app.domain.emergencies import StepKind as InEmergency
from app.domain.presence import Move, Presence
from app.domain.regimes import Purpose
from app.domain.residents import LegalBasis
from app.domain.rolls import Occasion
from app.domain.sightings import How
from app.domain.time import DAY, local_date, opening
from app.services.absences import CaseStep, CloseCase, Decide, OpenCase
from app.services.demo_days import HOUR, MINUTE, Days
from app.services.demo_lives import Lives
from app.services.demo_pen import Woman
from app.services.drafts import KeepDraft
from app.services.emergencies import EndEmergency, StartEmergency, TellOfEmergency, WriteStep
from app.services.house import ChangeSetting
from app.services.movements import ComeIn
from app.services.papers import ReturnCopy
from app.services.plans import WritePlan
from app.services.regimes import EndRule, Excuse, StartRule
from app.services.residents import BreakGlass, WriteAgreement
from app.services.rolls import EndRoll, MarkOther, MarkWoman, PrintRoll, StartRoll
from app.services.rooms import CloseRoom, MoveRoom
from app.services.working_days import next_working_day_ends


class Stories:
    """Writes what happened into the days."""

    def __init__(self, days: Days, lives: Lives) -> None:
        self.days, self.pen, self.lives = days, days.pen, lives

    def on(self, ago: int, at: str, woman: Woman | None, doing: Any) -> None:
        """Do it so many days ago at a local time, if she lives here then."""

        def then() -> None:
            if woman is None or woman.presence is not None:
                doing()

        self.days.at(self.lives.instant(ago, time.fromisoformat(at)), then)

    def happened(self) -> None:
        """Everything that is arranged by hand."""
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
        self.on(4, "16:10", None, partial(self._agrees, "11"))
        self.on(3, "14:22", None, partial(self._collapse, "7"))
        self.on(4, "11:15", None, self._drill)

    def _collapse(self, room: str) -> None:
        """She faints in the kitchen: stamped, 999, seen by the crew, and no need to go with them."""
        woman = self.lives.here(room)
        if woman is None or woman.presence is not Presence.IN:
            return
        began, by = self.pen.now, self.days.someone
        acts: tuple[tuple[int, Any], ...] = (
            (0, StartEmergency()),
            (1, WriteStep(kind=InEmergency.CALLED_999, reference="CAD 2214")),
            (
                2,
                TellOfEmergency(
                    resident=woman.id, kind=EmergencyKind.COLLAPSE, place="kitchen, by the cooker"
                ),
            ),
            (3, WriteStep(kind=InEmergency.FIRST_AID, result="On her side; awake within a minute.")),
            (6, WriteStep(kind=InEmergency.TOLD_MANAGER, who="Olive Brandt")),
            (16, WriteStep(kind=InEmergency.AMBULANCE_HERE)),
            (41, WriteStep(kind=InEmergency.AMBULANCE_LEFT, result="Low blood pressure; to see her GP.")),
            (
                43,
                EndEmergency(
                    summary="She had not eaten since the day before and fainted. Seen by the crew, stayed here.",
                    late_reason="Both staff were with a woman who had fainted, from 14:22.",
                ),
            ),
        )
        for after, act in acts:
            self.days.at(began + after * MINUTE, partial(self.pen.do, by, act))

    def _drill(self) -> None:
        """A fire drill: everyone who is in is seen at the blue gate."""
        by = self.days.someone
        self.pen.do(by, StartRoll(occasion=Occasion.DRILL, place=self.days.cast.assembly))
        paper = self.pen.do(by, PrintRoll()).paper
        for woman in self.days.women:
            if woman.presence is Presence.IN:
                self.pen.do(by, MarkWoman(resident=woman.id, how=How.AWAKE))
                self.days.noticed(woman, How.AWAKE)
        for user in self.days.duty:
            self.pen.do(by, MarkOther(staff=self.pen.actors[user].staff_id))
        back = ReturnCopy(kind=paper.kind, number=paper.number, copy=1)
        self.days.at(self.pen.now + 9 * MINUTE, partial(self.pen.do, by, EndRoll()))
        self.days.at(self.pen.now + 12 * MINUTE, partial(self.pen.do, by, back))

    def _setting(self, key: str, value: str) -> None:
        self.pen.do("hannah", ChangeSetting(key=key, value=value))

    def _away_tonight(self, room: str, place: str) -> Woman | None:
        """She goes out now and the days leave her alone until the story has her back."""
        woman = self.lives.here(room)
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
        day = self.days.today - ago * DAY
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
            self.days.at(curfew + after * MINUTE, partial(self.days.absence_step, woman, step))
        decide = Decide(resident=woman.id, decision=Decision.WAIT, decided_by="Olive Brandt")
        self.days.at(curfew + 45 * MINUTE, partial(self._decides, woman, decide))
        self.days.at(returned, partial(self._back, woman, outcome))

    def _decides(self, woman: Woman, decide: Decide) -> None:
        if woman.presence is Presence.ABSENT:
            self.pen.do("olive", decide)

    def _back(self, woman: Woman, outcome: str) -> None:
        woman.stays = self.days.far
        entry = self.pen.do(
            self.days.someone, ComeIn(resident=woman.id, how=How.SPOKE, condition="Sober, tired.")
        )
        woman.presence = Presence.IN
        self.days.noticed(woman, How.SPOKE)
        assert entry is not None
        now, rung = self.pen.now, "The night's lead rang the manager, who decided."
        decided = Decide(resident=woman.id, decision=Decision.NO_RECALL, decided_by="Olive Brandt")
        over = CloseCase(resident=woman.id, outcome=outcome, reason=rung)
        self.days.at(now + 12 * MINUTE, partial(self._decided, woman, decided))
        self.days.at(now + 14 * MINUTE, lambda: self.pen.do("olive", over))
        self._tells_practitioner(woman)

    def _decided(self, woman: Woman, decide: Decide) -> None:
        """What the manager may decide depends on why she is here."""
        basis = LegalBasis(woman.person.basis)
        if decide.decision not in DECISIONS[basis]:
            decide = replace(decide, decision=Decision.NOTHING_MORE)
        self.pen.do("olive", decide)

    def _tells_practitioner(self, woman: Woman) -> None:
        """The day's lead does on the next working day what the night left."""
        told = next_working_day_ends(self.pen.now, self.days.zone) - 7 * HOUR
        for after, kind, said in (
            (0, StepKind.TOLD_PRACTITIONER, "Told of the night; will see her this week."),
            (2, StepKind.VICTIMS, "The liaison officer is told by the practitioner where it is needed."),
        ):
            step = CaseStep(resident=woman.id, kind=kind, result=said)
            self.days.at(told + after * MINUTE, partial(self.pen.do, "gwen", step))

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
            self.days.at(curfew + after * MINUTE, partial(self.days.absence_step, woman, step))
        recall = Decide(resident=woman.id, decision=Decision.RECALL_ASKED, decided_by="Olive Brandt")
        self.days.at(curfew + 60 * MINUTE, partial(self._decides, woman, recall))

        def arrested() -> None:
            self.pen.door(self.days.someone, woman, Move.CUSTODY, place="police station", purpose="recall")
            over = "Arrested at 09:40 and recalled."
            self.pen.do("gwen", CloseCase(resident=woman.id, outcome=over, reason="She was found."))
            self._tells_practitioner(woman)

        self.days.at(curfew + 10 * HOUR + 40 * MINUTE, arrested)

    def _weekend(self, room: str) -> None:
        woman = self.lives.here(room)
        if woman is not None and woman.presence is Presence.IN:
            back = self.pen.now + 31 * HOUR
            self.days.leaves(
                woman, Move.LEAVE, place="her niece's, Bath", purpose="approved leave", expected_back=back
            )
            self.days.at(back, partial(self.days.returns, woman, "Well; brought cake."))

    def _to_hospital(self, room: str, hours: int) -> None:
        woman = self.lives.here(room)
        if woman is not None and woman.presence in (Presence.IN, Presence.OUT):
            self.days.leaves(woman, Move.HOSPITAL, None, place="Infirmary", purpose="chest pain")
            woman.stays = self.pen.now
            self.days.at(self.pen.now + hours * HOUR, partial(self._discharged, woman))

    def _discharged(self, woman: Woman) -> None:
        woman.stays = self.days.far
        self.days.returns(woman, "Discharged with a letter.")

    def _works_late(self, room: str) -> None:
        woman = self.lives.here(room)
        if woman is not None:
            curfew = opening(local_date(self.pen.now, self.days.zone), time(22, 45), self.days.zone)
            reason = "Late shift, agreed with her practitioner; back by 23:45"
            self.pen.do(
                "gwen",
                Excuse(resident=woman.id, reason=reason, starts=curfew, ends=curfew + HOUR + 15 * MINUTE),
            )

    def _suspected(self, room: str) -> None:
        """Suspected use: a concern, close checks at once, ended by a manager in the morning."""
        woman = self.lives.here(room)
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
        interval = self.lives.interval(woman, rule, 0, 15, at_night=False, close=True)

        def ends() -> None:
            self.pen.do("gwen", EndRule(rule=rule, why="Seen by the nurse; steady all night"))
            woman.intervals.remove(interval)
            woman.stays = self.days.far

        self.days.at(self.pen.now + 12 * HOUR, ends)

    def _glass(self, room: str) -> None:
        woman = self.lives.here(room)
        if woman is not None:
            self.pen.do(
                "dawn",
                BreakGlass(resident=woman.id, reason="Alarm in her room; her pen and her allergies needed"),
            )

    def _moves(self, room: str) -> None:
        woman = self.lives.here(room)
        if woman is not None and woman.person.room_before:
            self.pen.do("gwen", MoveRoom(resident=woman.id, room=woman.room, reason="stairs"))

    def _closes(self, room: str, days: int, why: str) -> None:
        until = self.pen.now + days * DAY
        self.pen.do(
            "gwen",
            CloseRoom(
                room=self.lives.rooms[room], reason=why, ends=until, note="Work order with the landlord."
            ),
        )

    def _answers(self, room: str) -> None:
        woman = self.lives.here(room)
        if woman is not None:
            said = f"{woman.person.plan['no_return']} Try the hub first: she stays on there."
            self.pen.do("sal", WritePlan(resident=woman.id, answers={"no_return": said}))

    def _agrees(self, room: str) -> None:
        woman = self.lives.here(room)
        if woman is not None:
            answers = {"asleep": "Breathing and colour; the torch to the floor, not the face."}
            self.pen.do("sal", WriteAgreement(resident=woman.id, answers=answers))

    def typing(self) -> None:
        """What someone is still writing when the history ends."""
        woman = self.lives.here("4")
        if woman is not None:
            draft = KeepDraft(form="note", subject=woman.id, content=f"{woman.person.called} asked about")
            self.pen.do(self.days.duty[0], draft)
