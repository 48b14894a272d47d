"""The hub itself: settings, jobs, backups, start and stop."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import (
    Deleted,
    Deleting,
    Entity,
    EventType,
    HookType,
    Updating,
)


class ConfigChanging(TypedDict):
    """A setting is about to change (secret values are not shown here)."""

    key: str
    old: Any
    new: Any


class ConfigChanged(TypedDict):
    """A setting changed; secret values are shown as `********`."""

    key: str
    old: Any
    new: Any


class JobCreating(TypedDict):
    """A job is about to be added."""

    name: str
    plugin: str
    trigger: dict[str, Any]


class JobUpdating(Updating, total=False):
    """A job is about to get another rule or name, or to be paused or resumed."""

    plugin: str
    job: str


class JobDeleting(Deleting, total=False):
    """A job is about to be removed."""

    plugin: str
    job: str


class JobDeleted(Deleted, total=False):
    """Which job was removed."""

    plugin: str
    job: str


class JobChanged(TypedDict):
    """The job after the change."""

    job: dict[str, Any]


class JobStarting(TypedDict):
    """A run is about to begin; `by` is `schedule`, or who asked for it."""

    id: str
    plugin: str
    job: str
    due: str
    by: str


class JobEnded(TypedDict):
    """The job, and the run that ended: outcome, error, result, milliseconds."""

    job: dict[str, Any]
    run: dict[str, Any]


class BackupCreating(TypedDict):
    """A backup is about to be made; `note` is kept in it."""

    note: str


class BackupStarted(TypedDict, total=False):
    """The name of the archive to be; absent where a plugin asks for one by telling this."""

    name: str


class BackupCreated(TypedDict):
    """The archive: name, size, created, version, schema, note, files."""

    backup: dict[str, Any]


class BackupFailed(TypedDict):
    """Which backup was not made, and why."""

    name: str
    reason: str


class BackupDeleting(TypedDict):
    """An archive is about to be deleted; `reason` is `asked`, or `retention` for the oldest."""

    name: str
    reason: str


class BackupDeleted(TypedDict):
    """Which archive was deleted, and why."""

    name: str
    reason: str


class HubChanged(TypedDict):
    """The hub's version."""

    version: str


_JOB = Entity(
    name="job",
    noun="a job",
    creating=JobCreating,
    changed=JobChanged,
    updating=JobUpdating,
    deleting=JobDeleting,
    deleted=JobDeleted,
)
HOOKS = (
    HookType(name="config.changing", payload=ConfigChanging, doc="Before a setting changes."),
    *_JOB.hooks(),
    HookType(
        name="job.starting",
        payload=JobStarting,
        doc="Before a run of a job begins; a veto leaves this run out.",
    ),
    HookType(name="backup.creating", payload=BackupCreating, doc="Before a backup is made."),
    HookType(name="backup.deleting", payload=BackupDeleting, doc="Before a backup is deleted."),
)
EVENTS = (
    EventType(name="config.changed", payload=ConfigChanged, doc="A setting changed."),
    *_JOB.events(),
    EventType(name="job.finished", payload=JobEnded, doc="A run of a job ended well."),
    EventType(name="job.failed", payload=JobEnded, doc="A run of a job failed."),
    EventType(
        name="database.backup.started",
        payload=BackupStarted,
        doc="A backup is being made.",
    ),
    EventType(name="backup.created", payload=BackupCreated, doc="A backup is whole."),
    EventType(name="backup.failed", payload=BackupFailed, doc="A backup was not made."),
    EventType(name="backup.deleted", payload=BackupDeleted, doc="A backup was deleted."),
    EventType(name="hub.started", payload=HubChanged, doc="Every enabled plugin is running."),
    EventType(name="hub.stopping", payload=HubChanged, doc="The hub is about to stop."),
)
