"""Roles, rights of one person, and what a session is: of which kind, by whom and from where."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of roles with the two that the hub needs, and add the columns."""
    roles = op.create_table(
        "roles",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("permissions", sa.JSON()),
        sa.Column("builtin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_roles"),
    )
    moment = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {"name": name, "title": title, "builtin": True, "created_at": moment}
        for name, title in (("admin", "Administrator"), ("member", "Member"))
    ]
    op.bulk_insert(roles, rows)
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("permissions", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("sessions") as sessions:
        for name, size in (("kind", 16), ("by_kind", 16), ("by_id", 64), ("address", 64)):
            default = "sign-in" if name == "kind" else ""
            column = sa.Column(name, sa.String(size), nullable=False, server_default=default)
            sessions.add_column(column)


def downgrade() -> None:
    """Drop the columns and the table."""
    with op.batch_alter_table("sessions") as sessions:
        for name in ("kind", "by_kind", "by_id", "address"):
            sessions.drop_column(name)
    with op.batch_alter_table("users") as users:
        users.drop_column("permissions")
    op.drop_table("roles")
