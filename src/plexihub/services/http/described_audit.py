"""What the routes of `/audit` take and answer."""

from __future__ import annotations

from typing import TypedDict

from plexihub.kernel.audit import Bad
from plexihub.services.http.described_route import Described
from plexihub.services.logs import RowsVerdict
from plexihub.services.trail import Journey, Page, RecordShown
from plexihub_sdk.permissions import AUDIT_READ


class AuditVerdict(TypedDict):
    """Whether the chain is whole, and which rows of `logs` are not as it has them."""

    ok: bool
    records: int
    first_bad: Bad | None
    rows: RowsVerdict | None
    signed: int
    retired: int
    key: str
    notes: list[str]
    standing: str


_FILTERS = {
    "plugin": "What this plugin did, and what was done to it.",
    "actor": "Id or name of who acted, or for whom.",
    "action": "Beginning of the action, such as `plugin.`.",
    "outcome": "How it ended.",
    "trace": "One journey.",
    "target": "Words of what it was done to, or their beginnings.",
    "since": "Not before this moment, ISO 8601.",
    "until": "Before this moment.",
    "q": "Words anywhere in the record, or their beginnings.",
}
_SPAN = {
    "before": "Only records with a lower number.",
    "after": "Only records with a higher number.",
}
_PAGE = {
    "limit": "At most this many records, up to 1000.",
    "counted": "`true` tells how many fit, and which outcomes, actions and actors they have.",
    **_SPAN,
}
_FOLLOW = {
    "after": "Number of the last record that is known; the newest where absent.",
    "hash": "Its hash: refused where the log has another record there.",
}
_LINES = "application/x-ndjson"

AUDIT: dict[str, Described] = {
    "GET /api/v1/audit": Described(
        auth="user", answer=Page, query={**_PAGE, **_FILTERS}, permission=AUDIT_READ
    ),
    "GET /api/v1/audit/{seq}": Described(auth="user", answer=RecordShown, permission=AUDIT_READ),
    "GET /api/v1/audit/traces/{trace}": Described(
        auth="user", answer=Journey, permission=AUDIT_READ
    ),
    "GET /api/v1/audit/export": Described(
        auth="user",
        media=_LINES,
        query={"format": "`jsonl` as stored, or `ocsf`.", **_SPAN, **_FILTERS},
        permission=AUDIT_READ,
    ),
    "GET /api/v1/audit/follow": Described(
        auth="user", media=_LINES, query={**_FOLLOW, **_FILTERS}, permission=AUDIT_READ
    ),
    "POST /api/v1/audit/verify": Described(auth="user", answer=AuditVerdict, permission=AUDIT_READ),
}
