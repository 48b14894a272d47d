"""What TypeScript knows of `plugin.api`: types for authors, and the table of the Deno guest."""

from __future__ import annotations

import json
from collections.abc import Iterator

from plexihub_sdk.api import API, ApiMethod, Param
from plexihub_sdk.permissions import PERMISSIONS
from tools.catalogue import joined

_NOTE = "Written by `make generate`; not edited by hand."


def types() -> str:
    """Make `sdk-js/api.ts`."""
    interfaces = list(_interfaces())
    shapes = ['import type * as t from "./api_types.ts";', ""]
    used = any(": t." in line or "<t." in line for line in interfaces)
    return joined([*_head(), *(shapes if used else ()), *_permissions(), "", *interfaces])


def table() -> str:
    """Make `guest-deno/api_table.ts`."""
    rows = (
        json.dumps(
            [camel(method.path), method.name, [one.name for one in method.params], method.spread]
        )
        for method in API
    )
    return joined(
        [
            f"/** The methods of `plugin.api`. {_NOTE} */",
            "",
            "// deno-fmt-ignore-file",
            "",
            "/** Its place, the gateway's method, its parameters, and if one object has them. */",
            "export type Row = readonly [string, string, readonly string[], boolean];",
            "",
            "export const METHODS: readonly Row[] = [",
            *(f"  {row}," for row in rows),
            "];",
        ]
    )


def camel(path: str) -> str:
    """Spell a path as JavaScript does: `render_widget` is `renderWidget`."""
    first, *more = path.split("_")
    return first + "".join(part.capitalize() for part in more)


def _head() -> Iterator[str]:
    yield "/**"
    yield f" * The hub's methods for a sandboxed plugin, and the permissions. {_NOTE}"
    yield " *"
    yield " * @module"
    yield " */"
    yield ""
    yield "// deno-fmt-ignore-file"
    yield ""


def _permissions() -> Iterator[str]:
    yield "/** What a plugin can ask for; an administrator grants it or does not. */"
    yield "export type Permission ="
    for at, info in enumerate(PERMISSIONS.values(), 1):
        more = " Takes an administrator's approval." if info.admin else ""
        yield f"  /** {info.says}{more} */"
        yield f'  | "{info.name}"{";" if at == len(PERMISSIONS) else ""}'


def _interfaces() -> Iterator[str]:
    spaces: dict[str, list[ApiMethod]] = {"": []}
    for method in API:
        space, _, _name = method.path.rpartition(".")
        spaces.setdefault(space, []).append(method)
    for space, methods in spaces.items():
        if space:
            yield f"/** `plugin.api.{camel(space)}`. */"
            yield f"export interface {_kind(space)} {{"
        else:
            yield "/**"
            yield " * The hub's methods. Each is checked against what was granted, and recorded;"
            yield " * a refusal rejects with `PermissionDenied`, else with `PlexiHubError`."
            yield " */"
            yield "export interface Api {"
        for method in methods:
            yield from _method(method)
        if not space:
            for name in spaces:
                if name:
                    yield f"  /** `plugin.api.{camel(name)}`. */"
                    yield f"  readonly {camel(name)}: {_kind(name)};"
            yield "  /** Call any method of the gateway by its name, such as `events.emit`. */"
            yield "  call(method: string, params?: object): Promise<unknown>;"
        yield "}"
        yield ""


def _kind(space: str) -> str:
    return "".join(part.capitalize() for part in space.split("_")) + "Api"


def _method(method: ApiMethod) -> Iterator[str]:
    takes = f" Takes `{method.permission}`." if method.permission else ""
    yield "  /**"
    yield f"   * {method.doc}{takes}"
    yield "   *"
    for one in () if method.ts else method.params:
        spelled = f"options.{one.name}" if method.spread else one.name
        yield f"   * @param {spelled} {one.doc}"
    yield "   */"
    if method.ts:
        yield f"  {method.ts}"
        return
    name = camel(method.path.rpartition(".")[2])
    given = ", ".join(map(_param, method.params))
    if method.spread:
        fields = "; ".join(map(_param, method.params))
        given = f"options: {{ {fields} }}"
    yield f"  {name}({given}): Promise<{method.returns}>;"


def _param(one: Param) -> str:
    return f"{one.name}{'?' if one.optional else ''}: {one.ts}"
