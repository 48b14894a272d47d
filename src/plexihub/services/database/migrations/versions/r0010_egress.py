"""Hosts and secrets of sandboxed plugins."""

import sqlalchemy as sa
from alembic import op

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "plugin_hosts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("host", sa.String(260), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plugin_hosts"),
        sa.UniqueConstraint("plugin", "host", name="uq_plugin_hosts_plugin_host"),
    )
    op.create_index("ix_plugin_hosts_plugin", "plugin_hosts", ["plugin"])
    op.create_table(
        "plugin_secrets",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(200), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plugin_secrets"),
        sa.UniqueConstraint("plugin", "name", name="uq_plugin_secrets_plugin_name"),
    )
    op.create_index("ix_plugin_secrets_plugin", "plugin_secrets", ["plugin"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("plugin_secrets")
    op.drop_table("plugin_hosts")
