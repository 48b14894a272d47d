"""The JSON Schema of `plugin.json`, made of the tables that the reader uses.

It is for editors, and for tools in other languages. The reader (`plexihub_sdk.manifest`) decides:
what the schema refuses it refuses too, and beyond that what no schema can say, such as two names
that mean one plugin.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from plexihub_sdk.api_version import API_VERSION, RANGE
from plexihub_sdk.events import EVENTS, SANDBOX_EVENTS
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import HOOKS, SANDBOX_HOOKS
from plexihub_sdk.ids import MAX_PLUGIN_ID
from plexihub_sdk.manifest import (
    MAX_DEPENDENCIES,
    MAX_TEXT,
    RESERVED_IDS,
    VERSION_PATTERN,
)
from plexihub_sdk.offers import HANDLERS, MOST, OFFERS
from plexihub_sdk.patterns import LONGEST, LONGEST_PATH, METHODS
from plexihub_sdk.permissions import EVENTS_EMIT, PERMISSIONS
from plexihub_sdk.scopes import FIELDS, MOST_PATTERNS
from plexihub_sdk.shape import Choice, Number, Record, Shape, Text
from plexihub_sdk.tables import (
    COLUMN_TYPES,
    LONGEST_DEFAULT,
    LONGEST_NAME,
    MOST_COLUMNS,
    MOST_RULES,
    MOST_TABLES,
    RESERVED,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: What Python calls printable: neither control, format, private or unassigned, nor a line's end.
_SEEN = r"(?:[^\p{C}\p{Z}]| )"
_PLUGIN = r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$"
_PART = r"(?!\.{1,2}(?:/|$))(?:[^\p{C}\p{Z}/\\]| )+"
_EMITTED = r"^plugin\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$"
_OWN = r"^(?!on[A-Z_])[A-Za-z0-9][A-Za-z0-9_:-]{0,99}$"
_HOST = (
    r"^(?:\[[0-9a-fA-F:.]+\]|(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)"
    r"(?::(?:\*|[1-9][0-9]{0,4}))?$"
)
_PATH = r"^(?!(?:.*/)?\.{1,2}(?:/|$))/[A-Za-z0-9._~!$&'()+,;=:@%/-]*\*?$"
_DEFAULTS: Mapping[str, Any] = {
    "text": {"type": ["string", "null"], "maxLength": LONGEST_DEFAULT, "pattern": r"^[^\x00]*$"},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
}

#: What may stand in `manifest`, as well as beside it.
_INNER = {
    "entrypoint": "The module that is loaded: a path inside the package.",
    "hooks": "The hooks and events that it wants; those that its code has, where absent.",
}

Json = dict[str, Any]


def schema() -> Json:
    """Make the schema."""
    return {
        "$schema": DIALECT,
        "title": "plugin.json of a PlexiHub plugin",
        "description": f"What a plugin says of itself; API version {API_VERSION}.",
        "type": "object",
        "properties": _properties(),
        "required": ["id", "version"],
        "additionalProperties": False,
        "$defs": {"entrypoint": _entrypoint(), "hooks": _hooks()},
        "allOf": [_one_place("entrypoint"), _one_place("hooks"), _needs_entrypoint(), *_needs()],
    }


def schema_text() -> str:
    """Write the schema as a file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _properties() -> Json:
    inner = {name: {"$ref": f"#/$defs/{name}", **_said(says)} for name, says in _INNER.items()}
    return {
        "$schema": {"description": "Where the editor finds this schema; the hub does not look."},
        "id": {
            **_said("Who the plugin is: lower-case letters, digits and single hyphens."),
            **_text(_PLUGIN, MAX_PLUGIN_ID),
            "not": {"enum": sorted(RESERVED_IDS)},
            "examples": ["hello-world"],
        },
        "name": _line("What people call it; made of the id where it is absent."),
        "version": {
            **_said("Semantic version."),
            **_text(VERSION_PATTERN, MAX_TEXT),
            "examples": ["1.0.0"],
        },
        "author": _line("Who wrote it."),
        "description": _line("What it does, one sentence."),
        "permissions": _permissions(),
        "manifest": {
            **_said("Entry point and hooks may stand in here as well, instead of beside it."),
            **_object(inner),
        },
        **inner,
        "api": {
            **_said(f"The API that it was written for; the hub speaks {API_VERSION}."),
            "anyOf": [{"type": "integer", "minimum": 0}, _text(RANGE, MAX_TEXT)],
            "examples": [1, "^1.0", ">=1.0,<2"],
        },
        "dependencies": _ranges("Plugins that it cannot run without, and their versions."),
        "optionalDependencies": _ranges("Plugins that start before it, where they are there."),
        "settings": {
            **_said("JSON Schema of the plugin's own settings."),
            "type": ["object", "null"],
        },
        "tables": _tables(),
        **{field: _offers(record) for field, record in OFFERS.items()},
    }


# --- pieces ---


def _said(text: str) -> Json:
    return {"description": text}


def _text(pattern: str, most: int) -> Json:
    return {"type": "string", "maxLength": most, "pattern": pattern}


def _line(says: str) -> Json:
    return {**_said(says), **_text(f"^{_SEEN}*$", MAX_TEXT)}


def _object(properties: Json, required: tuple[str, ...] = ()) -> Json:
    found: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _list(items: Json, most: int, *, least: int = 0) -> Json:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _named(names: Mapping[str, str]) -> Json:
    """One of a few names, each with its sentence for the editor."""
    return {"anyOf": [{"const": name, "description": says} for name, says in names.items()]}


def _ranges(says: str) -> Json:
    return {
        **_said(says),
        "type": "object",
        "maxProperties": MAX_DEPENDENCIES,
        "propertyNames": _text(_PLUGIN, MAX_PLUGIN_ID),
        "additionalProperties": {
            **_said("Such as '>=1.2,<2'; empty for any."),
            **_text(f"^{_SEEN}*$", MAX_TEXT),
        },
    }


def _entrypoint() -> Json:
    return {
        "type": "string",
        # A leading slash means the package, and does not count.
        "pattern": rf"^/*(?!/)(?=.{{1,{MAX_TEXT}}}$){_PART}(?:/{_PART})*$",
        "examples": ["main.ts", "main.py"],
    }


# --- permissions and hooks ---


def _permissions() -> Json:
    names = {name: f"{info.says} ({info.risk} risk)" for name, info in PERMISSIONS.items()}
    scoped = [_scoped(name) for name in FIELDS]
    plain = _object({"name": {"enum": list(PERMISSIONS)}}, ("name",))
    return {
        **_said("What it asks for; an administrator grants it."),
        "type": "array",
        "items": {"anyOf": [*_named(names)["anyOf"], *scoped, plain]},
        "uniqueItems": True,
    }


def _scoped(permission: str) -> Json:
    patterns = {
        "hosts": _text(_HOST, LONGEST),
        "methods": {"anyOf": [{"enum": list(METHODS)}, {"pattern": _any_case(METHODS)}]},
        "paths": _text(_PATH, LONGEST_PATH),
        "models": _text(r"^[a-z][a-z0-9_-]{0,99}$", 100),
    }
    fields = {
        name: {
            **_said(f"Limits it to {field.says.removeprefix('only ')} named here."),
            **_list({"type": "string", **patterns[name]}, MOST_PATTERNS, least=1),
        }
        for name, field in FIELDS[permission].items()
    }
    return _object({"name": {"const": permission}, **fields}, ("name",))


def _any_case(words: tuple[str, ...]) -> str:
    spelled = ("".join(f"[{one}{one.lower()}]" for one in word) for word in words)
    return f"^(?:{'|'.join(spelled)})$"


def _known_hooks() -> dict[str, str]:
    said = {name: hook.doc for name, hook in SANDBOX_HOOKS.items()}
    said |= {name: event.doc for name, event in SANDBOX_EVENTS.items()}
    mine = dict.fromkeys(HANDLERS, "Called for what the plugin offers itself.")
    heard = {name: HOOKS[name].doc if name in HOOKS else EVENTS[name].doc for name in HEARD}
    return {**said, **mine, **heard}


def _hooks() -> Json:
    emitted = {**_text(_EMITTED, 200), "not": {"enum": sorted(EVENTS)}}
    own = {**_text(_OWN, 100), "description": "An event that the plugin itself emits."}
    return {
        "type": "array",
        "items": {"anyOf": [*_named(_known_hooks())["anyOf"], emitted, own]},
        "uniqueItems": True,
    }


def _asks(permission: str) -> Json:
    named = {"type": "object", "properties": {"name": {"const": permission}}, "required": ["name"]}
    either = {"anyOf": [{"const": permission}, named]}
    return {"properties": {"permissions": {"contains": either}}, "required": ["permissions"]}


def _hears(items: Json) -> Json:
    """What a manifest is like that names such a hook, in one place or the other."""
    here = {"properties": {"hooks": {"type": "array", "contains": items}}, "required": ["hooks"]}
    inside = {"properties": {"manifest": {"type": "object", **here}}, "required": ["manifest"]}
    return {"anyOf": [here, inside]}


def _needs() -> list[Json]:
    """Say which hooks take a permission, and that own events are those of who emits."""
    rules = []
    for permission in dict.fromkeys(HEARD.values()):
        names = [name for name, needed in HEARD.items() if needed == permission]
        rules.append({"if": _hears({"enum": names}), "then": _asks(permission)})
    known = {"enum": list(_known_hooks())}
    strange = {"type": "string", "not": {"anyOf": [known, {"pattern": _EMITTED}]}}
    return [*rules, {"if": _hears(strange), "then": _asks(EVENTS_EMIT)}]


def _one_place(field: str) -> Json:
    inside = {"properties": {"manifest": {"required": [field]}}, "required": ["manifest", field]}
    return {"not": inside}


def _needs_entrypoint() -> Json:
    inside = {
        "properties": {"manifest": {"required": ["entrypoint"]}},
        "required": ["manifest"],
    }
    return {"anyOf": [{"required": ["entrypoint"]}, inside]}


# --- tables and offers ---


def _tables() -> Json:
    table = _object(
        {
            "columns": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": MOST_COLUMNS,
                "propertyNames": {
                    **_text(r"^[a-z][a-z0-9_]*$", LONGEST_NAME),
                    "not": {"enum": sorted(RESERVED)},
                },
                "additionalProperties": _column(),
            },
            "unique": {
                **_said("Sets of columns of which no two rows have the same values."),
                **_list(_columns_named(), MOST_RULES),
            },
            "index": {**_said("Columns that are often looked up."), **_columns_named()},
        },
        ("columns",),
    )
    return {
        **_said("Tables of the plugin's own."),
        "type": ["object", "null"],
        "maxProperties": MOST_TABLES,
        "propertyNames": _text(r"^[a-z](?:_?[a-z0-9])*$", LONGEST_NAME),
        "additionalProperties": table,
    }


def _columns_named() -> Json:
    return {**_list({"type": "string"}, MOST_RULES), "uniqueItems": True}


def _column() -> Json:
    kinds = [
        _object(
            {
                "type": {"const": kind},
                "optional": {"type": "boolean"},
                "default": _DEFAULTS.get(kind, {"type": "null"}),
            },
            ("type",),
        )
        for kind in COLUMN_TYPES
    ]
    return {"anyOf": [{"enum": list(COLUMN_TYPES)}, *kinds]}


def _offers(record: Record) -> Json:
    found = {**_said(record.doc), **_list(_shape(record), MOST)}
    if record.name == "JobOffer":
        found["items"]["oneOf"] = [{"required": ["cron"]}, {"required": ["seconds"]}]
    return found


def _shape(shape: Shape) -> Json:
    if isinstance(shape, Record):
        properties = {part.name: {**_said(part.doc), **_shape(part.shape)} for part in shape.parts}
        required = tuple(part.name for part in shape.parts if not part.optional)
        return _object(properties, required)
    if isinstance(shape, Choice):
        return {"enum": list(shape.words)}
    if isinstance(shape, Number):
        return {"type": "number", "minimum": shape.least, "maximum": shape.most}
    if isinstance(shape, Text):
        whole = shape.pattern.replace(r"\Z", "$") or f"{_SEEN}*"
        return {**_text(f"^(?:{whole})$", shape.most), "minLength": shape.least}
    raise TypeError(f"{shape.says} has no place in a manifest yet")
