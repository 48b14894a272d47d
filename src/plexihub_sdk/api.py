"""What a sandboxed plugin finds under `plugin.api`: one table for every language.

Python's `plugin.api` is made of it; `make generate` writes TypeScript's types (`sdk-js/api.ts`) and
what the Deno guest makes its own of (`guest-deno/api_table.ts`). Names of parameters are those on
the wire, camelCase; Python spells them in snake_case. What a method takes and who may call it is
decided by the gateway: a test compares the two.
"""

from __future__ import annotations

from plexihub_sdk.api_admin import ADMIN_API
from plexihub_sdk.api_method import ApiMethod, Param, option
from plexihub_sdk.permissions import (
    DATA_READ,
    DATA_WRITE,
    EVENTS_EMIT,
    FILES_OWN,
    FILES_READ,
    MESSAGES_WRITE,
    NETWORK_FETCH,
    STORAGE_OWN,
    UI_RENDER,
)

__all__ = ("API", "ApiMethod", "Param")

_MODEL = Param("model", "string", "Its name among what can be read, such as `messages`.")
_ID = Param("id", "string", "Its key.")
_KEY = Param("key", "string", "Printable text of at most 200 characters.")
_TTL = option("ttl", "number", "Seconds until it ends; it stays where this is left out.")
_IF_VERSION = option("ifVersion", "number", "Only where it has this version now.")
_LIMIT = option("limit", "number", "How many at most: 100, up to 1,000.")


_STORAGE: tuple[tuple[str, str, tuple[Param, ...], str], ...] = (
    ("get", "Answer the value under a key, or null", (_KEY,), "t.Value"),
    (
        "entry",
        "Answer the value under a key with its version and its end, or null",
        (_KEY,),
        "t.StorageEntry | null",
    ),
    (
        "set",
        "Keep a value under a key, and answer its version",
        (
            _KEY,
            Param("value", "t.Json", "Any JSON, of 64 KiB at most."),
            _TTL,
            _IF_VERSION,
            option("ifAbsent", "boolean", "Only where there is nothing under the key now."),
        ),
        "{ version: number }",
    ),
    (
        "delete",
        "Delete the value under a key, and tell whether there was one",
        (_KEY, _IF_VERSION),
        "boolean",
    ),
    (
        "list",
        "List values by key, as many as one answer holds",
        (
            option("prefix", "string", "How the keys begin."),
            option("after", "string", "Only keys behind this one: `next` of the page before."),
            _LIMIT,
        ),
        "t.StoragePage",
    ),
    (
        "increment",
        "Add to a whole number, which is 0 at first, and answer the sum",
        (_KEY, option("by", "number", "How much; 1 where it is left out."), _TTL),
        "number",
    ),
)


def _storage(space: str, whose: str) -> tuple[ApiMethod, ...]:
    """Make the methods of one compartment of values."""
    return tuple(
        ApiMethod(
            path=f"{space}.{verb}",
            name=f"{space}.{verb}",
            doc=f"{doc}; {whose}.",
            permission=STORAGE_OWN,
            params=params,
            returns=returns,
        )
        for verb, doc, params, returns in _STORAGE
    )


_TABLE = Param("table", "string", "Its name in `tables` of plugin.json.")
_WHERE = Param("where", "t.Where", "Conditions by column, which must all hold.")
_TABLES: tuple[tuple[str, str, tuple[Param, ...], str], ...] = (
    (
        "find",
        "Find rows of a table of the plugin's own.",
        (
            _TABLE,
            option("where", "t.Where", "Conditions by column, which must all hold."),
            option("order", "string[]", "Columns, a leading `-` for descending."),
            _LIMIT,
            option("offset", "number", "How many to pass over."),
        ),
        "t.TableRow[]",
    ),
    (
        "count",
        "Count rows of a table of the plugin's own.",
        (_TABLE, option("where", "t.Where", "Conditions by column, which must all hold.")),
        "number",
    ),
    (
        "insert",
        "Store a row in a table of the plugin's own, and answer it.",
        (_TABLE, Param("values", "Record<string, t.Json>", "By column; `id` may be left out.")),
        "t.TableRow",
    ),
    (
        "update",
        "Change rows of a table of the plugin's own, and answer how many.",
        (_TABLE, _WHERE, Param("changes", "Record<string, t.Json>", "New values by column.")),
        "number",
    ),
    (
        "delete",
        "Delete rows of a table of the plugin's own, and answer how many.",
        (_TABLE, _WHERE),
        "number",
    ),
)


_PATH = Param("path", "string", "Such as `reports/2026.csv`, below the plugin's folder.")
_ENCODING = option("encoding", '"text" | "base64"', "How the content is written here: as text.")
_RANGE = (
    _ENCODING,
    option("offset", "number", "First byte: 0."),
    option("length", "number", "How many bytes at most: 3,000,000."),
)
_FILES: tuple[tuple[str, str, tuple[Param, ...], str], ...] = (
    (
        "read",
        "Read a file of the plugin's own, or a part of it.",
        (_PATH, *_RANGE),
        "t.FileContent",
    ),
    (
        "write",
        "Write a file of the plugin's own, whole or not at all, and answer its size.",
        (
            _PATH,
            Param("content", "string", "Of 3,000,000 bytes at most."),
            _ENCODING,
            option("append", "boolean", "Add it to what is there."),
            option("ifAbsent", "boolean", "Only where there is no such file now."),
        ),
        "{ size: number }",
    ),
    (
        "list",
        "List the plugin's own files by path.",
        (
            option("prefix", "string", "How the paths begin."),
            option("after", "string", "Only paths behind this one: `next` of the page before."),
            _LIMIT,
        ),
        "t.FilePage",
    ),
    (
        "delete",
        "Delete a file of the plugin's own, and tell if there was one.",
        (_PATH,),
        "boolean",
    ),
    ("stat", "Tell about a file of the plugin's own, or null.", (_PATH,), "t.FileFacts | null"),
)


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
    *_storage("storage", "the plugin's own"),
    *_storage("storage.mine", "of the person for whom it works now"),
    *(
        ApiMethod(
            path=f"tables.{verb}",
            name=f"tables.{verb}",
            doc=doc,
            permission=STORAGE_OWN,
            params=params,
            returns=returns,
        )
        for verb, doc, params, returns in _TABLES
    ),
    *(
        ApiMethod(
            path=f"files.{verb}",
            name=f"files.{verb}",
            doc=doc,
            permission=FILES_OWN,
            params=params,
            returns=returns,
        )
        for verb, doc, params, returns in _FILES
    ),
    ApiMethod(
        path="files.open",
        name="files.open",
        doc="Read a file that the person for whom it works has uploaded, or a part of it.",
        permission=FILES_READ,
        params=(Param("id", "string", "Of the upload."), *_RANGE),
        returns="t.Upload",
    ),
    *ADMIN_API,
)
