"""What a trusted plugin can do with the hub, and how much harm each of it can do.

The table of the design, as data: an administrator reads it before trusting a plugin, and the
reference for plugin authors is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rating = Literal["critical", "high", "medium"]


@dataclass(frozen=True, slots=True)
class Capability:
    """One part of the hub that a trusted plugin reaches.

    Args:
        name: Short name, for programs.
        title: For people.
        services: Names that `context.get_service` answers for it.
        methods: The calls it is mostly used by.
        rating: How much harm it can do.
        impact: What that harm is, in a sentence.
    """

    name: str
    title: str
    services: tuple[str, ...]
    methods: tuple[str, ...]
    rating: Rating
    impact: str


CAPABILITIES: dict[str, Capability] = {
    one.name: one
    for one in (
        Capability(
            "core",
            "Core services and events",
            ("events", "hooks", "audit"),
            ("context.get_service()", "events.on()", "events.emit()"),
            "critical",
            "Can intercept, modify and trigger any of the hub's own logic. "
            "High risk of instability.",
        ),
        Capability(
            "config",
            "Configuration",
            ("config",),
            ("config.get()", "config.set()"),
            "critical",
            "Can disable security features, change credentials and alter how the hub behaves.",
        ),
        Capability(
            "database",
            "Database",
            ("database", "backup", "data"),
            ("db.get_model()", "model.find()", "model.save()", "model.delete()"),
            "critical",
            "Can read, modify or delete any data of the hub. High risk of data loss.",
        ),
        Capability(
            "users",
            "User management",
            ("users", "sessions"),
            ("events.on('user.login')", "users (UserManager)"),
            "critical",
            "Can bypass authentication, escalate privileges and act as somebody else.",
        ),
        Capability(
            "ui",
            "User interface",
            ("ui", "live", "interactions"),
            ("ui.register_panel()", "ui.inject_script()"),
            "high",
            "Can alter every page, inject hostile scripts and capture what people type.",
        ),
        Capability(
            "api",
            "API endpoints",
            ("api",),
            ("api.register_route()",),
            "high",
            "Can open addresses that nobody has to sign in for, with sensitive operations behind.",
        ),
        Capability(
            "files",
            "Files, programs",
            (),
            ("os", "open()", "subprocess"),
            "critical",
            "Can read, write or delete any file of the server and run any program: "
            "data theft, takeover of the machine.",
        ),
        Capability(
            "network",
            "Network",
            (),
            ("requests", "socket"),
            "high",
            "Can send any data of the hub elsewhere, and open ports that nothing protects.",
        ),
        Capability(
            "scheduler",
            "Scheduling",
            ("scheduler",),
            ("scheduler.add_job()",),
            "medium",
            "Can run heavy work that makes the hub slow.",
        ),
        Capability(
            "plugins",
            "Plugin management",
            ("plugins",),
            ("plugins.disable()",),
            "high",
            "Can disable other plugins, those for security and monitoring too.",
        ),
    )
}

#: Which capability a service belongs to; one that no row names is a matter of the core.
BY_SERVICE: dict[str, str] = {
    service: one.name for one in CAPABILITIES.values() for service in one.services
}


def capability_of(service: str) -> Capability:
    """Answer the row of a service; other plugins' services count as core services."""
    return CAPABILITIES[BY_SERVICE.get(service, "core")]


@dataclass(frozen=True, slots=True)
class SystemGrant:
    """What a trusted plugin does outside the hub's services, and an administrator can take back.

    Args:
        name: Short name, for programs.
        title: For people.
        says: One sentence for the person who decides.
    """

    name: str
    title: str
    says: str


SYSTEM_GRANTS: dict[str, SystemGrant] = {
    one.name: one
    for one in (
        SystemGrant("files", "Files", "Read, write and delete files outside its own folders."),
        SystemGrant("network", "Network", "Call other machines, and open ports."),
        SystemGrant("commands", "Programs", "Run programs and native libraries."),
    )
}

#: What a poor or hostile trusted plugin can do to the whole hub.
EFFECTS = (
    "lose or corrupt all data",
    "open critical security holes",
    "make the whole hub unstable or crash it",
    "slow everything down severely",
)
