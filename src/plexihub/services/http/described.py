"""What the hub's own routes take and answer, for the OpenAPI description.

Answers are named here as types of their own: the handlers build plain dictionaries, and a test
holds real answers against these.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from plexihub.services.backup.service import BackupInfo
from plexihub.services.http.described_audit import AUDIT
from plexihub.services.http.described_permission import PERMISSION_ROUTES
from plexihub.services.http.described_route import Described
from plexihub.services.http.parts import Agreement, EnableOrder, InstallOrder
from plexihub.services.http.routes.action import Action
from plexihub.services.http.routes.backup import NewBackup
from plexihub.services.http.routes.config import NewValue, Settings, SettingShown
from plexihub.services.http.routes.development import Link, Save, Saves
from plexihub.services.http.routes.egress import (
    HostDecision,
    HostsShown,
    NewSecret,
    SecretsShown,
)
from plexihub.services.http.routes.file import FileChanges
from plexihub.services.http.routes.interaction import Click
from plexihub.services.http.routes.isolation import IsolationShown
from plexihub.services.http.routes.limit import LimitChanges, LimitsShown, UsageShown
from plexihub.services.http.routes.plugin import Others
from plexihub.services.http.routes.plugin_log import LogShown
from plexihub.services.http.routes.query import DataQuery, DataShown, Readables
from plexihub.services.http.routes.recording import CallShown, CallsShown, RecordingState, Switch
from plexihub.services.http.routes.role import NewRole, RoleChanges
from plexihub.services.http.routes.session import Credentials, Impersonation, SecondStep
from plexihub.services.http.routes.user import NewUser, UserChanges
from plexihub.services.leftovers import Kept
from plexihub_sdk.permissions import ADMIN_USERS, SYSTEM_CONFIG


class ErrorFacts(TypedDict):
    """What was wrong, where, and what to do next."""

    code: str
    message: str
    where: str
    next: str


class Error(TypedDict):
    """The body of every refusal."""

    error: ErrorFacts


class ActionAnswered(TypedDict):
    """What a plugin answered to an action."""

    result: Any
    metadata: dict[str, Any]


class PersonShown(TypedDict):
    """A person as everybody sees them."""

    id: str
    username: str
    display_name: str
    role: str
    tags: list[str]
    is_active: bool
    created_at: str
    avatar_hue: int
    extensions: dict[str, Any]


class FieldShown(TypedDict):
    """A field that a plugin adds to people's pages."""

    name: str
    title: str
    type: str
    value: str | float | bool | None
    owner: str
    editable: bool


class PersonDetailed(PersonShown):
    """A person as this caller sees them; `permissions` for oneself and who manages people."""

    fields: list[FieldShown]
    permissions: NotRequired[list[str]]


class RoleShown(TypedDict):
    """What a group of people may do."""

    name: str
    title: str
    permissions: list[str]
    builtin: bool


class PermissionShown(TypedDict):
    """What a permission of the hub's own means."""

    name: str
    says: str
    risk: str


class Roles(TypedDict):
    """Every role, and the hub's own permissions."""

    items: list[RoleShown]
    next: str | None
    permissions: list[PermissionShown]


class People(TypedDict):
    """Everybody."""

    items: list[PersonShown]
    next: str | None


class HubShown(TypedDict):
    """The hub's name and version, and whether it is a plugin author's own."""

    name: str
    version: str
    development: NotRequired[bool]


class SessionShown(TypedDict):
    """Who is signed in, and the token that changes must carry."""

    user: PersonShown | None
    csrf: str | None
    rights: list[str]
    acting: str | None
    hub: HubShown


class SignedInShown(TypedDict):
    """A place where somebody is signed in, or acts as somebody else."""

    id: str
    user_id: str
    username: str
    kind: str
    by: str
    by_kind: str
    by_id: str
    user_agent: str
    address: str
    created_at: str
    last_seen_at: str
    expires_at: str
    current: bool


class SessionList(TypedDict):
    """Somebody's sessions, the last used first."""

    items: list[SignedInShown]
    next: str | None


class Ended(TypedDict):
    """How many sessions were ended."""

    ended: int


class PluginShown(TypedDict):
    """A plugin as administrators see it."""

    id: str
    name: str
    version: str
    author: str
    description: str
    tier: str
    runtime: str
    builtin: bool
    state: str
    reason: str
    health: dict[str, Any]
    permissions: dict[str, list[str]]
    hooks: list[str]
    contributes: dict[str, list[Any]]
    digest: str
    installed_at: str
    needs: list[dict[str, Any]]
    needed_by: list[dict[str, Any]]


class Plugins(TypedDict):
    """Every installed plugin."""

    items: list[PluginShown]
    next: str | None


class PackageShown(TypedDict):
    """What a package says of itself."""

    id: str
    name: str
    version: str
    permissions: dict[str, list[str]]
    hooks: list[str]


class Grants(TypedDict):
    """A trusted plugin's system grants."""

    id: str
    grants: list[dict[str, Any]]


class AccessShown(Grants):
    """What a trusted plugin can do, may do and did, and what of it runs or was left."""

    consent: dict[str, Any]
    agreed: bool
    did: list[dict[str, Any]]
    running: list[str]
    left: list[str]


class IntegrityShown(TypedDict):
    """Whether a plugin's files are those that were installed."""

    id: str
    version: str
    intact: bool
    digest: str
    found: str
    changed: list[str]
    missing: list[str]
    extra: list[str]


class Contributions(TypedDict):
    """What plugins add to this person's pages."""

    panels: list[dict[str, Any]]
    widgets: list[dict[str, Any]]
    hub: HubShown


class JobShown(TypedDict):
    """A job: its rule, its next run, how far it is and how its last run ended."""

    id: str
    key: str
    plugin: str
    name: str
    trigger: dict[str, Any]
    schedule: str
    active: bool
    paused: bool
    running: int
    progress: float | None
    progress_text: str
    running_since: str | None
    next_run_at: str | None
    last_run_at: str | None
    last_outcome: str
    last_error: str
    last_result: str
    last_ms: float | None


class Begun(TypedDict):
    """The id under which the run stands among the job's runs when it ended."""

    run: str


class FileShown(TypedDict):
    """A file, without its content; `digest` is the SHA-256 of that."""

    id: str
    name: str
    content_type: str
    size: int
    digest: str
    owner_id: str
    created_at: str


class Jobs(TypedDict):
    """Every job, and what each plugin's jobs cost."""

    items: list[JobShown]
    next: str | None
    load: list[dict[str, Any]]


class Backups(TypedDict):
    """The backups, the newest first; which is being made or verified, and how far that is."""

    items: list[BackupInfo]
    next: str | None
    making: str
    share: float
    verifying: str
    keep: int
    job: JobShown | None


class JobWithRuns(JobShown):
    """A job with its last runs, the newest first."""

    runs: list[dict[str, Any]]


class LeftBehind(TypedDict):
    """What removed plugins left behind."""

    items: list[Kept]
    next: str | None


class Health(TypedDict):
    """`ok`."""

    status: str


_LINES = {"after": "The last line that is known.", "wait": "Seconds to wait for another one."}
_PURGE = {"purge": "`true` deletes its tables, files and settings as well."}
_USER, _PLUGIN = "/api/v1/users/{user_id}", "/api/v1/plugins/{plugin_id}"
_JOB, _BACKUP = "/api/v1/jobs/{plugin_id}/{job_id}", "/api/v1/backups/{name}"
_FILE = "/api/v1/files/{file_id}"
_SETTING, _ROLE = "/api/v1/config/{key}", "/api/v1/roles/{name}"

DESCRIBED: dict[str, Described] = {
    "GET /healthz": Described(auth="anonymous", answer=Health),
    "GET /api/v1/session": Described(auth="anonymous", answer=SessionShown),
    "POST /api/v1/session": Described(auth="anonymous", body=Credentials, answer=SessionShown),
    "POST /api/v1/session/second-factor": Described(
        auth="anonymous", body=SecondStep, answer=SessionShown
    ),
    "DELETE /api/v1/session": Described(auth="anonymous", status=204),
    "GET /api/v1/sessions": Described(auth="user", answer=SessionList),
    "DELETE /api/v1/sessions": Described(auth="user", answer=Ended),
    "DELETE /api/v1/sessions/{session_id}": Described(auth="user", status=204),
    f"GET {_USER}/sessions": Described(auth="user", answer=SessionList),
    f"DELETE {_USER}/sessions": Described(auth="user", answer=Ended),
    f"POST {_USER}/impersonate": Described(
        body=Impersonation, optional_body=True, answer=SessionShown
    ),
    "GET /api/v1/roles": Described(auth="user", answer=Roles),
    "POST /api/v1/roles": Described(
        auth="user", body=NewRole, answer=RoleShown, status=201, permission=ADMIN_USERS
    ),
    f"PATCH {_ROLE}": Described(
        auth="user", body=RoleChanges, answer=RoleShown, permission=ADMIN_USERS
    ),
    f"DELETE {_ROLE}": Described(auth="user", status=204, permission=ADMIN_USERS),
    "GET /api/v1/users": Described(auth="user", answer=People),
    "POST /api/v1/users": Described(
        auth="user", body=NewUser, answer=PersonDetailed, status=201, permission=ADMIN_USERS
    ),
    f"GET {_USER}": Described(auth="user", answer=PersonDetailed),
    f"PATCH {_USER}": Described(auth="user", body=UserChanges, answer=PersonDetailed),
    f"DELETE {_USER}": Described(auth="user", status=204, permission=ADMIN_USERS),
    "GET /api/v1/plugins": Described(answer=Plugins),
    "POST /api/v1/plugins": Described(body=InstallOrder, answer=PluginShown, status=201),
    "POST /api/v1/plugins/describe": Described(body=InstallOrder, answer=PackageShown),
    f"GET {_PLUGIN}": Described(answer=PluginShown),
    f"GET {_PLUGIN}/limits": Described(answer=LimitsShown),
    f"PATCH {_PLUGIN}/limits": Described(body=LimitChanges, answer=LimitsShown),
    f"GET {_PLUGIN}/hosts": Described(answer=HostsShown),
    f"POST {_PLUGIN}/hosts": Described(body=HostDecision, answer=HostsShown),
    f"GET {_PLUGIN}/secrets": Described(answer=SecretsShown),
    f"PUT {_PLUGIN}/secrets/{{name}}": Described(body=NewSecret, answer=SecretsShown),
    f"DELETE {_PLUGIN}/secrets/{{name}}": Described(status=204),
    f"GET {_PLUGIN}/usage": Described(answer=UsageShown),
    f"POST {_PLUGIN}/usage/watch": Described(answer=UsageShown),
    "GET /api/v1/isolation": Described(answer=IsolationShown),
    "POST /api/v1/isolation/measure": Described(answer=IsolationShown),
    "GET /metrics": Described(media="text/plain"),
    f"GET {_PLUGIN}/access": Described(answer=AccessShown),
    f"PUT {_PLUGIN}/grants/{{grant}}": Described(answer=Grants),
    f"DELETE {_PLUGIN}/grants/{{grant}}": Described(answer=Grants),
    **PERMISSION_ROUTES,
    f"GET {_PLUGIN}/logs": Described(answer=LogShown, query=_LINES),
    "POST /api/v1/session/link": Described(auth="anonymous", body=Link, answer=SessionShown),
    "GET /api/v1/development": Described(answer=Saves),
    "PUT /api/v1/development/{plugin_id}": Described(body=Save, status=204),
    f"GET {_PLUGIN}/calls": Described(answer=CallsShown),
    f"PUT {_PLUGIN}/recording": Described(body=Switch, answer=RecordingState),
    "GET /api/v1/calls/{call}": Described(answer=CallShown),
    f"POST {_PLUGIN}/enable": Described(body=EnableOrder, optional_body=True, answer=PluginShown),
    f"POST {_PLUGIN}/disable": Described(body=Others, optional_body=True, answer=PluginShown),
    f"POST {_PLUGIN}/reload": Described(body=Agreement, optional_body=True, answer=PluginShown),
    f"POST {_PLUGIN}/rollback": Described(answer=PluginShown),
    f"GET {_PLUGIN}/integrity": Described(answer=IntegrityShown),
    f"DELETE {_PLUGIN}": Described(status=204, query=_PURGE),
    f"GET {_PLUGIN}/data": Described(answer=Kept),
    "GET /api/v1/leftovers": Described(answer=LeftBehind),
    "DELETE /api/v1/leftovers/{plugin_id}": Described(answer=Kept),
    **AUDIT,
    "GET /api/v1/config": Described(auth="user", answer=Settings, permission=SYSTEM_CONFIG),
    f"GET {_SETTING}": Described(auth="user", answer=SettingShown, permission=SYSTEM_CONFIG),
    f"PUT {_SETTING}": Described(
        auth="user", body=NewValue, answer=SettingShown, permission=SYSTEM_CONFIG
    ),
    f"DELETE {_SETTING}": Described(auth="user", status=204, permission=SYSTEM_CONFIG),
    "GET /api/v1/ui": Described(auth="user", answer=Contributions),
    f"POST {_PLUGIN}/widgets/{{widget}}/actions": Described(
        auth="user", body=Click, answer=ActionAnswered
    ),
    "POST /api/v1/actions": Described(auth="user", body=Action, answer=ActionAnswered),
    "POST /api/v1/query": Described(auth="user", body=DataQuery, answer=DataShown),
    "GET /api/v1/readables": Described(auth="user", answer=Readables),
    "GET /api/v1/jobs": Described(answer=Jobs),
    f"GET {_JOB}": Described(answer=JobWithRuns),
    f"POST {_JOB}/run": Described(answer=Begun, status=202),
    f"POST {_JOB}/pause": Described(answer=JobShown),
    f"POST {_JOB}/resume": Described(answer=JobShown),
    "POST /api/v1/files": Described(
        auth="user", upload=True, answer=FileShown, status=201, query={"name": "Of the file."}
    ),
    f"GET {_FILE}": Described(auth="user", media="*/*"),
    f"GET {_FILE}/info": Described(auth="user", answer=FileShown),
    f"PATCH {_FILE}": Described(auth="user", body=FileChanges, answer=FileShown),
    f"DELETE {_FILE}": Described(auth="user", status=204),
    "GET /api/v1/backups": Described(answer=Backups),
    f"GET {_BACKUP}/file": Described(media="application/gzip"),
    f"POST {_BACKUP}/verify": Described(answer=BackupInfo),
    f"DELETE {_BACKUP}": Described(status=204),
    "POST /api/v1/backups": Described(
        body=NewBackup, optional_body=True, answer=BackupInfo, status=201
    ),
    "GET /api/v1/openapi.json": Described(auth="user", answer=dict[str, Any]),
}
