"""The access review: every plugin with its permissions, every person with the role."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plexihub.kernel.permissions import Use
from plexihub.kernel.plugins import PluginRecord
from plexihub.services.permissions.people import Holder
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import WHOLE, words

COLUMNS = (
    "kind",
    "id",
    "name",
    "version_or_role",
    "active",
    "permission",
    "risk",
    "scope",
    "state",
    "decided_by",
    "decided_at",
    "last_used",
    "used",
    "refused",
)
#: A table would take a cell that begins so for a formula, and run it.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def plugin_rows(record: PluginRecord, uses: Mapping[str, Use]) -> list[dict[str, Any]]:
    """List a plugin's permissions: asked for, granted, and those it tried besides."""
    stored = record.stored
    names = sorted({*stored.manifest.permissions, *uses} & PERMISSIONS.keys())
    rows = [_plugin_row(record, name, uses.get(name, Use())) for name in names]
    return rows or [{**_facts(record), **dict.fromkeys(COLUMNS[5:], ""), "used": 0, "refused": 0}]


def person_row(person: Holder) -> dict[str, Any]:
    """Describe a person with the role, and rights of their own."""
    return {
        **dict.fromkeys(COLUMNS, ""),
        "kind": "person",
        "id": person.id,
        "name": person.username,
        "version_or_role": person.role,
        "active": person.is_active,
        "permission": ", ".join(sorted(person.own)),
        "used": 0,
        "refused": 0,
    }


def review_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write the rows as CSV, in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_cells([row[name] for name in COLUMNS]) for row in rows)
    return out.getvalue()


def _cells(values: Sequence[Any]) -> list[str]:
    return [_harmless(_text(one)) for one in values]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else text


def _facts(record: PluginRecord) -> dict[str, Any]:
    stored = record.stored
    return {
        "kind": "plugin",
        "id": stored.id,
        "name": stored.manifest.name or stored.id,
        "version_or_role": f"{stored.manifest.version} ({stored.tier})",
        "active": record.state == "enabled",
    }


def _plugin_row(record: PluginRecord, name: str, use: Use) -> dict[str, Any]:
    stored, grant = record.stored, record.grant
    decision = stored.decisions.get(name)
    is_granted = name in grant.granted & grant.asked
    scope = grant.scope(name) if is_granted else stored.manifest.scopes.get(name, WHOLE)
    return {
        **_facts(record),
        "permission": name,
        "risk": PERMISSIONS[name].risk,
        "scope": words(name, scope),
        "state": _state(record, name, is_granted=is_granted),
        "decided_by": (decision.name or decision.by) if decision else "",
        "decided_at": decision.at if decision else "",
        "last_used": use.last_used,
        "used": use.allowed,
        "refused": sum(use.refused.values()),
    }


def _state(record: PluginRecord, name: str, *, is_granted: bool) -> str:
    if record.stored.tier == "trusted":
        return "trusted"
    if is_granted:
        return "granted"
    if name not in record.stored.manifest.permissions:
        return "not asked"
    return "pending" if name in record.stored.requests else "refused"
