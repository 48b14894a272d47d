"""`plugin.json`: what a plugin says of itself, read strictly.

A manifest never chooses its tier: an administrator does. Unknown fields are refused with a
suggestion, because a mistyped `permisions` would otherwise be a plugin that may do nothing.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from plexihub_sdk.api_version import API_VERSION, admits, is_range
from plexihub_sdk.errors import ManifestError
from plexihub_sdk.events import SANDBOX_EVENTS, is_emitted, is_own
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import SANDBOX_HOOKS
from plexihub_sdk.ids import PluginId, plugin_id
from plexihub_sdk.offers import HANDLERS, OFFERS, read_offers
from plexihub_sdk.permissions import EVENTS_EMIT, PERMISSIONS
from plexihub_sdk.place import line_of
from plexihub_sdk.scopes import Scope, ScopeError, parse_scope
from plexihub_sdk.tables import read_tables

_NUMBER = "(?:0|[1-9][0-9]*)"
VERSION_PATTERN = rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$"
_SEMVER = re.compile(VERSION_PATTERN.removesuffix("$") + r"\Z")
_FIELDS = (
    "id",
    "name",
    "version",
    "author",
    "description",
    "permissions",
    "manifest",
    "entrypoint",
    "hooks",
    "api",
    "dependencies",
    "optionalDependencies",
    "settings",
    "tables",
    *OFFERS,
    "$schema",
)
#: How a Python plugin of one file says it, at its top level: the fields of plugin.json in
#: `PLUGIN = {...}`, or single ones by these names.
PYTHON_MANIFEST = "PLUGIN"
PYTHON_CONSTANTS = {
    "__version__": "version",
    "__author__": "author",
    "DEPENDENCIES": "dependencies",
    "OPTIONAL_DEPENDENCIES": "optionalDependencies",
}
MAX_TEXT = 200
MAX_DEPENDENCIES = 50
#: Events of plugins that one plugin hears.
MAX_EMITTED = 100
MAX_BYTES = 64 * 1024
#: Who else acts in the audit, and words of the hub's own addresses: a plugin of this name would
#: pass for them, or could not be reached.
RESERVED_IDS = frozenset(
    {"anonymous", "core", "describe", "operator", "plexihub", "plugin", "user"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A plugin's own description, every field checked.

    Args:
        id: Kebab-case identity.
        name: For people; derived from the id when absent.
        version: Semantic version.
        author: For people; empty when absent.
        description: One sentence; empty when absent.
        permissions: What it asks for, in the order written.
        scopes: How far those reach that it asks for within a scope.
        entrypoint: Path inside the package, `/` separated, never upward.
        hooks: The hooks and events it wants, in the sandbox's spelling or the catalogue's.
        api: Major version of the plugin API it was written for, or a range such as `^1.2`.
        dependencies: Plugins it cannot run without, each with the range of versions it works
            with, such as `>=1.2,<2`; empty text for any.
        optional_dependencies: Plugins that are to start before it, where they are there.
        settings: JSON Schema of the plugin's own settings; None where it has none.
        tables: The plugin's own tables (`plexihub_sdk.tables`); None where it has none.
        offers: Its jobs, routes, commands and buttons at messages, by the field that names them
            (`plexihub_sdk.offers`); the hub calls a sandboxed plugin for them.
    """

    id: PluginId
    version: str
    entrypoint: str
    name: str = ""
    author: str = ""
    description: str = ""
    permissions: tuple[str, ...] = ()
    hooks: tuple[str, ...] = field(default=())
    api: int | str = 1
    dependencies: Mapping[str, str] = field(default_factory=dict)
    optional_dependencies: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] | None = None
    tables: Mapping[str, Any] | None = None
    offers: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    scopes: Mapping[str, Scope] = field(default_factory=dict)


def read_json(text: bytes) -> object:
    """Decode the text of `plugin.json`; one that two readers could understand in two ways is none.

    Raises:
        ManifestError: It is too long, no JSON, or names a field twice.
    """
    if len(text) > MAX_BYTES:
        raise ManifestError(f"plugin.json is larger than {MAX_BYTES} bytes.", where="plugin.json")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ManifestError(
            f"plugin.json:{error.lineno}: This is no JSON: {error.msg} (column {error.colno}).",
            where="plugin.json",
        ) from None
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"plugin.json is no JSON: {error}.", where="plugin.json") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in fields if names.count(name) > 1)
        raise ManifestError(
            f"plugin.json names the field {twice[:MAX_TEXT]!r} twice.", where="plugin.json"
        )
    return fields


def _no_number(name: str) -> float:
    raise ManifestError(f"plugin.json says {name}, which is no JSON.", where="plugin.json")


def read_manifest(text: bytes) -> Manifest:
    """Read the text of `plugin.json`.

    Raises:
        ManifestError: It is no JSON, or a field is unknown, missing or wrong; `where` names the
            field, and the message begins with file and line where it stands in the text.
    """
    data = read_json(text)
    try:
        return parse_manifest(data)
    except ManifestError as error:
        # Found only now: who writes no mistake pays for no search.
        line = line_of(text.decode(json.detect_encoding(text)), error.where)
        if not line:
            raise
        raise ManifestError(
            f"plugin.json:{line}: {error.message}", where=error.where, next=error.next
        ) from None


def parse_manifest(data: object, *, defaults: Mapping[str, Any] | None = None) -> Manifest:
    """Read a manifest from decoded JSON.

    Args:
        data: The decoded JSON object.
        defaults: Values for fields that may be absent where the source is a bare file, such as
            `entrypoint`, `version` or `id`.

    Raises:
        ManifestError: A field is unknown, missing or wrong; `where` names it.
    """
    if not isinstance(data, Mapping):
        raise ManifestError("The manifest is not a JSON object.", where="plugin.json")
    _refuse_unknown(data)
    merged = {**(defaults or {}), **data, **_inner(data)}
    identity = _identity(merged.get("id"))
    permissions, scopes = _permissions(merged)
    required = _dependencies(merged, "dependencies", identity)
    optional = _dependencies(merged, "optionalDependencies", identity)
    for name in optional:
        if name in required:
            raise ManifestError(
                f"{name!r} is needed and optional at once.", where=f"optionalDependencies.{name}"
            )
    return Manifest(
        id=identity,
        name=_text(merged, "name") or identity.replace("-", " ").title(),
        version=_version(merged.get("version")),
        author=_text(merged, "author"),
        description=_text(merged, "description"),
        permissions=permissions,
        scopes=scopes,
        entrypoint=_entrypoint(merged.get("entrypoint")),
        hooks=_hooks(merged, permissions),
        api=_api(merged.get("api", 1)),
        dependencies=required,
        optional_dependencies=optional,
        settings=_settings(merged.get("settings")),
        tables=_tables(merged.get("tables")),
        offers=read_offers(merged),
    )


def _inner(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read what stands in `manifest`, as the design writes it."""
    inner = data.get("manifest", {})
    if not isinstance(inner, Mapping):
        raise ManifestError("`manifest` must be an object.", where="manifest")
    for key in inner:
        if key not in {"entrypoint", "hooks"}:
            raise ManifestError(
                f"Unknown field {key!r}.{_hint(key)}", where=f"manifest.{key}"[:MAX_TEXT]
            )
        if key in data:
            raise ManifestError(f"`{key}` is said twice: here and in `manifest`.", where=str(key))
    return inner


def _hint(name: object, known: tuple[str, ...] = _FIELDS) -> str:
    close = difflib.get_close_matches(str(name)[:MAX_TEXT], known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _refuse_unknown(data: Mapping[Any, Any]) -> None:
    for key in data:
        if key not in _FIELDS:
            raise ManifestError(
                f"Unknown field {str(key)[:MAX_TEXT]!r}.{_hint(key)}",
                where=str(key)[:MAX_TEXT] or "plugin.json",
            )


def _identity(value: object) -> PluginId:
    if not isinstance(value, str):
        raise ManifestError("`id` must be a string such as 'hello-world'.", where="id")
    try:
        identity = plugin_id(value)
    except ValueError as error:
        raise ManifestError(str(error), where="id") from None
    if identity in RESERVED_IDS:
        raise ManifestError(f"`id` {value!r} is the hub's own.", where="id", next="Choose another.")
    return identity


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
        raise ManifestError(
            f"`{name}` must be printable text of at most {MAX_TEXT} characters.", where=name
        )
    return value


def _version(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or not _SEMVER.match(value):
        raise ManifestError(
            "`version` must be a semantic version such as '1.0.0'.", where="version"
        )
    return value


def _names(data: Mapping[str, Any], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    values = data.get(name, [])
    if not isinstance(values, list | tuple):
        raise ManifestError(f"`{name}` must be a list.", where=name)
    for index, value in enumerate(values):
        if value not in known:
            raise ManifestError(
                f"Unknown entry {str(value)[:MAX_TEXT]!r}.{_hint(value, known)}",
                where=f"{name}[{index}]",
                next=f"Known: {', '.join(known)}.",
            )
    if len(set(values)) != len(values):
        raise ManifestError(f"`{name}` names something twice.", where=name)
    return tuple(values)


def _hooks(data: Mapping[str, Any], permissions: tuple[str, ...]) -> tuple[str, ...]:
    values = data.get("hooks", [])
    listed = values if isinstance(values, list | tuple) else ()
    emits = EVENTS_EMIT in permissions
    emitted = tuple(
        one
        for one in listed
        if isinstance(one, str) and (is_emitted(one) or (emits and is_own(one)))
    )
    if len(emitted) > MAX_EMITTED:
        raise ManifestError(f"A plugin hears {MAX_EMITTED} events of plugins.", where="hooks")
    known = (*SANDBOX_HOOKS, *SANDBOX_EVENTS, *HANDLERS, *HEARD)
    hooks = _names(data, "hooks", (*known, *emitted))
    for name in hooks:
        permission = HEARD.get(name)
        if permission is not None and permission not in permissions:
            raise ManifestError(
                f"The hook {name!r} takes the permission {permission!r}.",
                where="permissions",
                next=f"Add {permission!r} to `permissions`.",
            )
    return hooks


def _permissions(data: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, Scope]]:
    """Read `permissions`: each is a name, or an object with a name and its scope."""
    entries = data.get("permissions", [])
    scoped = isinstance(entries, list | tuple)
    names = [_permission(one, at) for at, one in enumerate(entries)] if scoped else entries
    found = _names({"permissions": names}, "permissions", tuple(PERMISSIONS))
    scopes: dict[str, Scope] = {}
    for at, (name, entry) in enumerate(zip(found, entries, strict=True)):
        if not isinstance(entry, Mapping):
            continue
        try:
            fields = {key: value for key, value in entry.items() if key != "name"}
            if scope := parse_scope(name, fields):
                scopes[name] = scope
        except ScopeError as error:
            where = f"permissions[{at}].{error.field}"
            raise ManifestError(str(error), where=where) from None
    return found, scopes


def _permission(entry: object, at: int) -> object:
    if not isinstance(entry, Mapping):
        return entry
    if not isinstance(entry.get("name"), str):
        raise ManifestError(
            'A permission within a scope is an object such as {"name": "network:fetch", "hosts":'
            ' ["api.example.com"]}.',
            where=f"permissions[{at}]",
        )
    return entry["name"]


def _dependencies(data: Mapping[str, Any], field: str, identity: PluginId) -> dict[str, str]:
    values = data.get(field, {})
    if not isinstance(values, Mapping) or len(values) > MAX_DEPENDENCIES:
        raise ManifestError(
            f"`{field}` must be an object of at most {MAX_DEPENDENCIES} plugins, such as "
            '{"calendar": ">=1.2,<2"}.',
            where=field,
        )
    found: dict[str, str] = {}
    for name, versions in values.items():
        where = f"{field}.{name}"[:MAX_TEXT]
        try:
            plugin = plugin_id(name) if isinstance(name, str) else plugin_id("")
        except ValueError as error:
            raise ManifestError(str(error), where=where) from None
        if plugin == identity:
            raise ManifestError("A plugin cannot depend on itself.", where=where)
        if plugin in found:
            raise ManifestError(f"{plugin!r} is named twice.", where=where)
        found[plugin] = _range(versions, where)
    return found


def _range(versions: object, where: str) -> str:
    # Whether it is a range that can be understood is found out by who compares versions.
    if not isinstance(versions, str) or len(versions) > MAX_TEXT or not versions.isprintable():
        raise ManifestError(
            "A range of versions is text such as '>=1.2,<2', or '' for any.", where=where
        )
    return versions.strip()


def _entrypoint(value: object) -> str:
    # The design writes "/plugins/custom-analytics/index.js": a leading slash means the package.
    path = value.lstrip("/") if isinstance(value, str) else ""
    parts = path.split("/")
    is_plain = path.isprintable() and len(path) <= MAX_TEXT and "\\" not in path
    if not path or not is_plain or any(part in {"", ".", ".."} for part in parts):
        raise ManifestError(
            "`entrypoint` must be a path inside the package, such as 'main.ts'.", where="entrypoint"
        )
    return path


def _settings(value: object) -> Mapping[str, Any] | None:
    # What stands in it is read by the hub, which knows JSON Schema; here it is one more object.
    if value is not None and not isinstance(value, Mapping):
        raise ManifestError("`settings` must be a JSON Schema of type object.", where="settings")
    return value


def _tables(value: object) -> Mapping[str, Any] | None:
    if value is None:
        return None
    read_tables(value)
    return cast("Mapping[str, Any]", value)


def _api(value: object) -> int | str:
    if not is_range(value):
        raise ManifestError(
            "`api` must be a major version such as 1, or a range such as '>=1.2' or '^1.2'.",
            where="api",
        )
    wanted = cast("int | str", value)
    if not admits(wanted):
        raise ManifestError(
            f"`api` is {wanted!r}, and this hub speaks version {API_VERSION}.",
            where="api",
            next="Install a release of the plugin made for this version, or a newer hub.",
        )
    return wanted
