"""What sandboxed plugins keep by key, and how much that is."""

import sqlalchemy as sa
from alembic import op

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "plugin_values",
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("plugin", "person", "key", name="pk_plugin_values"),
    )
    op.create_index("ix_plugin_values_expires_at", "plugin_values", ["expires_at"])
    op.create_index("ix_plugin_values_person", "plugin_values", ["person"])
    op.create_table(
        "plugin_usage",
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "kind", name="pk_plugin_usage"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("plugin_usage")
    op.drop_table("plugin_values")
