"""The role of auditors, which the hub has from now on."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None

_ROLES = sa.table(
    "roles",
    sa.column("name", sa.String),
    sa.column("title", sa.String),
    sa.column("permissions", sa.JSON),
    sa.column("builtin", sa.Boolean),
    sa.column("created_at", sa.DateTime),
)


def upgrade() -> None:
    """Add the role; one of that name which somebody made keeps its permissions."""
    connection = op.get_bind()
    own = sa.select(_ROLES.c.name).where(_ROLES.c.name == "auditor")
    if connection.execute(own).first() is None:
        row = {
            "name": "auditor",
            "title": "Auditor",
            "builtin": True,
            "created_at": datetime.now(UTC).replace(tzinfo=None),
        }
        op.bulk_insert(_ROLES, [row])


def downgrade() -> None:
    """Take the role away; who had it is a member."""
    op.execute("UPDATE users SET role = 'member' WHERE role = 'auditor'")
    op.execute(sa.delete(_ROLES).where(_ROLES.c.name == "auditor"))
