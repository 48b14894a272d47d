"""Every event has what the schema demands of its class."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from plexihub.kernel.audit import AuditRecord
from plexihub.services.trail.ocsf import ocsf

#: Required attributes by class, as the published schema (1.3) has them, paths with dots.
BASE = (
    "activity_id", "category_uid", "class_uid", "metadata.product.vendor_name", "metadata.version",
    "severity_id", "time", "type_uid",
)  # fmt: skip
OF_CLASS = {
    3001: ("user",),
    3002: ("user", "service.name"),
    6002: ("app.name",),
    6003: ("actor.user", "api.operation", "src_endpoint"),
}
#: Activities that the classes know.
ACTIVITIES = {
    3001: {1, 6, 99},
    3002: {1, 2, 99},
    6002: {1, 2, 3, 4, 99},
    6003: {1, 2, 3, 4, 99},
}


def at(event: dict[str, Any], path: str) -> Any:
    """Answer what stands at a path."""
    for name in path.split("."):
        event = event[name]
    return event


def assert_valid(event: dict[str, Any]) -> None:
    """Hold an event against the schema's demands."""
    kind = event["class_uid"]
    for path in (*BASE, *OF_CLASS[kind]):
        assert at(event, path) not in (None, "", {}), path
    assert event["type_uid"] == kind * 100 + event["activity_id"]
    assert event["category_uid"] == kind // 1000
    assert event["activity_id"] in ACTIVITIES[kind]
    assert event["severity_id"] in range(1, 6)
    assert event["status_id"] in {1, 2}
    assert isinstance(event["time"], int)
    # An actor is a person, a program or a process.
    assert {"user", "process", "session", "app_name"} & event["actor"].keys()
    assert msgspec.json.decode(msgspec.json.encode(event)) == event


def test_every_record_of_a_log_is_a_valid_event(records: list[AuditRecord]) -> None:
    """Whatever was recorded, by people, plugins, the hub and its operator."""
    for record in records[:3000]:
        assert_valid(ocsf(record))


@pytest.mark.parametrize(
    ("action", "target", "kind", "activity"),
    [
        ("user.login", "ada", 3002, 1),
        ("user.create", "bob", 3001, 1),
        ("plugin.install", "notes", 6002, 1),
        ("plugin.disable", "notes", 6002, 4),
        ("gateway.call", "storage.delete", 6003, 4),
        ("gateway.call", "data.query", 6003, 2),
        ("config.change", "hub.name", 6003, 3),
        ("notes:user.login", "ada", 6003, 99),
        ("", "", 6003, 99),
    ],
)
def test_action_has_its_class(
    records: list[AuditRecord], action: str, target: str, kind: int, activity: int
) -> None:
    """A plugin's own word is never taken for the hub's."""
    record = msgspec.structs.replace(records[0], action=action, target=target)
    event = ocsf(record)
    assert (event["class_uid"], event["activity_id"]) == (kind, activity)
    if action:
        assert_valid(event)
