"""Drafts: each is read by its author alone."""

from uuid import UUID

from sqlalchemy import Connection, select

from app.domain.staff import Actor
from app.store.tables.drafts import draft


def draft_of(connection: Connection, actor: Actor, form: str, subject: UUID) -> str:
    """What the actor was typing in this form about this subject, or an empty text."""
    where = (draft.c.author_id == actor.staff_id, draft.c.form == form, draft.c.subject_id == subject)
    return connection.execute(select(draft.c.content).where(*where)).scalar() or ""
