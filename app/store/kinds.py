"""How migrations make the kinds of row, frozen as they have been since schema 0001.

`tables/base.py` says what the kinds are now; a migration must go on making what they were. Whoever changes a kind writes
new functions here and leaves these as they are.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.types import Id, Instant, Sequence


def entry_table(name: str, *columns: Any) -> None:
    """Create an insert-only table with its indexes."""
    op.create_table(
        name,
        sa.Column("seq", Sequence, autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("house_id", Id(), nullable=False),
        sa.Column("resident_id", Id()),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("seen_until", Instant()),
        sa.Column("precision", sa.String(10), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("seen_by", Id()),
        sa.Column("typed_at", Instant(), nullable=False),
        sa.Column("typed_by", Id(), nullable=False),
        sa.Column("amends_id", Id()),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        *columns,
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=f"pk_{name}"),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
    )
    op.create_index(f"ix_{name}_resident_id_seen_at", name, ["resident_id", "seen_at"])
    op.create_index(f"ix_{name}_seen_at", name, ["seen_at"])
    op.create_index(f"ix_{name}_amends_id", name, ["amends_id"])


def record_table(name: str, *columns: Any) -> None:
    """Create a table of records, and the one of its versions."""

    def table(kind: str, *keys: Any) -> None:
        op.create_table(
            kind,
            sa.Column("id", Id(), nullable=False),
            sa.Column("house_id", Id(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("changed_at", Instant(), nullable=False),
            sa.Column("changed_by", Id(), nullable=False),
            *(sa.Column(c.name, c.type, nullable=c.nullable) for c in columns),
            sa.Column("salt", sa.LargeBinary(16)),
            sa.Column("digest", sa.LargeBinary(32), nullable=False),
            *keys,
        )

    table(name, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))
    table(f"{name}_version", sa.UniqueConstraint("id", "version", name=f"uq_{name}_version_id_version"))
