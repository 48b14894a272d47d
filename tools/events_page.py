"""The reference page of hooks and events: `docs/plugin-guide/events.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plexihub_sdk.events import EVENTS
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import HOOKS
from tools.catalogue import description_of, fields_of, is_none, joined, payloads, spelled
from tools.catalogue_words import words_of

_HEAD = """\
# Hooks and events

A **hook** (`noun.verbing`) is asked before something happens. Its handler may change the payload,
or raise `Veto("reason")`: then it does not happen, and the person reads the reason. An **event**
(`noun.verbed`) is told after it happened and is committed.

    from plexihub_sdk.errors import Veto

    class GreetingPlugin:
        def __init__(self, context):
            events = context.get_service("events")
            events.on("message.creating", self.check, priority=5)
            events.on("message.created", self.count)

        def check(self, draft):
            if "secret" in draft["text"]:
                raise Veto("That stays here.")
            draft["text"] = draft["text"].strip()

        async def count(self, data):
            ...

- **Order.** The hub's handlers, then trusted plugins, then sandboxed ones; within a tier the higher
  `priority` first, then the one that was registered first.
- **Change.** Change the payload in place, or answer with a mapping of what is to change. A handler
  that leaves a key out, or a value of another type, has failed.
- **Failure.** A handler that fails or is late is recorded, and what it did to the payload is
  undone. *goes on* means that the others go on without it; *refuses* that the operation is refused.
- **Deadline.** Seconds for one handler's awaited answer; listeners of events have 30.
- **Telling.** `events.emit(name, data)` takes any name. Telling an event that has an *action* below
  makes it true: the hub does it, and tells what really happened. Other events are only told.
- **In the sandbox.** A sandboxed plugin has some hooks by a spelling of their own; others it hears
  by their own name, with the permission that stands here ([how](sandboxed.md#hooks)).
- **No end.** An event told by a listener of another one follows from it. Chains of more than 16,
  and more than 1,000 events from one, are cut and reported once; a hook runs 16 times within
  itself.
- **Writing rows.** `database.get_model("User").create(...)`, `record.save()` and `delete(...)` on
  somebody else's model run `creating`, `updating` and `deleting` first and tell `created`,
  `updated` and `deleted` after. Deleting asks about each record, a thousand at most, and all go or
  none. Columns that hold secrets are shown to nobody. A row of `Setting` is the setting: a refused
  value raises, a deleted row falls back to its default. Of a row of `Plugin` only `enabled` can be
  written, and deleting it removes the plugin. A plugin's own model asks nobody when it writes
  itself; `class Note(Model, entity="note")` gives it hooks for what others write.
- **Requests.** `request.handling` sees no cookie and no credentials, and changes headers only; who
  speaks is settled before. `response.sending` may replace headers, the policy of pages among them,
  and the body of JSON answers. The control socket passes by both, so `plexihub plugin disable`
  works whatever a plugin refuses.
- **Other machines.** `network.request(method, url, ...)` of the service `network` is watched by
  `outgoing.requesting`. Code that opens sockets by itself is not.

The same as JSON Schema: [`schemas/events.json`](../../schemas/events.json). For TypeScript:
[`sdk-js/catalogue.ts`](../../sdk-js/catalogue.ts). This page is written by `make generate`.
"""
_FAILURE = {"open": "goes on", "closed": "**refuses**"}


def text() -> str:
    """Make the page."""
    return joined([_HEAD, *_hooks(), "", *_events(), "", *_payloads()])


def _hooks() -> Iterator[str]:
    yield "## Hooks"
    yield ""
    yield "| hook | when | payload | deadline | a failing handler | in the sandbox |"
    yield "|---|---|---|---|---|---|"
    for name, hook in sorted(HOOKS.items()):
        sandbox = _in_sandbox(hook)
        yield (
            f"| `{name}` | {hook.doc} | {_link(hook)} | {hook.deadline:g} s |"
            f" {_FAILURE[hook.on_failure]} | {sandbox} |"
        )


def _events() -> Iterator[str]:
    yield "## Events"
    yield ""
    yield "| event | when | payload | told by a plugin, the hub acts | in the sandbox |"
    yield "|---|---|---|---|---|"
    for name, event in sorted(EVENTS.items()):
        sandbox = _in_sandbox(event)
        yield f"| `{name}` | {event.doc} | {_link(event)} | {event.action} | {sandbox} |"


def _in_sandbox(entry: Any) -> str:
    spelled = f"`{entry.sandbox_name}`" if entry.sandbox_name else ""
    by_name = f"with `{HEARD[entry.name]}`" if entry.name in HEARD else ""
    return ", ".join(filter(None, (spelled, by_name)))


def _link(entry: Any) -> str:
    name = entry.payload.__name__
    return f"[{name}](#{name.lower()})"


def _payloads() -> Iterator[str]:
    yield "## Payloads"
    for payload in payloads():
        yield ""
        yield f"### {payload.__name__}"
        yield ""
        yield description_of(payload)
        yield ""
        for name, hint, always in fields_of(payload):
            kind = f"{spelled(hint, _name, _shape)}{'' if always else ', may be absent'}"
            yield f"- `{name}`: {kind}. {words_of(payload, name)}"


def _name(hint: Any) -> str:
    if is_none(hint):
        return "None"
    return "anything" if hint is Any else hint.__name__


def _shape(origin: Any, inner: str) -> str:
    return f"list of {inner}" if origin is list else f"dict of {inner}"
