"""The broker decides, records and raises."""

import pytest

from plexihub.kernel.context import OPERATOR, Actor, CallContext
from plexihub.kernel.permissions import Broker, Grant
from plexihub_sdk.errors import PermissionDenied
from tests.fakes.stores import MemoryAudit

GRANT = Grant.of({"data:read", "data:write"}, {"data:read"})
ALICE = CallContext(actor=Actor("plugin", "notes"), rights=frozenset({"data:read", "data:write"}))


def test_granted_passes_on_record(audit: MemoryAudit) -> None:
    """What is granted passes, and the decision is recorded."""
    Broker(audit, lambda _plugin: GRANT).enforce(ALICE, "data:read", "data.query")
    assert audit.outcomes("permission.check") == [("data.query", "ok")]


@pytest.mark.checklist("A-22")
def test_missing_is_denied_on_record(audit: MemoryAudit) -> None:
    """What is not granted raises, naming the permission, and the refusal is recorded."""
    with pytest.raises(PermissionDenied, match="data:write") as caught:
        Broker(audit, lambda _plugin: GRANT).enforce(ALICE, "data:write", "data.query")
    assert caught.value.permission == "data:write"
    assert audit.outcomes("permission.check") == [("data.query", "denied")]


def test_only_plugins_come_this_way(audit: MemoryAudit) -> None:
    """An operator's context does not open a plugin's door."""
    ctx = CallContext(actor=OPERATOR, rights=frozenset({"data:read"}))
    with pytest.raises(PermissionDenied):
        Broker(audit, lambda _plugin: GRANT).enforce(ctx, "data:read", "data.query")
