"""The page about `plugin.api`, for authors in both languages and for who writes a runtime."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub_sdk.api import API
from plexihub_sdk.api_method import ApiMethod, Param
from plexihub_sdk.guest.spelling import snake
from tools.api_types import camel
from tools.catalogue import joined

_HEAD = """# `plugin.api`

<!-- Written by `make generate` from the code; not edited by hand. -->

Every method that a sandboxed plugin can call, as TypeScript and as Python spell it, with the
permission that it takes. All of them answer a promise; in Python they are awaited in `async def`,
and plain functions get the value at once. What is refused rejects with `PermissionDenied`,
everything else with `PlexiHubError`, whose `code` says why (`conflict`, `invalid_input`,
`limit_exceeded`, `not_found` …).

The shapes (`t.…`) are in [`sdk-js/api_types.ts`](../../sdk-js/api_types.ts). In the
[protocol](../protocol.md) a method is called by its name at the gateway, with an object of the
parameters in TypeScript's spelling. What `fetch` may do: [the way out](../egress.md)."""


def text() -> str:
    """Make `docs/plugin-guide/api.md`."""
    return joined([_HEAD, *(line for method in API for line in _method(method))])


def _method(method: ApiMethod) -> Iterator[str]:
    yield from ("", f"## `{camel(method.path)}`", "", method.doc, "", "```")
    placed = [one for one in method.params if not (method.spread or one.option)]
    options = [one for one in method.params if method.spread or one.option]
    given = [_typed(one) for one in placed]
    if options:
        named = f"{{ {', '.join(_typed(one) for one in options)} }}"
        may_miss = all(one.optional for one in options)
        given.append(f"options?: {named}" if may_miss else f"options: {named}")
    answer = f"Promise<{method.returns}>"
    yield f"TypeScript  plugin.api.{camel(method.path)}({', '.join(given)}): {answer}"
    star = ["*"] if any(one.option for one in options) else []
    names = [*map(_python, placed), *star, *map(_python, options)]
    yield f"Python      plugin.api.{method.path}({', '.join(names)})"
    yield f"gateway     {method.name}"
    yield "```"
    yield ""
    yield f"Takes `{method.permission}`." if method.permission else "Takes no permission."
    if method.params:
        yield ""
        yield from (f"- `{one.name}`: {one.doc}" for one in method.params)


def _typed(param: Param) -> str:
    return f"{param.name}{'?' if param.optional else ''}: {param.ts}"


def _python(param: Param) -> str:
    return f"{snake(param.name)}=None" if param.optional else snake(param.name)
