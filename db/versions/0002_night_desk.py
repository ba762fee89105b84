"""The night desk: walks, numbered papers, emergencies, roll calls, the restricted appendix of a sheet."""

import sqlalchemy as sa
from alembic import op

from app.store.kinds import entry_table, record_table
from app.store.types import Id, Instant, Sequence

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    record_table(
        "emergency",
        sa.Column("resident_id", Id()),
        sa.Column("kind", sa.String(20)),
        sa.Column("place", sa.Text()),
        sa.Column("started", Instant(), nullable=False),
        sa.Column("started_by", Id(), nullable=False),
        sa.Column("ended", Instant()),
        sa.Column("ended_by", Id()),
        sa.Column("late_reason", sa.Text()),
        sa.Column("summary", sa.Text()),
        sa.Column("mistake", sa.Boolean()),
    )
    op.create_index("ix_emergency_resident_id", "emergency", ["resident_id"])
    entry_table(
        "emergency_step",
        sa.Column("emergency_id", Id(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("who", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("amount", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("action_id", Id()),
    )
    op.create_index("ix_emergency_step_emergency_id", "emergency_step", ["emergency_id"])
    entry_table(
        "handover_appendix",
        sa.Column("handover_id", Id(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
    )
    op.create_index("ix_handover_appendix_handover_id", "handover_appendix", ["handover_id"])
    entry_table(
        "paper",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject_id", Id()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("head_seq", Sequence, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("ix_paper_kind_number", "paper", ["kind", "number"], unique=True)
    op.create_index("ix_paper_subject_id", "paper", ["subject_id"])
    entry_table(
        "paper_mark",
        sa.Column("paper_id", Id(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("copy", sa.Integer()),
        sa.Column("text", sa.Text()),
    )
    op.create_index("ix_paper_mark_paper_id", "paper_mark", ["paper_id"])
    entry_table(
        "roll",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("roll_id", Id()),
        sa.Column("occasion", sa.String(20)),
        sa.Column("place", sa.Text()),
        sa.Column("note", sa.Text()),
    )
    op.create_index("ix_roll_roll_id", "roll", ["roll_id"])
    entry_table(
        "roll_mark",
        sa.Column("roll_id", Id(), nullable=False),
        sa.Column("staff_id", Id()),
        sa.Column("name", sa.Text()),
        sa.Column("found", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_roll_mark_roll_id", "roll_mark", ["roll_id"])
    entry_table(
        "walk",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("walk_id", Id()),
        sa.Column("title", sa.Text()),
        sa.Column("opens", Instant()),
        sa.Column("closes", Instant()),
        sa.Column("second_id", Id()),
        sa.Column("note", sa.Text()),
    )
    op.create_index("ix_walk_walk_id", "walk", ["walk_id"])
