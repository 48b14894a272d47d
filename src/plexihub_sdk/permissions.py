"""The permissions a sandboxed plugin can ask for, each with a sentence a person understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType

Permission = NewType("Permission", str)
Risk = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class PermissionInfo:
    """What a permission means to the administrator who grants it.

    Args:
        name: `resource:verb`.
        says: One sentence for the person who decides.
        risk: The group it is shown in.
        admin: True where only an administrator's own rights allow it and approval is needed.
    """

    name: Permission
    says: str
    risk: Risk
    admin: bool = False


DATA_READ = Permission("data:read")
DATA_WRITE = Permission("data:write")
UI_RENDER = Permission("ui:render")
EVENTS_EMIT = Permission("events:emit")
NETWORK_FETCH = Permission("network:fetch")
COMMANDS_OFFER = Permission("commands:offer")
MESSAGES_WRITE = Permission("messages:write")
SCHEDULE_RUN = Permission("schedule:run")
HTTP_SERVE = Permission("http:serve")
STORAGE_OWN = Permission("storage:own")
FILES_OWN = Permission("files:own")
FILES_READ = Permission("files:read")
SANDBOX_RUN = Permission("sandbox:run")
ADMIN_USERS = Permission("admin:users")
ADMIN_BILLING = Permission("admin:billing")
SYSTEM_CONFIG = Permission("system:config")
CHANNELS_READ = Permission("channels:read")
CHANNELS_MODERATE = Permission("channels:moderate")
MESSAGES_READ = Permission("messages:read")
MESSAGES_MODERATE = Permission("messages:moderate")
PEOPLE_READ = Permission("people:read")

PERMISSIONS: dict[str, PermissionInfo] = {
    info.name: info
    for info in (
        PermissionInfo(DATA_READ, "Read what belongs to the person it works for.", "medium"),
        PermissionInfo(
            DATA_WRITE, "Change what belongs to that person; each change is recorded.", "high"
        ),
        PermissionInfo(UI_RENDER, "Show its own widgets on pages.", "low"),
        PermissionInfo(EVENTS_EMIT, "Tell other plugins about events of its own.", "low"),
        PermissionInfo(CHANNELS_READ, "Hear of all channels and who joins or leaves.", "medium"),
        PermissionInfo(
            CHANNELS_MODERATE, "Change or refuse channels and memberships before they are.", "high"
        ),
        PermissionInfo(MESSAGES_READ, "Hear every message and reaction, in every channel.", "high"),
        PermissionInfo(
            MESSAGES_MODERATE,
            "Read, change or refuse every message and reaction before it is stored.",
            "high",
        ),
        PermissionInfo(PEOPLE_READ, "Hear of people who join, change, leave or sign in.", "high"),
        PermissionInfo(NETWORK_FETCH, "Call the outside hosts that you allow.", "high"),
        PermissionInfo(
            COMMANDS_OFFER,
            "Offer slash commands and buttons at messages; it reads what people send it so.",
            "low",
        ),
        PermissionInfo(
            MESSAGES_WRITE, "Write in channels under its own name, with buttons.", "medium"
        ),
        PermissionInfo(SCHEDULE_RUN, "Run at the times that it names, for nobody.", "low"),
        PermissionInfo(
            HTTP_SERVE, "Answer at addresses of its own, for people who are signed in.", "medium"
        ),
        PermissionInfo(STORAGE_OWN, "Keep values and tables of its own, up to a limit.", "low"),
        PermissionInfo(FILES_OWN, "Keep files in a folder of its own, up to a limit.", "low"),
        PermissionInfo(
            FILES_READ, "Read the files that the person it works for has uploaded.", "medium"
        ),
        PermissionInfo(
            SANDBOX_RUN,
            "Run further code in up to two sandboxes, each as narrow as its own.",
            "medium",
        ),
        PermissionInfo(ADMIN_USERS, "Manage the people of this hub.", "high", admin=True),
        PermissionInfo(ADMIN_BILLING, "Carry out billing operations.", "high", admin=True),
        PermissionInfo(SYSTEM_CONFIG, "Read and change this hub's settings.", "high", admin=True),
    )
}

AUDIT_READ = Permission("audit:read")
#: Rights that people alone have: no plugin can ask for them.
PERSONAL_RIGHTS: dict[str, PermissionInfo] = {
    info.name: info
    for info in (
        PermissionInfo(
            AUDIT_READ, "Read, verify, follow and export the audit log.", "high", admin=True
        ),
    )
}
_MEMBER = frozenset(name for name, info in PERMISSIONS.items() if not info.admin)

#: What a role's own rights are: a plugin never does for a person what the person may not do.
ROLE_RIGHTS: dict[str, frozenset[str]] = {
    "admin": frozenset(PERMISSIONS) | frozenset(PERSONAL_RIGHTS),
    "member": _MEMBER,
    "auditor": _MEMBER | {AUDIT_READ},
}
