"""The hub's own tables; plugins get the same rows through `database.get_model("User")`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from plexihub.services.database.record import Row
from plexihub.services.database.types import UtcDateTime, json_type
from plexihub_sdk.ids import new_id
from plexihub_sdk.models import now

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
core = MetaData(naming_convention=NAMING)

users = Table(
    "users",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("username", String(32), nullable=False),
    Column("display_name", String(80), nullable=False, default=""),
    Column("role", String(16), nullable=False, default="member"),
    Column("tags", json_type(), nullable=False, default=list),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("password_hash", Text, nullable=False, default=""),
    Column("extensions", json_type(), nullable=False, default=dict),
    Column("created_at", UtcDateTime, nullable=False, default=now),
)
Index("uq_users_username", func.lower(users.c.username), unique=True)

sessions = Table(
    "sessions",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column(
        "user_id",
        String(36),
        ForeignKey(users.c.id, ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("last_seen_at", UtcDateTime, nullable=False, default=now),
    Column("user_agent", String(200), nullable=False, default=""),
)

settings = Table(
    "settings",
    core,
    Column("key", String(128), primary_key=True),
    Column("value", json_type()),
)

plugins = Table(
    "plugins",
    core,
    Column("id", String(64), primary_key=True),
    Column("position", Integer, nullable=False, index=True, default=0),
    Column("manifest", json_type(), nullable=False),
    Column("tier", String(16), nullable=False, default="sandboxed"),
    Column("runtime", String(32), nullable=False),
    Column("root", Text, nullable=False),
    Column("enabled", Boolean, nullable=False, default=False),
    Column("quarantined", Text, nullable=False, default=""),
    Column("granted", json_type(), nullable=False, default=list),
    Column("digest", String(80), nullable=False, default=""),
    Column("builtin", Boolean, nullable=False, default=False),
    Column("installed_at", String(40), nullable=False, default=""),
)

#: Whose table is whose, so that no plugin takes over what another one keeps.
owned_tables = Table(
    "owned_tables",
    core,
    Column("name", String(128), primary_key=True),
    Column("owner", String(64), nullable=False),
)

#: What the scheduler keeps of a job; its code is registered anew at each start of its plugin.
jobs = Table(
    "jobs",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("plugin", String(64), nullable=False),
    Column("job", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("trigger", json_type(), nullable=False),
    Column("next_run_at", UtcDateTime),
    Column("last_run_at", UtcDateTime),
    Column("last_outcome", String(16), nullable=False, default=""),
    Column("last_error", Text, nullable=False, default=""),
    Column("last_ms", Float),
    UniqueConstraint("plugin", "job"),
)


class User(Row):
    """A person."""

    id: str
    username: str
    display_name: str
    role: str
    tags: list[str]
    is_active: bool
    password_hash: str
    extensions: dict[str, Any]
    created_at: datetime


class Session(Row):
    """A person's sign-in on one browser; only the hash of its token is kept."""

    id: str
    user_id: str
    token_hash: str
    csrf: str
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    user_agent: str


class Setting(Row):
    """A setting that was changed while the hub ran."""

    key: str
    value: Any


class Plugin(Row):
    """An installed plugin."""

    id: str
    position: int
    manifest: dict[str, Any]
    tier: str
    runtime: str
    root: str
    enabled: bool
    quarantined: str
    granted: list[str]
    digest: str
    builtin: bool
    installed_at: str


class Job(Row):
    """A job of the scheduler: when it runs next, and how its last run ended."""

    id: str
    plugin: str
    job: str
    name: str
    trigger: dict[str, Any]
    next_run_at: datetime | None
    last_run_at: datetime | None
    last_outcome: str
    last_error: str
    last_ms: float | None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name.

    Args:
        name: As `get_model` knows it.
        table: Where its rows are.
        row: The class of its records.
        owner: The plugin that declared it; `core` for the hub's own.
    """

    name: str
    table: Table
    row: type[Row]
    owner: str = "core"


CORE_MODELS = tuple(
    ModelSpec(row.__name__, table, row)
    for row, table in (
        (User, users),
        (Session, sessions),
        (Setting, settings),
        (Plugin, plugins),
        (Job, jobs),
    )
)
