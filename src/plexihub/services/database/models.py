"""Rows of the hub's own tables; plugins get the same ones through `database.get_model("User")`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from plexihub.services.database.extension import Extensions
from plexihub.services.database.record import Row
from plexihub.services.database.schema import (
    billing_entries,
    files,
    job_runs,
    jobs,
    logs,
    plugins,
    roles,
    sessions,
    settings,
    users,
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
    permissions: list[str]

    @property
    def extended_by(self) -> Extensions:
        """What plugins add to every person."""
        return self._keeper.extensions

    def __getattr__(self, name: str) -> Any:
        # The columns first: extensions are rare, and cannot have a column's name.
        values = self.__dict__["_values"]
        if name in values:
            return values[name]
        return self._keeper.extensions.read(self, name, super().__getattr__)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._values or not self._keeper.extensions.write(self, name, value):
            super().__setattr__(name, value)


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
    kind: str
    by_kind: str
    by_id: str
    address: str


class Role(Row):
    """What a group of people may do."""

    name: str
    title: str
    permissions: list[str] | None
    builtin: bool
    created_at: datetime


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
    granted: list[Any]
    digest: str
    builtin: bool
    installed_at: str
    consent: str
    previous: dict[str, Any] | None
    guards: list[str]
    requests: dict[str, Any]
    decisions: dict[str, Any]


class BillingEntry(Row):
    """A charge or a refund of the ledger, in whole cents."""

    id: str
    kind: str
    cents: int
    currency: str
    user_id: str
    plugin_id: str
    reference: str
    note: str
    charge_id: str | None
    created_at: datetime


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
    last_result: str
    paused: bool


class JobRun(Row):
    """One run of a job, and how it ended."""

    id: str
    job_id: str
    due_at: datetime
    started_at: datetime
    started_by: str
    outcome: str
    error: str
    result: str
    ms: float | None


class File(Row):
    """A file that is kept; `digest` is the SHA-256 of its content."""

    id: str
    name: str
    content_type: str
    size: int
    digest: str
    owner_id: str
    created_at: datetime


class Log(Row):
    """A record of the audit log, copied from its files."""

    seq: int
    time: datetime
    trace: str
    actor_kind: str
    actor_id: str
    actor_name: str
    on_behalf_of: str | None
    action: str
    target: str
    outcome: str
    reason: str
    execution_ms: float | None
    memory_mb: float | None
    details: dict[str, Any]
    hash: str


#: Answers what events tell of a record, or something to await that does.
Show = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name.

    Args:
        name: As `get_model` knows it.
        table: Where its rows are.
        row: The class of its records.
        owner: The plugin that declared it; `core` for the hub's own.
        entity: As hooks and events name one record; empty where they do not.
        hidden: Columns that no hook, event or audit record shows.
        show: What an event tells of a record; its columns where absent.
    """

    name: str
    table: Table
    row: type[Row]
    owner: str = "core"
    entity: str = ""
    hidden: frozenset[str] = frozenset()
    show: Show | None = None


CORE_MODELS = (
    ModelSpec("User", users, User, entity="user", hidden=frozenset({"password_hash"})),
    ModelSpec(
        "Session", sessions, Session, entity="session", hidden=frozenset({"token_hash", "csrf"})
    ),
    ModelSpec("Role", roles, Role, entity="role"),
    ModelSpec("Setting", settings, Setting),
    ModelSpec("Plugin", plugins, Plugin),
    ModelSpec("Job", jobs, Job, entity="job"),
    ModelSpec("JobRun", job_runs, JobRun),
    ModelSpec("File", files, File, entity="file"),
    ModelSpec("Log", logs, Log),
    ModelSpec("BillingEntry", billing_entries, BillingEntry),
)
