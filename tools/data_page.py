"""Writes `docs/plugin-guide/data.md`: what plugins read and write for a person, from the code."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from plexihub.services.own_data import FILES, USERS, OwnRow
from plexihub.services.query.functions import SQL_FUNCTIONS
from plexihub.services.query.port import ReadLimits
from plexihub_plugins.chat.data import (
    CHANNELS,
    MEMBERSHIPS,
    MESSAGES,
    REACTIONS,
    ChannelWriter,
    MessageWriter,
)
from plexihub_plugins.dashboards.data import DASHBOARDS, DashboardWriter
from plexihub_sdk.data import Readable, Writer

OFFERED: tuple[tuple[Readable, type[Writer] | None], ...] = (
    (USERS, OwnRow),
    (FILES, None),
    (CHANNELS, ChannelWriter),
    (MESSAGES, MessageWriter),
    (MEMBERSHIPS, None),
    (REACTIONS, None),
    (DASHBOARDS, DashboardWriter),
)
_HEAD = """\
# People's data

<!-- Written by `make generate` from the code; not edited by hand. -->

A sandboxed plugin works for a person, and reads and writes what is theirs. With `data:read`:

```ts
const [me] = await plugin.api.query("SELECT * FROM users WHERE id = $1", [userId]);
const today = await plugin.api.query(
  `SELECT c.name, count(*) AS messages
   FROM messages m JOIN channels c ON c.id = m.channel_id
   WHERE m.created_at >= $1 GROUP BY c.id ORDER BY 2 DESC LIMIT 10`,
  [new Date(Date.now() - 86_400_000).toISOString()],
);
const where = { author_id: userId };
const mine = await plugin.api.data.find("messages", where, { order: "-seq", limit: 20 });
```

With `data:write`, by the same actions as on the hub's own pages, hooks and events included:

```ts
const values = { channel_id: channel, text: "Good morning" };
const said = await plugin.api.data.create("messages", values);
await plugin.api.data.save("messages", said.id, { text: "Good evening" });
await plugin.api.data.delete("messages", said.id);
```

A permission may name its models: `{"name": "data:read", "models": ["messages", "channels"]}`.

## Rules

- One `SELECT` (or `VALUES`): joins, sub-queries, `UNION`, `WITH` and window functions are fine; it
  may not refer to itself (`WITH RECURSIVE`), and it changes nothing.
- Values are `$1`, `$2` and so on, in any order and as often as you like; each that is given is
  used. They are text, numbers, true, false or null. Never put a value into the text.
- Rows are objects by column, as the statement names them: give what you compute a name with `AS`.
  Times are ISO 8601 in UTC and compare as text; yes and no are 1 and 0; JSON is text, for
  `JSON.parse` or `->>`.
- A table holds the rows of the person for whom the plugin works now, whatever the statement says.
  Where nobody is there, in a job or a timer, nothing of people can be read or written.
- A plugin writes as the person and never as the administrator whom that person may be.
- What is refused rejects with `PermissionDenied`, what is wrong with `PlexiHubError`; the message
  says which name, value or function it was. Nothing of a row is ever in it.
- Each query is on record with its text and without its values; each write with the row before and
  after.
"""


def text() -> str:
    """Write the page."""
    return "\n".join(
        (_HEAD, *_limits(), *(line for one in OFFERED for line in _section(*one)), *_tail())
    )


def _limits() -> Iterator[str]:
    limits = ReadLimits()
    yield "## Limits\n"
    yield "| of one query | |\n|---|---|"
    yield f"| processor time | {limits.cpu_seconds:.0f} s, and the deadline of the call |"
    yield f"| rows | {limits.rows}; more is an error, so say `LIMIT` |"
    yield f"| text of the answer | {limits.answer_bytes // 1024} KB |"
    yield f"| one value on the way | {limits.value_bytes // 1024} KB |"
    yield f"| the statement | {limits.sql_bytes // 1024} KB |"
    yield "| at one time, of one plugin | 2; 16 with those that wait |\n"
    yield "Functions: " + ", ".join(f"`{name}`" for name in sorted(SQL_FUNCTIONS)) + ".\n"
    yield "## Tables\n"


def _section(readable: Readable, writer: type[Writer] | None) -> Iterator[str]:
    yield f"### `{readable.name}`\n"
    yield f"{readable.doc}\n"
    columns = (
        f"`{one.name}`" + ("" if one.kind == "text" else f" ({one.kind})")
        for one in readable.columns
    )
    yield f"Columns: {', '.join(columns)}.\n"
    for name in ("create", "save", "delete"):
        if writer is not None and name in vars(writer):
            says = (inspect.getdoc(vars(writer)[name]) or "").split("\n", 1)[0]
            yield f"- `{name}`: {says}"
    if writer is not None:
        yield ""


def _tail() -> Iterator[str]:
    yield """\
## Changing what people see

A person's own query (`POST /api/v1/query` with `{"query": "messages", "filters": {…}}`) runs the
hook `data.fetching`, in a sandboxed plugin `onDataFetch`: it is handed `query`, `filters` and,
where `data:read` lets it, the rows as `transformedData`; the `transformedData` that it returns is
what the person sees. `GET /api/v1/readables` lists what can be queried.

## Offering rows of your own

A trusted plugin offers its tables by `context.get_service("data").offer(Readable(...))`, with a
`writer` where they can be written: see `plexihub_sdk/data.py`. The offer ends with the plugin."""
    yield ""
