"""How a script says whom and what it means: by id, by name, by number, or by the line that wrote it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.names import folded
from app.domain.regimes import Rule
from app.services.desk import Desk
from app.store.queries.regimes import read_rules
from app.store.queries.residents import placed, read_refs
from app.store.queries.rooms import read_rooms
from app.store.queries.staff import read_staff

#: Field name to what it refers to.
REFERENCES = {
    "resident": "resident",
    "subject": "resident",
    "seen_by": "staff",
    "second": "staff",
    "staff": "staff",
    "owner": "staff",
    "rule": "rule",
    "room": "room",
    "entry": "entry",
    "action": "entry",
    "contact": "entry",
    "walk": "entry",
    "emergency": "entry",
    "roll": "entry",
}


class Unknown(Exception):
    """A name that means nobody, or more than one. Its text is a sentence."""


class Names:
    """Looks up what one line refers to, at the instant of the line."""

    def __init__(
        self, desk: Desk, now: datetime, told: Mapping[str, Any], written: Mapping[int, UUID]
    ) -> None:
        self._desk, self._now, self._told, self._written = desk, now, told, written
        self._find: dict[str, Callable[[str], UUID]] = {
            "resident": self._resident,
            "staff": self._staff,
            "rule": self._rule,
            "room": self._room,
            "entry": self._entry,
        }

    def resolve(self, field: str, value: Any) -> Any:
        """The id that the field means; any other field's value as it is. Raises Unknown."""
        if field not in REFERENCES or value is None:
            return value
        text = value.strip()
        if text.startswith("#"):
            return self._line(text)
        try:
            return UUID(text)
        except ValueError:
            return self._find[REFERENCES[field]](text)

    def _line(self, text: str) -> UUID:
        number = int(text[1:]) if text[1:].isdigit() else 0
        if number not in self._written:
            raise Unknown(f"{text} names a line that wrote nothing before this one.")
        return self._written[number]

    def _resident(self, text: str) -> UUID:
        desk = self._desk
        with desk.read() as connection:
            refs = read_refs(connection, desk.actor, self._now)
            here = placed(connection, self._now)
        everyone = [
            (ref.id, [ref.name, *([ref.preferred] if ref.preferred else [])]) for ref in refs.values()
        ]
        living = [one for one in everyone if one[0] in here]
        return _one(text, living, "resident") or _one(text, everyone, "resident") or _nobody(text, "resident")

    def _staff(self, text: str) -> UUID:
        with self._desk.read() as connection:
            staff = read_staff(connection).values()
        found = [(one.id, [one.user, one.name]) for one in staff]
        return _one(text, found, "member of staff") or _nobody(text, "member of staff")

    def _rule(self, text: str) -> UUID:
        whose, _, title = text.rpartition(":")
        if not whose and "resident" in self._told:
            whose = self._told["resident"]
        resident = self.resolve("resident", whose) if whose else None
        with self._desk.read() as connection:
            whom = placed(connection, self._now) if resident is None else [resident]
            rules = [rule for rule in read_rules(connection, residents=whom) if _live(rule, self._now)]
        found = [(rule.id, [rule.title]) for rule in rules]
        return (
            _one(title.strip(), found, "rule") or _one(text, found, "rule") or _nobody(text, "rule in force")
        )

    def _room(self, text: str) -> UUID:
        with self._desk.read() as connection:
            rooms = read_rooms(connection).values()
        found = [(room.id, [room.number, room.label, room.name]) for room in rooms]
        return _one(text, found, "room") or _nobody(text, "room")

    def _entry(self, text: str) -> UUID:
        raise Unknown(f"{text} is not an entry: give its id, or # and the number of the line that wrote it.")


def _live(rule: Rule, now: datetime) -> bool:
    return rule.ends is None or rule.ends > now


def _one(text: str, among: Iterable[tuple[UUID, list[str]]], what: str) -> UUID | None:
    """The one with exactly this name, else the one whose name begins so; accents and case are as they come."""
    wanted = folded(text) or text.strip()
    named = [(id_, {folded(name) or name for name in names}) for id_, names in among]
    found = [id_ for id_, names in named if wanted in names]
    found = found or [id_ for id_, names in named if any(name.startswith(wanted) for name in names)]
    if len(found) > 1:
        raise Unknown(f"“{text}” means more than one {what}: write the whole name, or the id.")
    return found[0] if found else None


def _nobody(text: str, what: str) -> UUID:
    raise Unknown(f"There is no {what} called “{text}”.")
