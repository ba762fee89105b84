"""One rule per act: who may do it, and in words why not and who can (DOMAIN.md 2). Menus, tooltips and the services'
own refusals all read these.
"""

from app.domain.results import Availability, Available, Unavailable
from app.domain.staff import MANAGERS, Actor, Role

_ON_SHIFT = frozenset({Role.RESIDENTIAL, Role.KEY_WORKER, Role.SHIFT_LEAD, Role.DEPUTY, Role.MANAGER})
_EVERYONE = frozenset(Role)
_KEY_WORKING = frozenset({Role.KEY_WORKER, Role.DEPUTY, Role.MANAGER})

#: Act (its word in `play`) to the roles that may do it.
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(
        (
            "check", "confirm", "out", "in", "hospital", "leave", "custody", "note", "excuse", "strike", "amend",
            "action", "finish_action", "open_case", "case_step", "not_needed", "print_case", "decide", "close_case", "offer", "read", "ask", "answer", "take_over",
            "print", "print_paper", "return_copy", "return_sheet", "print_appendix", "return_appendix", "grab_pack", "undo", "on_duty", "off_duty", "agreement", "plan", "contact", "change_contact", "remove_contact", "change_resident", "break_glass",
        ),
        _ON_SHIFT | MANAGERS,
    ),
    **dict.fromkeys(
        ("start_walk", "pause_walk", "resume_walk", "end_walk", "print_round", "type_back", "typed_back"), _ON_SHIFT | MANAGERS
    ),
    **dict.fromkeys(("backup", "prove_backup"), _ON_SHIFT | MANAGERS),
    **dict.fromkeys(("draft", "clock", "clock_jump", "sign_in", "sign_out"), _EVERYONE),
    **dict.fromkeys(("emergency", "emergency_step", "roll_shown"), _EVERYONE),
    **dict.fromkeys(("emergency_about", "end_emergency", "emergency_mistake", "emergency_action"), _ON_SHIFT | MANAGERS),
    **dict.fromkeys(("start_roll", "roll_seen", "roll_mark", "end_roll", "print_roll"), _ON_SHIFT | MANAGERS),
    **dict.fromkeys(("arrive", "depart", "move_room"), _ON_SHIFT | MANAGERS),
    **dict.fromkeys(("rule", "replace_rule"), _ON_SHIFT | MANAGERS),
    **dict.fromkeys(("end_rule", "setting", "restrict", "list_reader", "unlist_reader", "room", "close_room", "open_room"), MANAGERS),
    **dict.fromkeys(("resident", "expect_again"), _KEY_WORKING | MANAGERS),
}  # fmt: skip

_WHO = {
    MANAGERS: "A manager",
    _ON_SHIFT | MANAGERS: "Staff on shift",
    _KEY_WORKING | MANAGERS: "A key worker or manager",
}

_WHY: dict[str, str] = {
    "end_rule": "Anyone may start or tighten checks, but ending or loosening them is for a manager.",
    "setting": "The house's own rules are set by a manager.",
}


def may(actor: Actor, act: str) -> Availability:
    """Whether the actor's role allows the act at all. KeyError for an act that has no rule: every act must have one."""
    roles = MAY[act]
    if actor.role in roles:
        return Available()
    return Unavailable(
        _WHY.get(act, f"Your role ({actor.role.label}) does not do this."), _WHO.get(roles, "Others")
    )
