"""The hub's own tables."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    #: Rights beyond those of the role.
    Column("permissions", json_type(), nullable=False, default=list),
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
    Column("kind", String(16), nullable=False, default="sign-in"),
    #: Who began an impersonation: `user`, `plugin`, `operator` or `core`, and its id.
    Column("by_kind", String(16), nullable=False, default=""),
    Column("by_id", String(64), nullable=False, default=""),
    Column("address", String(64), nullable=False, default=""),
)

#: A role without permissions of its own has those that the hub gives it (`ROLE_RIGHTS`).
roles = Table(
    "roles",
    core,
    Column("name", String(16), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("permissions", json_type()),
    Column("builtin", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False, default=now),
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
    Column("consent", String(80), nullable=False, default="", server_default=""),
    Column("previous", json_type()),
    Column("guards", json_type(), nullable=False, default=list, server_default="[]"),
    #: Permissions that wait for an administrator.
    Column("requests", json_type(), nullable=False, default=dict, server_default="{}"),
    #: Who decided last about each permission.
    Column("decisions", json_type(), nullable=False, default=dict, server_default="{}"),
)

billing_entries = Table(
    "billing_entries",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("kind", String(8), nullable=False),
    #: Charges are above zero, refunds below: the balance is their sum.
    Column("cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("user_id", String(36), nullable=False, index=True),
    Column("plugin_id", String(64), nullable=False),
    #: What the plugin calls it: the same word twice is one charge.
    Column("reference", String(100), nullable=False),
    Column("note", String(200), nullable=False, default=""),
    #: Of a refund: the charge.
    Column("charge_id", String(36), ForeignKey("billing_entries.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False, default=now, index=True),
    UniqueConstraint("plugin_id", "kind", "reference"),
)

#: Whose table is whose, so that no plugin takes over what another one keeps.
owned_tables = Table(
    "owned_tables",
    core,
    Column("name", String(128), primary_key=True),
    Column("owner", String(64), nullable=False),
)

#: Up to which of its own steps a plugin's tables were brought.
schema_versions = Table(
    "schema_versions",
    core,
    Column("owner", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
)

#: The audit log as rows, for searching; the files are what counts.
logs = Table(
    "logs",
    core,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("time", UtcDateTime, nullable=False, index=True),
    Column("trace", Text, nullable=False, default=""),
    Column("actor_kind", String(16), nullable=False),
    Column("actor_id", Text, nullable=False, default="", index=True),
    Column("actor_name", Text, nullable=False, default=""),
    Column("on_behalf_of", Text),
    Column("action", Text, nullable=False, index=True),
    Column("target", Text, nullable=False, default="", index=True),
    Column("outcome", String(16), nullable=False, default="ok"),
    Column("reason", Text, nullable=False, default=""),
    Column("execution_ms", Float),
    Column("memory_mb", Float),
    Column("details", json_type(), nullable=False, default=dict),
    Column("hash", String(64), nullable=False, default=""),
)

#: How far `logs` has followed the files; a row that is deleted stays deleted.
log_position = Table(
    "log_position",
    core,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
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
    Column("last_result", Text, nullable=False, default=""),
    Column("paused", Boolean, nullable=False, default=False),
    UniqueConstraint("plugin", "job"),
)

#: How the last runs of each job went; the scheduler keeps a bounded number of them.
job_runs = Table(
    "job_runs",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column(
        "job_id", String(36), ForeignKey(jobs.c.id, ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("due_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime, nullable=False, default=now),
    Column("started_by", String(100), nullable=False, default=""),
    Column("outcome", String(16), nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("result", Text, nullable=False, default=""),
    Column("ms", Float),
)

#: Files that people and plugins keep; what is in them lies in the data folder, named by `id`.
files = Table(
    "files",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("name", String(255), nullable=False),
    Column("content_type", String(127), nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("owner_id", String(100), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False, default=now),
)

#: What sandboxed plugins keep by key; `person` is empty where it is nobody's own.
plugin_values = Table(
    "plugin_values",
    core,
    Column("plugin", String(64), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("value", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime, index=True),
)
Index("ix_plugin_values_person", plugin_values.c.person)

#: How much a sandboxed plugin keeps of a kind, and the number of its last write.
plugin_usage = Table(
    "plugin_usage",
    core,
    Column("plugin", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
)
