"""What the table of `plugin.api` says of a method and of its parameters."""

from __future__ import annotations

from dataclasses import dataclass

from plexihub_sdk.permissions import Permission


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter.

    Args:
        name: On the wire, camelCase.
        ts: Its type in TypeScript; shapes (`t.…`) come from `sdk-js/api_types.ts`.
        doc: What it is, one sentence.
        optional: Whether it may be left out.
        option: Whether TypeScript takes it in one last object, as Python takes it by keyword.
    """

    name: str
    ts: str
    doc: str
    optional: bool = False
    option: bool = False


def option(name: str, ts: str, doc: str) -> Param:
    """Make a parameter that is given by its name and may be left out."""
    return Param(name, ts, doc, optional=True, option=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMethod:
    """One method of `plugin.api`.

    Args:
        path: Where it stands under `plugin.api`, snake_case: `query`, `storage.mine.get`.
        name: The gateway's method, `resource.verb`.
        doc: What it does, one sentence.
        permission: What it takes; None where every plugin may.
        params: In the order in which they are given.
        returns: Its answer's type in TypeScript.
        spread: Whether it takes one object, whose fields are the parameters.
        ts: What TypeScript's guest makes of it (`guest-deno/fetch.ts`); the usual where empty.
        since: The version of the API in which it came.
    """

    path: str
    name: str
    doc: str
    permission: Permission | None
    params: tuple[Param, ...] = ()
    returns: str = "void"
    spread: bool = False
    ts: str = ""
    since: str = "1.0"
