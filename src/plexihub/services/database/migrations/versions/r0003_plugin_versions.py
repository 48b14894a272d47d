"""The version of a plugin before the one that is installed."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("plugins", sa.Column("previous", sa.JSON()))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("plugins", "previous")
