"""What a sandboxed plugin finds under `plugin.api`: one table for every language.

Python's `plugin.api` is made of it; `make generate` writes TypeScript's types (`sdk-js/api.ts`) and
what the Deno guest makes its own of (`guest-deno/api_table.ts`). Names of parameters are those on
the wire, camelCase; Python spells them in snake_case. What a method takes and who may call it is
decided by the gateway: a test compares the two.
"""

from __future__ import annotations

from plexihub_sdk.api_admin import ADMIN_API
from plexihub_sdk.api_keep import KEEP_API
from plexihub_sdk.api_method import ApiMethod, Param, option
from plexihub_sdk.permissions import (
    DATA_READ,
    DATA_WRITE,
    EVENTS_EMIT,
    MESSAGES_WRITE,
    NETWORK_FETCH,
    UI_RENDER,
)

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
            Param("params", "t.Param[]", "The values, in this order.", optional=True),
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
            Param("where", "t.Where", "Conditions by column, which must all hold.", optional=True),
            option("order", "string", "A column; `-` before it puts the largest first."),
            option("limit", "number", "The most rows, 1 to 1000; 100 when left out."),
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
        path="fetch",
        name="network.fetch",
        doc="Call another machine, within the hosts that were granted.",
        permission=NETWORK_FETCH,
        params=(
            Param("url", "string", "An address; `{{secret:NAME}}` may stand in its query."),
            option("method", "string", "`GET` where it is absent."),
            option(
                "headers",
                "Record<string, string>",
                "Values may hold `{{secret:NAME}}`, which the hub fills in.",
            ),
            option("body", "string", "Text, or base64 where `base64` says so."),
            option("base64", "boolean", "Whether `body` is base64."),
            option("json", "unknown", "A value to send in place of a body."),
            option("redirect", '"follow" | "manual" | "error"', "`follow` where absent."),
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
            Param("component", "string", "Of the hub's kit, such as `Text`, or of its own."),
            Param("props", "Record<string, unknown>", "What the component shows.", optional=True),
            Param("id", "string", "Unique within the plugin.", optional=True),
            Param("title", "string", "Heading of the card.", optional=True),
        ),
        returns="{ id: string }",
        spread=True,
    ),
    ApiMethod(
        path="messages.post",
        name="messages.post",
        doc="Write in a channel, as the plugin.",
        permission=MESSAGES_WRITE,
        params=(
            Param(
                "channelId",
                "string",
                "Of which the person is a member; for nobody, one that was opened to the plugin.",
            ),
            Param("text", "string", "Markdown; may be left out beside blocks.", optional=True),
            Param("blocks", "t.Block[]", "Buttons, fields and more.", optional=True),
            Param("threadId", "string | null", "The message that it answers.", optional=True),
        ),
        returns="{ id: string }",
        spread=True,
    ),
    ApiMethod(
        path="messages.update",
        name="messages.update",
        doc="Give a message of the plugin's another text or other blocks.",
        permission=MESSAGES_WRITE,
        params=(
            Param("messageId", "string", "Of a message that this plugin wrote."),
            Param("text", "string | null", "From now on; absent leaves it.", optional=True),
            Param("blocks", "t.Block[] | null", "From now on; absent leaves them.", optional=True),
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
    ApiMethod(
        path="settings.get",
        name="settings.get",
        doc="Read the plugin's own settings; of secrets, which are set.",
        permission=None,
        returns="t.Settings",
    ),
    *ADMIN_API,
    *KEEP_API,
)
