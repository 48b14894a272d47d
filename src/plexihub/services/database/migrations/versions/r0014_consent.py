"""Who decided about permissions, and what plugins did with them."""

import sqlalchemy as sa
from alembic import op

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, create the table."""
    op.add_column("plugins", sa.Column("decisions", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "plugin_permission_uses",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("permission", sa.String(64), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("last_used", sa.String(40), nullable=False),
        sa.Column("last_refused", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plugin_permission_uses"),
        sa.UniqueConstraint(
            "plugin", "permission", name="uq_plugin_permission_uses_plugin_permission"
        ),
    )
    op.create_index("ix_plugin_permission_uses_plugin", "plugin_permission_uses", ["plugin"])


def downgrade() -> None:
    """Drop the table and the column."""
    op.drop_table("plugin_permission_uses")
    op.drop_column("plugins", "decisions")
