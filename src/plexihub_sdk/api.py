"""What a sandboxed plugin finds under `plugin.api`: one table for every language.

Python's `plugin.api` is made of it; `make generate` writes TypeScript's types (`sdk-js/api.ts`) and
what the Deno guest makes its own of (`guest-deno/api_table.ts`). Names of parameters are those on
the wire, camelCase; Python spells them in snake_case. What a method takes and who may call it is
decided by the gateway: a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from plexihub_sdk.permissions import DATA_READ, DATA_WRITE, EVENTS_EMIT, UI_RENDER, Permission


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter.

    Args:
        name: On the wire, camelCase.
        ts: Its type in TypeScript; shapes (`t.…`) come from `sdk-js/api_types.ts`.
        doc: What it is, one sentence.
        optional: Whether it may be left out.
    """

    name: str
    ts: str
    doc: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMethod:
    """One method of `plugin.api`.

    Args:
        path: Where it stands under `plugin.api`, snake_case: `query`, `storage.get`.
        name: The gateway's method, `resource.verb`.
        doc: What it does, one sentence.
        permission: What it takes; None where every plugin may.
        params: In the order in which they are given.
        returns: Its answer's type in TypeScript.
        spread: Whether it takes one object, whose fields are the parameters.
    """

    path: str
    name: str
    doc: str
    permission: Permission | None
    params: tuple[Param, ...] = ()
    returns: str = "void"
    spread: bool = False


_MODEL = Param("model", "string", "Its name among what can be read, such as `messages`.")
_ID = Param("id", "string", "Its key.")

API: tuple[ApiMethod, ...] = (
    ApiMethod(
        path="query",
        name="data.query",
        doc="Read with one SELECT what belongs to the person it works for.",
        permission=DATA_READ,
        params=(
            Param("sql", "string", "With `$1`, `$2` and so on in the place of values."),
            Param("params", "t.Value[]", "The values, in this order.", optional=True),
        ),
        returns="t.Row[]",
    ),
    ApiMethod(
        path="data.find",
        name="data.find",
        doc="Read rows of one model that belong to the person it works for.",
        permission=DATA_READ,
        params=(
            _MODEL,
            Param("where", "t.Where", "Columns and their values.", optional=True),
            Param(
                "order", "string", "A column; `-` before it puts the largest first.", optional=True
            ),
            Param("limit", "number", "The most rows, 1 to 1000; 100 when left out.", optional=True),
        ),
        returns="t.Row[]",
    ),
    ApiMethod(
        path="data.create",
        name="data.create",
        doc="Store a new row for the person, and answer it.",
        permission=DATA_WRITE,
        params=(_MODEL, Param("values", "t.Values", "Columns and their values.")),
        returns="t.Row",
    ),
    ApiMethod(
        path="data.save",
        name="data.save",
        doc="Change a row of the person's, and answer it.",
        permission=DATA_WRITE,
        params=(_MODEL, _ID, Param("changes", "t.Values", "Columns and their new values.")),
        returns="t.Row",
    ),
    ApiMethod(
        path="data.delete",
        name="data.delete",
        doc="Delete a row of the person's.",
        permission=DATA_WRITE,
        params=(_MODEL, _ID),
    ),
    ApiMethod(
        path="emit",
        name="events.emit",
        doc="Tell an event of the plugin's own.",
        permission=EVENTS_EMIT,
        params=(
            Param("name", "string", "Heard by others as `plugin.<id>.<name>`."),
            Param("data", "unknown", "What they are told.", optional=True),
        ),
    ),
    ApiMethod(
        path="render_widget",
        name="ui.render_widget",
        doc="Show a widget on every dashboard until the plugin stops.",
        permission=UI_RENDER,
        params=(
            Param("component", "string", "`Text`, `Stat`, `List`, `Chart`, or a name of its own."),
            Param("props", "Record<string, unknown>", "What the component shows.", optional=True),
            Param("id", "string", "Unique within the plugin.", optional=True),
            Param("title", "string", "Heading of the card.", optional=True),
        ),
        returns="{ id: string }",
        spread=True,
    ),
)
