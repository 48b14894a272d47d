"""The JSON Schemas of every payload: `schemas/events.json`."""

from __future__ import annotations

import inspect
import json
from typing import Any

import msgspec

from plexihub_sdk.events import EVENTS
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import HOOKS
from tools.catalogue import description_of, payloads

_REFERENCE = "#/$defs/{name}"


def text() -> str:
    """Make the file."""
    kinds = payloads()
    _, definitions = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
    for kind in kinds:
        definitions[kind.__name__]["description"] = description_of(kind)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hooks and events of PlexiHub",
        "description": "Which payload each hook and event has, and what each payload is.",
        "hooks": {name: _entry(hook) for name, hook in sorted(HOOKS.items())},
        "events": {name: _entry(event) for name, event in sorted(EVENTS.items())},
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _entry(kind: Any) -> dict[str, Any]:
    names = ("deadline", "on_failure", "sandbox_name", "action")
    facts = {name: getattr(kind, name) for name in names if getattr(kind, name, None)}
    if kind.name in HEARD:
        facts["sandbox_permission"] = HEARD[kind.name]
    payload = {"$ref": _REFERENCE.format(name=kind.payload.__name__)}
    return {"description": inspect.cleandoc(kind.doc), **facts, "payload": payload}
