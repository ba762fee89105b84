"""The first schema. It is frozen as it was when it was released."""

import sqlalchemy as sa
from alembic import op

from app.store.kinds import entry_table, record_table
from app.store.types import Id, Instant, Sequence

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    record_table(
        "absence_case",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("legal_basis", sa.String(20), nullable=False),
        sa.Column("due_back", Instant(), nullable=False),
        sa.Column("first_noticed", Instant(), nullable=False),
        sa.Column("opened", Instant(), nullable=False),
        sa.Column("returned", Instant()),
        sa.Column("decision", sa.String(20)),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided", Instant()),
        sa.Column("closed", Instant()),
        sa.Column("closed_by", Id()),
        sa.Column("outcome", sa.Text()),
    )
    op.create_index("ix_absence_case_resident_id", "absence_case", ["resident_id"])
    entry_table(
        "absence_step",
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("who", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.Column("reference", sa.Text()),
    )
    op.create_index("ix_absence_step_case_id", "absence_step", ["case_id"])
    record_table(
        "action",
        sa.Column("resident_id", Id()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", Id()),
        sa.Column("due", Instant()),
        sa.Column("opened", Instant(), nullable=False),
        sa.Column("opened_by", Id(), nullable=False),
        sa.Column("done", Instant()),
        sa.Column("done_by", Id()),
        sa.Column("outcome", sa.Text()),
    )
    op.create_index("ix_action_resident_id", "action", ["resident_id"])
    record_table(
        "allocation",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("ends", Instant()),
        sa.Column("reason", sa.Text()),
    )
    op.create_index("ix_allocation_resident_id", "allocation", ["resident_id"])
    op.create_index("ix_allocation_room_id", "allocation", ["room_id"])
    op.create_table(
        "audit",
        sa.Column("seq", Sequence, nullable=False, autoincrement=False),
        sa.Column("house_id", Id(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("who", Id(), nullable=False),
        sa.Column("workstation", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("table", sa.String(40), nullable=False),
        sa.Column("row", Id(), nullable=False),
        sa.Column("resident_id", Id()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_resident_id_seq", "audit", ["resident_id", "seq"])
    op.create_index("ix_audit_row", "audit", ["row"])
    entry_table(
        "check_entry",
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("occasion", sa.String(20), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("concern", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("late_reason", sa.Text()),
        sa.Column("second_id", Id()),
    )
    op.create_index(
        "ix_check_entry_resident_id_how_seen_at", "check_entry", ["resident_id", "how", "seen_at"]
    )
    op.create_index("ix_check_entry_typed_at", "check_entry", ["typed_at"])
    entry_table(
        "confirmation",
        sa.Column("confirms_id", Id(), nullable=False),
    )
    op.create_index("ix_confirmation_confirms_id", "confirmation", ["confirms_id"])
    record_table(
        "contingency_contact",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("ended", Instant()),
    )
    op.create_index("ix_contingency_contact_resident_id", "contingency_contact", ["resident_id"])
    record_table(
        "contingency_plan",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("no_return", sa.Text()),
        sa.Column("out_of_hours", sa.Text()),
        sa.Column("victims", sa.Text()),
        sa.Column("unsuitable", sa.Text()),
        sa.Column("suitable", sa.Text()),
        sa.Column("breach", sa.Text()),
        sa.Column("anything_else", sa.Text()),
    )
    op.create_index("ix_contingency_plan_resident_id", "contingency_plan", ["resident_id"], unique=True)
    op.create_table(
        "draft",
        sa.Column("id", Id(), nullable=False),
        sa.Column("house_id", Id(), nullable=False),
        sa.Column("author_id", Id(), nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("author_id", "form", "subject_id", name="uq_draft_author_id_form_subject_id"),
    )
    entry_table(
        "event",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("subject_id", Id()),
    )
    entry_table(
        "excusal",
        sa.Column("rule_id", Id()),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("ends", Instant(), nullable=False),
    )
    entry_table(
        "handover",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shift", sa.String(20), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("ends", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("head_seq", Sequence, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("ix_handover_number", "handover", ["number"], unique=True)
    entry_table(
        "handover_mark",
        sa.Column("handover_id", Id(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("staff_id", Id()),
        sa.Column("copy", sa.Integer()),
        sa.Column("text", sa.Text()),
    )
    op.create_index("ix_handover_mark_handover_id", "handover_mark", ["handover_id"])
    record_table(
        "house",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("marking", sa.Text(), nullable=False),
    )
    entry_table(
        "movement",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("how", sa.String(20)),
        sa.Column("place", sa.Text()),
        sa.Column("purpose", sa.Text()),
        sa.Column("expected_back", Instant()),
        sa.Column("condition", sa.Text()),
    )
    record_table(
        "night_agreement",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("asleep", sa.Text()),
        sa.Column("wake_when", sa.Text()),
        sa.Column("wake_how", sa.Text()),
        sa.Column("by_whom", sa.Text()),
        sa.Column("agreed_on", sa.Date()),
    )
    op.create_index("ix_night_agreement_resident_id", "night_agreement", ["resident_id"])
    entry_table(
        "note",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("hand_over", sa.Boolean(), nullable=False),
    )
    record_table(
        "placement",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("legal_basis", sa.String(20), nullable=False),
        sa.Column("expected_arrival", Instant()),
        sa.Column("expected_departure", Instant()),
        sa.Column("arrived", Instant()),
        sa.Column("departed", Instant()),
        sa.Column("key_worker_id", Id()),
        sa.Column("practitioner", sa.Text()),
        sa.Column("practitioner_phone", sa.Text()),
    )
    op.create_index("ix_placement_resident_id", "placement", ["resident_id"])
    record_table(
        "resident",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("preferred_name", sa.Text()),
        sa.Column("pronouns", sa.Text()),
        sa.Column("born", sa.Date()),
        sa.Column("crn", sa.String(20)),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("allergies", sa.Text()),
        sa.Column("evacuation", sa.Text()),
        sa.Column("alerts", sa.Text()),
        sa.Column("watch_from", Instant()),
    )
    record_table(
        "resident_access",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("ends", Instant()),
        sa.Column("reason", sa.Text()),
    )
    op.create_index("ix_resident_access_resident_id", "resident_access", ["resident_id"])
    op.create_index("ix_resident_access_staff_id", "resident_access", ["staff_id"])
    record_table(
        "room",
        sa.Column("number", sa.String(10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
    )
    record_table(
        "room_closure",
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("ends", Instant()),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.Text()),
    )
    op.create_index("ix_room_closure_room_id", "room_closure", ["room_id"])
    record_table(
        "rule",
        sa.Column("resident_id", Id(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opens", sa.String(5)),
        sa.Column("closes", sa.String(5)),
        sa.Column("until", sa.String(5)),
        sa.Column("minimum", sa.Integer()),
        sa.Column("maximum", sa.Integer()),
        sa.Column("hours_from", sa.String(5)),
        sa.Column("hours_to", sa.String(5)),
        sa.Column("days", sa.String(20)),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text()),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("ends", Instant()),
        sa.Column("planned_end", Instant()),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", Id(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.Column("ended_by", Id()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("replaces_id", Id()),
        sa.Column("why", sa.Text()),
        sa.Column("review", Instant()),
    )
    op.create_index("ix_rule_resident_id", "rule", ["resident_id"])
    record_table(
        "setting",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
    )
    record_table(
        "staff",
        sa.Column("user", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    entry_table(
        "staff_movement",
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
    )
    op.create_index("ix_staff_movement_staff_id", "staff_movement", ["staff_id"])
