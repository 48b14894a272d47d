"""The types of `plugin.json` in both SDKs, and its JSON Schema: made of one schema."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from plexihub_sdk.manifest_schema import schema, schema_text
from plexihub_sdk.offers import OFFERS
from plexihub_sdk.shape import Choice, Number, Part, Record

_TS_HEAD = """\
/**
 * What a plugin says of itself in `plugin.json`. Written by `make generate`; not edited by hand.
 *
 * @module
 */

import type { Permission } from "./api.ts";
import type { TableDefinition } from "./api_types.ts";
import type { ScopedPermission } from "./mod.ts";
"""
_PY_HEAD = '''\
"""What a plugin says of itself, as types. Written by `make generate`; not edited by hand."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
#: Where the schema has no name for what the SDKs call by one.
_TS = {
    "permissions": "(Permission | ScopedPermission)[]",
    "manifest": "{ entrypoint?: string; hooks?: string[] }",
    "hooks": "string[]",
    "api": "number | string",
    "dependencies": "Record<string, string>",
    "optionalDependencies": "Record<string, string>",
    "settings": "Record<string, unknown> | null",
    "tables": "Record<string, TableDefinition> | null",
}
_PY = {
    "permissions": "list[str | dict[str, Any]]",
    "manifest": "dict[str, Any]",
    "hooks": "list[str]",
    "api": "int | str",
    "dependencies": "dict[str, str]",
    "optionalDependencies": "dict[str, str]",
    "settings": "dict[str, Any] | None",
    "tables": "dict[str, Any] | None",
}
_WIDTH = 96


def types() -> str:
    """Make `sdk-js/manifest.ts`."""
    parts = [_TS_HEAD, *(line for record in OFFERS.values() for line in _interface(record))]
    parts += ["/** The fields of `plugin.json`. */", "export interface PluginManifest {"]
    for name, field in _fields():
        parts += _comment(field["description"], "  ")
        mark = "" if name in _required() else "?"
        parts.append(f"  {_quoted(name)}{mark}: {_kind(name, _TS, '{}[]', 'string')};")
    return "\n".join([*parts, "}"]) + "\n"


def typed_dicts() -> str:
    """Make `src/plexihub_sdk/manifest_fields.py`."""
    parts = [_PY_HEAD, *(line for record in OFFERS.values() for line in _class(record))]
    parts += ["", "class PluginManifest(TypedDict):", '    """The fields of `plugin.json`."""', ""]
    for name, field in _fields():
        if not name.isidentifier():
            continue
        kind = _kind(name, _PY, "list[{}]", "str")
        kind = kind if name in _required() else f"NotRequired[{kind}]"
        parts += _remarks(field["description"])
        parts.append(f"    {name}: {kind}")
    return "\n".join(parts) + "\n"


def text() -> str:
    """Make `schemas/manifest.json`."""
    return schema_text()


def _fields() -> list[tuple[str, dict[str, Any]]]:
    return list(schema()["properties"].items())


def _required() -> list[str]:
    return list(schema()["required"])


def _kind(name: str, named: dict[str, str], many: str, text: str) -> str:
    if name in OFFERS:
        return many.format(OFFERS[name].name)
    return named.get(name, text)


def _interface(record: Record) -> Iterator[str]:
    yield from _comment(record.doc, "")
    yield f"export interface {record.name} {{"
    for part in record.parts:
        yield from _comment(part.doc, "  ")
        yield f"  {part.name}{'?' if part.optional else ''}: {part.shape.ts};"
    yield "}"
    yield ""


def _class(record: Record) -> Iterator[str]:
    yield ""
    yield f"class {record.name}(TypedDict):"
    yield f'    """{record.doc}"""'
    yield ""
    for part in record.parts:
        yield from _remarks(part.doc)
        kind = _python(part)
        yield f"    {part.name}: {f'NotRequired[{kind}]' if part.optional else kind}"
    yield ""


def _python(part: Part) -> str:
    if isinstance(part.shape, Choice):
        words = ", ".join(f'"{word}"' for word in part.shape.words)
        return f"Literal[{words}]"
    return "float" if isinstance(part.shape, Number) else "str"


def _comment(says: str, indent: str) -> Iterator[str]:
    if len(says) + len(indent) + 7 <= _WIDTH:
        yield f"{indent}/** {says} */"
        return
    yield f"{indent}/**"
    yield from (f"{indent} * {line}" for line in textwrap.wrap(says, _WIDTH - len(indent) - 3))
    yield f"{indent} */"


def _remarks(says: str) -> Iterator[str]:
    yield from (f"    #: {line}" for line in textwrap.wrap(says, _WIDTH - 7))


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'
