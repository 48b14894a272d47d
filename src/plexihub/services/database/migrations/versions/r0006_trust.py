"""What was agreed to about a trusted plugin, and its system grants."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

GRANTS = ["files", "network", "commands"]


def upgrade() -> None:
    """Add the digest of the consent; give every trusted plugin what it had until now."""
    op.add_column("plugins", sa.Column("consent", sa.String(80), nullable=False, server_default=""))
    plugins = sa.table(
        "plugins", sa.column("id"), sa.column("tier"), sa.column("granted", sa.JSON())
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(plugins).where(plugins.c.tier == "trusted")).all():
        wanted = [*row.granted, *(name for name in GRANTS if name not in row.granted)]
        bind.execute(plugins.update().where(plugins.c.id == row.id).values(granted=wanted))


def downgrade() -> None:
    """Drop the column; the grants mean nothing to an older hub."""
    op.drop_column("plugins", "consent")
