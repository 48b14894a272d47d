"""What TypeScript knows of `plugin.api`: types for authors, and the table of the Deno guest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from plexihub_sdk.api import API
from plexihub_sdk.api_method import ApiMethod, Param
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
        json.dumps([camel(method.path), method.name, _placed(method), bool(_options(method))])
        for method in API
    )
    return joined(
        [
            f"/** The methods of `plugin.api`. {_NOTE} */",
            "",
            "// deno-fmt-ignore-file",
            "",
            "/** Its place, the gateway's method, what is given by place, if an object follows. */",
            "export type Row = readonly [string, string, readonly string[], boolean];",
            "",
            "export const METHODS: readonly Row[] = [",
            *(f"  {row}," for row in rows),
            "];",
        ]
    )


def _options(method: ApiMethod) -> list[Param]:
    return [one for one in method.params if method.spread or one.option]


def _placed(method: ApiMethod) -> list[str]:
    return [one.name for one in method.params if not (method.spread or one.option)]


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
        space = method.path.rpartition(".")[0]
        for end in [at for at, sign in enumerate(space) if sign == "."]:
            spaces.setdefault(space[:end], [])
        spaces.setdefault(space, []).append(method)
    for space, methods in spaces.items():
        yield from _head_of(space)
        for method in methods:
            yield from _method(method)
        for inner in spaces:
            if inner and inner.rpartition(".")[0] == space:
                yield f"  /** `plugin.api.{camel(inner)}`. */"
                yield f"  readonly {camel(inner.rpartition('.')[2])}: {_kind(inner)};"
        if not space:
            yield "  /** Call any method of the gateway by its name, such as `events.emit`. */"
            yield "  call(method: string, params?: object): Promise<unknown>;"
        yield "}"
        yield ""


def _head_of(space: str) -> Iterator[str]:
    if space:
        yield f"/** `plugin.api.{camel(space)}`. */"
        yield f"export interface {_kind(space)} {{"
    else:
        yield "/**"
        yield " * The hub's methods. Each is checked against what was granted, and recorded;"
        yield " * a refusal rejects with `PermissionDenied`, else with `PlexiHubError`."
        yield " */"
        yield "export interface Api {"


def _kind(space: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[_.]", space)) + "Api"


def _method(method: ApiMethod) -> Iterator[str]:
    takes = f" Takes `{method.permission}`." if method.permission else ""
    yield "  /**"
    yield f"   * {method.doc}{takes}"
    yield "   *"
    options = _options(method)
    for one in () if method.ts else method.params:
        spelled = f"options.{one.name}" if one in options else one.name
        yield f"   * @param {spelled} {one.doc}"
    yield "   */"
    if method.ts:
        yield f"  {method.ts}"
        return
    name = camel(method.path.rpartition(".")[2])
    given = [_param(one) for one in method.params if one not in options]
    if options:
        fields = "; ".join(map(_param, options))
        sign = "?" if all(one.optional for one in options) else ""
        given.append(f"options{sign}: {{ {fields} }}")
    yield f"  {name}({', '.join(given)}): Promise<{method.returns}>;"


def _param(one: Param) -> str:
    return f"{one.name}{'?' if one.optional else ''}: {one.ts}"
