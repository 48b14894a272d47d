"""The page of every error: `docs/plugin-guide/errors.md`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache

import plexihub
from plexihub.services.http.errors import STATUS
from plexihub_sdk.errors import InputError, PackageError, PlexiHubError, PluginError, every_error
from plexihub_sdk.wire import crossing_errors
from tools.catalogue import joined

#: What whoever meets the code does next. An error that has a `next` of its own says it better.
REMEDIES: dict[str, str] = {
    "error": "Read the message; the hub's log has more.",
    "invalid_input": "Correct the field that `where` names.",
    "not_found": "Look at the name or id; it may be gone, or not be yours to see.",
    "conflict": "Read what is there now, and decide anew.",
    "dependency": "Install or enable the plugin that the message names, in that version.",
    "too_large": "Send less, or raise the limit that the message names.",
    "input_refused": "Send what `pluginInputSchema` of the plugin describes.",
    "unauthenticated": "Sign in, or send a token.",
    "bad_credentials": "Try again; an administrator can set a new password.",
    "second_factor_required": "Send the ticket with the answer to what is asked.",
    "second_factor_failed": "Try again with the code that is shown now.",
    "second_factor_expired": "Sign in with the password again.",
    "permission_denied": "Ask for the permission in the manifest; an administrator grants it.",
    "consent_needed": "Read what the plugin uses, and type the sentence of consent.",
    "csrf_failed": "Reload the page and try again.",
    "blocked": "If it was meant well, tell an administrator the trace id.",
    "refused": "A plugin refused the request; the message has its reason.",
    "method_not_allowed": "Use one of the methods that the header `Allow` names.",
    "vetoed": "A plugin refused the operation; the message has its reason.",
    "too_many_requests": "Wait as many seconds as the header `Retry-After` says.",
    "limit_exceeded": "Do less of it; `plexihub plugin limits ID` shows and raises limits.",
    "busy": "Try again in a moment; keep units of work short.",
    "plugin_error": "Look at the plugin's page, or `plexihub plugin doctor ID`.",
    "payload_invalid": "Answer what the hook declares: [hooks and events](events.md).",
    "plugin_load_failed": "Mend the line that the message names; `plexihub plugin doctor` helps.",
    "plugin_unavailable": "Enable it, or wait until it has started again.",
    "plugin_crashed": "Look at `plexihub plugin logs ID`; it is started again by itself.",
    "plugin_timeout": "Answer within the limit `call_seconds`; move long work to a job.",
    "plugin_raised": "Mend the plugin: the message is its own, its log has the stack.",
    "protocol_error": "Use an SDK of this hub's version; see [the protocol](../protocol.md).",
    "package_error": "Mend the package where `where` says; `plexihub plugin validate` tells all.",
    "manifest_invalid": "Correct the field of `plugin.json` that `where` names.",
    "config_invalid": "Give a value of the type and bounds that the message names.",
    "startup_failed": "Do what the message says, and start the hub again.",
    "network_failed": "Try again later; the other machine did not answer.",
    "backup_failed": "Make room, or mend what the message names; nothing was replaced.",
    "backup_damaged": "Use another backup; `plexihub backup verify` tells which are whole.",
    "not_recorded": "Replay with the files that were recorded, or record the call anew.",
}
_TRUNKS = (
    (InputError, "Who asked", "The data, or the rights of whoever asked."),
    (PluginError, "The plugin", "A plugin crashed, was late, or broke a rule."),
    (PackageError, "The package", "What was downloaded or handed over."),
    (PlexiHubError, "Others", "Neither of these."),
)
#: Modules that do something when they are imported.
_RUN = {"scaffold", "migrations", "__main__"}
_HEAD = """# Errors

<!-- Written by `make generate` from the code; not edited by hand. -->

Every error says what was wrong, and where it can, *where* and *what to do next*. Its `code` is
stable: compare that, never the message. Over HTTP it is

    {"error": {"code": "not_found", "message": "…", "where": "…", "next": "…"}}

with the status below; on the command line with `--json` the same, on standard error. A fault of the
hub's own has the code `internal` and status 500: `where` is the trace id, under which the hub's log
has the rest.

In a plugin: `from plexihub_sdk.errors import PermissionDenied, PlexiHubError`, or in TypeScript the
globals `PermissionDenied`, `PlexiHubError` and `Veto`. Errors marked ● reach a sandboxed plugin; in
Python as the class that stands here, in TypeScript as `PlexiHubError` with the `code` (a refusal as
`PermissionDenied`). A refusal is the one that most plugins answer on its own:

```python
from plexihub_sdk.errors import PermissionDenied, PlexiHubError


async def on_action_execute(context, plugin):
    try:
        await plugin.api.storage.set("seen", context["action"])
    except PermissionDenied as refusal:
        return {"result": f"Without {refusal.permission} nothing is kept."}
    except PlexiHubError as error:
        return {"result": f"{error.code}: {error.message}"}
    return {"result": "kept"}
```"""


def text() -> str:
    """Make the page."""
    return joined([_HEAD, *_sections()])


@cache
def known_errors() -> dict[str, type[PlexiHubError]]:
    """Map each code to its class, over every module of the product."""
    for module in pkgutil.walk_packages(plexihub.__path__, "plexihub."):
        if not _RUN.intersection(module.name.split(".")):
            importlib.import_module(module.name)
    product = ("plexihub.", "plexihub_sdk.")
    found = every_error().items()
    return {code: cls for code, cls in found if cls.__module__.startswith(product)}


def _sections() -> Iterator[str]:
    left = dict(sorted(known_errors().items()))
    for trunk, title, says in _TRUNKS:
        mine = {code: cls for code, cls in left.items() if issubclass(cls, trunk)}
        left = {code: cls for code, cls in left.items() if code not in mine}
        yield from ("", f"## {title}", "", says, "")
        yield "| code | class | it means | what to do | HTTP |"
        yield "|---|---|---|---|---|"
        yield from (_row(code, cls) for code, cls in mine.items())


def _row(code: str, cls: type[PlexiHubError]) -> str:
    mark = " ●" if code in crossing_errors() else ""
    means = inspect.cleandoc(cls.__doc__ or "").partition("\n")[0].replace("|", "\\|")
    status = STATUS.get(code, "")
    return f"| `{code}` | `{cls.__name__}`{mark} | {means} | {REMEDIES[code]} | {status} |"
