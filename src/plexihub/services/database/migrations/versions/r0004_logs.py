"""The audit log as rows, and up to which step each plugin's tables were brought."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None
_LOOKED_UP = ("time", "actor_id", "action", "target")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "logs",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("execution_ms", sa.Float()),
        sa.Column("memory_mb", sa.Float()),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_logs"),
    )
    for column in _LOOKED_UP:
        op.create_index(f"ix_logs_{column}", "logs", [column])
    op.create_table(
        "log_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_position"),
    )
    op.create_table(
        "schema_versions",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_schema_versions"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("schema_versions", "log_position", "logs"):
        op.drop_table(table)
