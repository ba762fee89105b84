"""The words for the record's own words, once, for screen and paper."""

from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.sightings import How, Precision, Source
from app.domain.slots import Outcome

PRESENCE = {
    Presence.IN: "in",
    Presence.OUT: "out",
    Presence.LEAVE: "on leave",
    Presence.HOSPITAL: "at hospital",
    Presence.ABSENT: "absent",
    Presence.CUSTODY: "in custody",
}

HOW = {
    How.SPOKE: "spoke",
    How.AWAKE: "up, seen awake",
    How.ASLEEP_BREATHING: "asleep, breathing seen",
    How.ROUSED: "roused, answered",
    How.DOOR_ONLY: "door only (not seen)",
    How.VOICE: "voice through the door",
    How.PHONE: "by phone",
    How.CAMERA: "on camera",
    How.NOT_SEEN: "not seen",
}

#: Before a time that was not given exactly; of one that was given as *between*, the later end is known.
APPROXIMATELY = {Precision.EXACT: "", Precision.ABOUT: "about ", Precision.BETWEEN: "by "}

SOURCE = {
    Source.LIVE: "",
    Source.PAPER: "from paper",
    Source.RADIO: "by radio",
    Source.MEMORY: "from memory",
    Source.PHONE_LOG: "from the phone log",
    Source.CAMERA: "from the camera",
}

PURPOSE = {
    Purpose.CURFEW: "curfew sighting",
    Purpose.MORNING: "morning sighting",
    Purpose.SIGN_IN: "sign-in",
    Purpose.WELFARE: "welfare check",
    Purpose.CLOSE: "close check",
    Purpose.ROUND: "round",
}

OUTCOME = {
    Outcome.DUE: "due",
    Outcome.ON_TIME: "on time",
    Outcome.LATE: "late",
    Outcome.MISSED: "missed",
    Outcome.EXCUSED: "excused",
}
