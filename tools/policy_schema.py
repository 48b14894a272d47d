"""The JSON Schema of a policy file, for editors: `make generate`."""

from __future__ import annotations

import json
from typing import Any

from plexihub.kernel.permissions.standing_file import DECISIONS, MOST_NAMES, MOST_RULES, RISKS
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import FIELDS


def text() -> str:
    """Write the schema."""
    return json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n"


def _schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "PlexiHub policy file",
        "description": "Rules that decide about permissions; the first one that fits.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "$schema": {"type": "string"},
            "rule": {"type": "array", "maxItems": MOST_RULES, "items": _rule()},
        },
    }


def _rule() -> dict[str, Any]:
    scopes = sorted({name for fields in FIELDS.values() for name in fields})
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["decision"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": MOST_NAMES},
            "decision": {"enum": list(DECISIONS)},
            "plugins": _texts("Ids that it is about."),
            "authors": _texts("What packages say of their authors."),
            "digests": _texts("Exactly these files."),
            "permissions": _texts("The permissions that it is about.", list(PERMISSIONS)),
            "risks": _texts("Or those of a risk.", list(RISKS)),
            "within": {
                "description": "How far one may ask for it to be within; not to refuse.",
                "type": "object",
                "additionalProperties": False,
                "properties": {name: _texts("Patterns.") for name in scopes},
            },
        },
    }


def _texts(says: str, known: list[str] | None = None) -> dict[str, Any]:
    one: dict[str, Any] = {"enum": known} if known else {"type": "string", "minLength": 1}
    return {
        "description": says,
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_NAMES,
        "items": one,
    }
