"""What is still being typed. It is kept every few seconds, for its author alone, and gone when the thing is saved."""

from dataclasses import dataclass
from uuid import UUID

from app.services.acts import Context, act
from app.services.desk import Desk
from app.store.queries.drafts import draft_of


@dataclass(frozen=True, kw_only=True)
class KeepDraft:
    """The text of one form about one subject (the house's own id when it is about nobody). Empty drops it."""

    form: str
    subject: UUID | None = None
    content: str


@act("draft")
def keep_draft(context: Context, do: KeepDraft) -> None:
    """Keep the draft, over the one before. It is never refused: what can't be kept of it is left out."""
    kept = do.content.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    context.work.keep_draft(do.form[:40], do.subject or context.house.id, kept)


def drop_draft(context: Context, form: str, subject: UUID | None) -> None:
    """The thing is saved: its draft goes in the same transaction."""
    context.work.keep_draft(form, subject or context.house.id, "")


def read_draft(desk: Desk, form: str, subject: UUID | None) -> str:
    """What this person was typing, or an empty text."""
    with desk.read() as connection:
        return draft_of(connection, desk.actor, form, subject or desk.house.id)
