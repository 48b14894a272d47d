"""What plugins did with permissions is counted, and tells the fewest that they need."""

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.permissions import Broker, Grant, UseBook, describe_uses, minimal_permissions
from plexihub.kernel.permissions.usage import MOST_VALUES
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.manifest import Manifest, parse_manifest
from tests.fakes.stores import MemoryAudit

CTX = CallContext(actor=Actor("plugin", "notes"), rights=frozenset({"data:read", "storage:own"}))


def _manifest(*permissions: object, **more: object) -> Manifest:
    said = {"id": "notes", "version": "1.0.0", "entrypoint": "main.ts", **more}
    return parse_manifest({**said, "permissions": list(permissions)})


def test_broker_counts_passes_and_refusals(audit: MemoryAudit) -> None:
    """Each decision counts, with the rule that refused; what there is not does not."""
    broker = Broker(audit, lambda _plugin: Grant.of({"data:read", "data:write"}, {"data:read"}))
    broker.enforce(CTX, "data:read", "data.find")
    for permission in ("data:write", "storage:own", "no:such"):
        with pytest.raises(PermissionDenied):
            broker.enforce(CTX, permission, "somewhere")
    uses = broker.uses.of("notes")
    assert set(uses) == {"data:read", "data:write", "storage:own"}
    assert (uses["data:read"].allowed, uses["data:read"].refused) == (1, {})
    assert uses["data:write"].refused == {"not_granted": 1}
    assert (uses["storage:own"].refused, uses["storage:own"].where) == (
        {"not_asked": 1},
        "somewhere",
    )


def test_minimal_is_what_was_used_and_what_the_manifest_implies() -> None:
    """What nobody used goes, what was refused for want of asking comes, with what it reached."""
    manifest = _manifest(
        "ui:render",
        {"name": "network:fetch", "hosts": ["*.example.org"], "paths": ["/v1/*"]},
        "schedule:run",
        "messages:read",
        jobs=[{"id": "digest", "seconds": 3600}],
        hooks=["message.created"],
    )
    book = UseBook()
    book.passed("notes", "network:fetch")
    for host in ("b.example.org", "a.example.org", "a.example.org"):
        book.reached("notes", "network:fetch", {"hosts": host, "methods": "GET"})
    book.reached("notes", "network:fetch", {"hosts": "no host"}, allowed=False)
    book.refused("notes", "storage:own", "not_asked", "storage.set")
    book.refused("notes", "data:read", "not_yours", "data.find")
    assert minimal_permissions(manifest, book.of("notes")) == [
        {
            "name": "network:fetch",
            "hosts": ["a.example.org", "b.example.org"],
            "methods": ["GET"],
            "paths": ["/v1/*"],
        },
        "schedule:run",
        "messages:read",
        "storage:own",
    ]


def test_values_are_bounded_and_the_declared_scope_stays() -> None:
    """A plugin that calls countless hosts costs no more than the bound."""
    manifest, book = _manifest({"name": "network:fetch", "hosts": ["*.example.org"]}), UseBook()
    book.passed("notes", "network:fetch")
    for number in range(MOST_VALUES * 3):
        book.reached("notes", "network:fetch", {"hosts": f"h{number}.example.org"})
    [row] = describe_uses(manifest, book.of("notes"))
    assert (len(row["values"]["hosts"]), row["is_cut"]) == (MOST_VALUES, True)
    assert minimal_permissions(manifest, book.of("notes")) == [
        {"name": "network:fetch", "hosts": ["*.example.org"]}
    ]
