"""A record as an event of the Open Cybersecurity Schema Framework, version 1.3. Pure.

Signing in and out is Authentication (3002), what is done to a person's account is Account Change
(3001), a plugin's life is Application Lifecycle (6002), and everything else API Activity (6003).
What the schema has no place for stands under `unmapped`. The table is in docs/audit.md.
"""

from __future__ import annotations

from typing import Any

import msgspec

from plexihub.kernel.audit import AuditRecord
from plexihub.services.trail.shape import milliseconds

VERSION = "1.3.0"
VENDOR = "PlexiHub"
AUTHENTICATION, ACCOUNT_CHANGE, LIFECYCLE, API_ACTIVITY = 3002, 3001, 6002, 6003
OTHER = 99
_CLASSES = {
    AUTHENTICATION: "Authentication",
    ACCOUNT_CHANGE: "Account Change",
    LIFECYCLE: "Application Lifecycle",
    API_ACTIVITY: "API Activity",
}
_CATEGORIES = {3: "Identity & Access Management", 6: "Application Activity"}
#: Class and activity of the actions that have one of their own.
_ACTIONS: dict[str, tuple[int, int]] = {
    "user.login": (AUTHENTICATION, 1),
    "session.create": (AUTHENTICATION, 1),
    "user.logout": (AUTHENTICATION, 2),
    "session.delete": (AUTHENTICATION, 2),
    "user.create": (ACCOUNT_CHANGE, 1),
    "user.delete": (ACCOUNT_CHANGE, 6),
    "user.update": (ACCOUNT_CHANGE, OTHER),
    "plugin.install": (LIFECYCLE, 1),
    "plugin.remove": (LIFECYCLE, 2),
    "plugin.start": (LIFECYCLE, 3),
    "plugin.stop": (LIFECYCLE, 4),
    "plugin.enable": (LIFECYCLE, 3),
    "plugin.disable": (LIFECYCLE, 4),
}
_VERBS = {
    "create": 1, "install": 1, "add": 1, "upload": 1, "send": 1, "post": 1,
    "read": 2, "get": 2, "list": 2, "query": 2, "fetch": 2, "download": 2, "export": 2,
    "search": 2, "verify": 2, "open": 2,
    "update": 3, "change": 3, "set": 3, "put": 3, "write": 3, "patch": 3, "grant": 3,
    "delete": 4, "remove": 4, "forget": 4, "revoke": 4, "purge": 4,
}  # fmt: skip
_ACTIVITIES = {
    AUTHENTICATION: {1: "Logon", 2: "Logoff"},
    ACCOUNT_CHANGE: {1: "Create", 6: "Delete"},
    LIFECYCLE: {1: "Install", 2: "Remove", 3: "Start", 4: "Stop"},
    API_ACTIVITY: {1: "Create", 2: "Read", 3: "Update", 4: "Delete"},
}
#: 1 informational, 2 low, 3 medium.
_SEVERITIES = {"ok": 1, "denied": 2, "vetoed": 2, "failed": 2, "timeout": 3, "crashed": 3}
_SEVERITY_NAMES = {1: "Informational", 2: "Low", 3: "Medium"}


def ocsf(record: AuditRecord) -> dict[str, Any]:
    """Make the event of a record."""
    kind, activity = _kind(record)
    category, severity = kind // 1000, _SEVERITIES[record.outcome]
    is_ok = record.outcome == "ok"
    name = _ACTIVITIES[kind].get(activity, record.action)
    event: dict[str, Any] = {
        "category_uid": category,
        "category_name": _CATEGORIES[category],
        "class_uid": kind,
        "class_name": _CLASSES[kind],
        "activity_id": activity,
        "activity_name": name,
        "type_uid": kind * 100 + activity,
        "type_name": f"{_CLASSES[kind]}: {name}",
        "time": milliseconds(record.time),
        "severity_id": severity,
        "severity": _SEVERITY_NAMES[severity],
        "status_id": 1 if is_ok else 2,
        "status": "Success" if is_ok else "Failure",
        "status_code": record.outcome,
        "message": _sentence(record),
        "metadata": _metadata(record),
        "actor": _actor(record),
        "unmapped": _unmapped(record),
    }
    if record.reason:
        event["status_detail"] = record.reason
    if record.execution_ms is not None:
        event["duration"] = round(record.execution_ms)
    return {**event, **_OWN_PARTS[kind](record)}


def _kind(record: AuditRecord) -> tuple[int, int]:
    found = _ACTIONS.get(record.action)
    if found is not None:
        return found
    # What a plugin says of itself stands as `ID:noun.verb`; it is never taken for the hub's word.
    verb = record.action.rpartition(".")[2]
    if record.action == "gateway.call":
        verb = record.target.rpartition(".")[2]
    return API_ACTIVITY, _VERBS.get(verb, OTHER)


def _sentence(record: AuditRecord) -> str:
    who = record.actor.name or record.actor.id or record.actor.kind
    target = f" {record.target}" if record.target else ""
    return f"{who}: {record.action}{target}: {record.outcome}"


def _metadata(record: AuditRecord) -> dict[str, Any]:
    return {
        "version": VERSION,
        "product": {"name": "PlexiHub", "vendor_name": VENDOR, "feature": {"name": "audit"}},
        "uid": record.id or record.hash,
        "sequence": record.seq,
        "correlation_uid": record.trace,
        "event_code": record.action,
        "original_time": record.time,
        "log_name": "audit",
    }


def _user(record: AuditRecord) -> dict[str, Any]:
    """The person it was done by, or for; the hub itself and its operator are system accounts."""
    actor = record.actor
    if actor.kind == "user":
        return {"uid": actor.id, "name": actor.name, "type_id": 1, "type": "User"}
    if record.on_behalf_of:
        return {
            "uid": record.on_behalf_of,
            "name": record.on_behalf_of,
            "type_id": 1,
            "type": "User",
        }
    if actor.kind == "operator":
        return {"uid": "operator", "name": "operator", "type_id": 2, "type": "Admin"}
    if actor.kind == "anonymous":
        return {"uid": "anonymous", "name": "anonymous", "type_id": 0, "type": "Unknown"}
    return {"uid": actor.kind, "name": actor.name or actor.kind, "type_id": 3, "type": "System"}


def _actor(record: AuditRecord) -> dict[str, Any]:
    found: dict[str, Any] = {"user": _user(record)}
    if record.actor.kind == "plugin":
        found["app_name"], found["app_uid"] = record.actor.name, record.actor.id
        found["invoked_by"] = record.actor.id
    return found


def _unmapped(record: AuditRecord) -> dict[str, Any]:
    found = msgspec.to_builtins(record)
    names = ("actor", "target", "parent", "rule", "before", "after", "egress", "memory_mb",
             "details", "prev", "hash")  # fmt: skip
    return {name: found[name] for name in names if found.get(name) not in (None, "", {})}


def _of_authentication(record: AuditRecord) -> dict[str, Any]:
    named = {"uid": record.target, "name": record.target, "type_id": 1, "type": "User"}
    known = record.actor.kind == "user" or not record.target
    return {"user": _user(record) if known else named, "service": {"name": "PlexiHub"}}


def _of_account(record: AuditRecord) -> dict[str, Any]:
    target = record.target or "unknown"
    return {"user": {"uid": target, "name": target, "type_id": 1, "type": "User"}}


def _of_lifecycle(record: AuditRecord) -> dict[str, Any]:
    app = {"name": record.target or "unknown", "uid": record.target, "vendor_name": "unknown"}
    return {"app": app}


def _of_api(record: AuditRecord) -> dict[str, Any]:
    operation = record.target if record.action == "gateway.call" else record.action
    address = record.details.get("address")
    source = {"ip": address} if isinstance(address, str) and address else {"name": "hub"}
    found: dict[str, Any] = {
        "api": {"operation": operation or record.action, "service": {"name": "PlexiHub"}},
        "src_endpoint": source,
    }
    if record.target:
        found["resources"] = [{"name": record.target, "type": record.action.partition(".")[0]}]
    if record.egress is not None:
        found["dst_endpoint"] = {"hostname": record.egress.host}
        found["traffic"] = {
            "bytes_out": record.egress.sent,
            "bytes_in": record.egress.received,
            "bytes": record.egress.sent + record.egress.received,
        }
    return found


_OWN_PARTS = {
    AUTHENTICATION: _of_authentication,
    ACCOUNT_CHANGE: _of_account,
    LIFECYCLE: _of_lifecycle,
    API_ACTIVITY: _of_api,
}
