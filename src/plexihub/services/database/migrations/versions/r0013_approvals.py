"""Permissions that wait for approval, and the ledger of what people are charged."""

import sqlalchemy as sa
from alembic import op

revision = "r0013"
down_revision = "r0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, create the table."""
    op.add_column("plugins", sa.Column("requests", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "billing_entries",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("plugin_id", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("charge_id", sa.String(36)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_billing_entries"),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["billing_entries.id"], name="fk_billing_entries_charge_id"
        ),
        sa.UniqueConstraint(
            "plugin_id",
            "kind",
            "reference",
            name="uq_billing_entries_plugin_id_kind_reference",
        ),
    )
    for column in ("user_id", "charge_id", "created_at"):
        op.create_index(f"ix_billing_entries_{column}", "billing_entries", [column])


def downgrade() -> None:
    """Drop the table and the column."""
    op.drop_table("billing_entries")
    op.drop_column("plugins", "requests")
