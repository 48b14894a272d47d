"""What a sandboxed plugin puts on record itself: `plugin.api.audit.log`, `securityAuditLogger`.

It stands in the log as `<plugin's id>:<event>` with the plugin as who acts, so nobody takes it for
the hub's own word. What the hub measured of the same call is its own record, `plugin.execution`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from plexihub.kernel.audit import AuditService
from plexihub.kernel.audit.service import LONGEST_TEXT
from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.kernel.ports import Outcome

Result = Literal["success", "failure", "denied"]
Severity = Literal["low", "medium", "high", "critical"]
_Short = Annotated[str, msgspec.Meta(max_length=100)]
_Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
_OUTCOMES: dict[Result, Outcome] = {"success": "ok", "failure": "failed", "denied": "denied"}


class LogEntry(msgspec.Struct, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """What a plugin says that happened."""

    event_type: _Short
    action: _Text
    result: Result
    user_id: _Short | None = None
    resource: _Text = ""
    severity: Severity | None = None
    metadata: dict[str, Any] = {}


def audit_methods(audit: AuditService) -> Iterator[Method]:
    """Make the method for the plugin's own word.

    Args:
        audit: Where it goes.
    """

    async def log(_ctx: CallContext, params: LogEntry) -> None:
        said = msgspec.to_builtins(params)
        audit.record(
            params.event_type,
            params.resource,
            outcome=_OUTCOMES[params.result],
            reason="" if params.result == "success" else f"The plugin says: {params.action}"[:300],
            details={"said": said},
        )

    yield Method("audit.log", None, LogEntry, log, "Put something on record in its own name.")
