"""Staff, their roles, and the actor on whose behalf everything is read and written (DOMAIN.md 2)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """A role by which actions are allowed; DOMAIN.md 2 lists what each may do."""

    RESIDENTIAL = "residential"
    KEY_WORKER = "key_worker"
    SHIFT_LEAD = "shift_lead"
    DEPUTY = "deputy"
    MANAGER = "manager"
    ON_CALL = "on_call"
    QUALITY = "quality"

    @property
    def label(self) -> str:
        """The role as it is said."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.RESIDENTIAL: "residential worker",
    Role.KEY_WORKER: "key worker",
    Role.SHIFT_LEAD: "shift lead",
    Role.DEPUTY: "deputy manager",
    Role.MANAGER: "manager",
    Role.ON_CALL: "on-call manager",
    Role.QUALITY: "quality lead",
}

#: Those who decide for the house; only they loosen checks (DOMAIN.md 7).
MANAGERS = frozenset({Role.DEPUTY, Role.MANAGER, Role.ON_CALL})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. Every query and every act takes one; access is filtered by it in the store and nowhere else."""

    staff_id: UUID
    user: str
    name: str
    role: Role
    house_id: UUID

    @property
    def manages(self) -> bool:
        """Whether she decides for the house."""
        return self.role in MANAGERS


@dataclass(frozen=True, slots=True)
class StaffView:
    """A member of staff as others see her."""

    id: UUID
    user: str
    name: str
    role: Role
    phone: str | None
    active: bool
