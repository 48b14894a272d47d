"""What a sandboxed plugin finds under `plugin.api`: one table for every language.

Python's `plugin.api` is made of it; `make generate` writes TypeScript's types (`sdk-js/api.ts`) and
what the Deno guest makes its own of (`guest-deno/api_table.ts`). Names of parameters are those on
the wire, camelCase; Python spells them in snake_case. What a method takes and who may call it is
decided by the gateway: a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from plexihub_sdk.permissions import EVENTS_EMIT, NETWORK_FETCH, UI_RENDER, Permission


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
        ts: What TypeScript's guest makes of it (`guest-deno/fetch.ts`); the usual where empty.
    """

    path: str
    name: str
    doc: str
    permission: Permission | None
    params: tuple[Param, ...] = ()
    returns: str = "void"
    spread: bool = False
    ts: str = ""


API: tuple[ApiMethod, ...] = (
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
        path="fetch",
        name="network.fetch",
        doc="Call another machine, within the hosts that were granted.",
        permission=NETWORK_FETCH,
        params=(
            Param("url", "string", "An address; `{{secret:NAME}}` may stand in its query."),
            Param("method", "string", "`GET` where it is absent.", optional=True),
            Param(
                "headers",
                "Record<string, string>",
                "Values may hold `{{secret:NAME}}`, which the hub fills in.",
                optional=True,
            ),
            Param("body", "string", "Text, or base64 where `base64` says so.", optional=True),
            Param("base64", "boolean", "Whether `body` is base64.", optional=True),
            Param("json", "unknown", "A value to send in place of a body.", optional=True),
            Param(
                "redirect", '"follow" | "manual" | "error"', "`follow` where absent.", optional=True
            ),
        ),
        returns="t.Fetched",
        ts="fetch(url: string | URL, init?: t.FetchInit): Promise<t.Answer>;",
    ),
    ApiMethod(
        path="network.read",
        name="network.read",
        doc="Read the next part of an answer that did not come at once.",
        permission=None,
        params=(Param("handle", "string", "Of the answer."),),
        returns="t.Part",
    ),
    ApiMethod(
        path="network.close",
        name="network.close",
        doc="Give up the rest of an answer.",
        permission=None,
        params=(Param("handle", "string", "Of the answer."),),
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
    ApiMethod(
        path="audit.log",
        name="audit.log",
        doc="Put something on record, in the plugin's own name.",
        permission=None,
        params=(
            Param("eventType", "string", "A noun and a verb, such as `plugin.execution`."),
            Param("action", "string", "What was done, such as the name of the hook."),
            Param("result", '"success" | "failure" | "denied"', "How it ended."),
            Param("userId", "string | null", "For whom, as the plugin has it.", optional=True),
            Param("resource", "string", "What it was done to.", optional=True),
            Param(
                "severity",
                '"low" | "medium" | "high" | "critical"',
                "How grave it is.",
                optional=True,
            ),
            Param(
                "metadata",
                "Record<string, unknown>",
                "Further facts, of 4 KiB at most; never a secret.",
                optional=True,
            ),
        ),
        spread=True,
    ),
)
