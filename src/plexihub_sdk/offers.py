"""What a sandboxed plugin offers in `plugin.json`: jobs, routes, commands, buttons at messages.

    "jobs": [{"id": "digest", "cron": "0 8 * * 1"}],
    "routes": [{"method": "GET", "path": "/status", "description": "How it is"}],
    "commands": [{"name": "poll", "description": "Ask everybody", "hint": "Tea? | yes | no"}],
    "messageActions": [{"id": "keep", "label": "Keep", "icon": "bookmark"}]

Each of them calls one handler of the plugin: `onJob`, `onRequest`, `onCommand`, `onActionExecute`.
A trusted plugin registers the same with the services, and is refused these fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub_sdk.errors import InputError, ManifestError
from plexihub_sdk.permissions import COMMANDS_OFFER, HTTP_SERVE, SCHEDULE_RUN, Permission
from plexihub_sdk.shape import Choice, Many, Number, Part, Record, Text

LEAST_SECONDS = 60
_ID = Text(most=64, pattern=r"[a-z][a-z0-9-]*", like="weekly-digest")
_LINE = Text(most=120)

#: By the field of `plugin.json`.
OFFERS: dict[str, Record] = {
    "jobs": Record(
        "JobOffer",
        "Code that runs at its times.",
        (
            Part("id", _ID, "Unique within the plugin."),
            Part("cron", Text(most=100), "Five fields, such as `0 8 * * 1`.", optional=True),
            Part(
                "seconds",
                Number(least=LEAST_SECONDS, most=366 * 24 * 3600),
                "Or the time from one run to the next.",
                optional=True,
            ),
            Part("timezone", Text(most=64), "Of the cron line; UTC by default.", optional=True),
            Part("name", _LINE, "For people; the id by default.", optional=True),
            Part(
                "missed",
                Choice(("run", "skip")),
                "What becomes of a run that is late since the hub was off; `run` by default.",
                optional=True,
            ),
        ),
    ),
    "routes": Record(
        "RouteOffer",
        "An address below `/api/v1/<plugin>`, for people who are signed in.",
        (
            Part("method", Choice(("GET", "POST", "PUT", "PATCH", "DELETE")), "Of the call."),
            Part(
                "path",
                Text(most=200, pattern=r"(/(?!\.{1,2}(/|\Z))[A-Za-z0-9._~{}-]+)+", like="/status"),
                "`{name}` stands for one segment.",
            ),
            Part("description", _LINE, "Shown in OpenAPI.", optional=True),
        ),
    ),
    "commands": Record(
        "CommandOffer",
        "A word after a slash that people type in the chat.",
        (
            Part(
                "name",
                Text(most=32, pattern=r"[a-z][a-z0-9-]*", like="poll"),
                "Without the slash.",
            ),
            Part("description", _LINE, "What it does."),
            Part("hint", _LINE, "What may follow it.", optional=True),
        ),
    ),
    "messageActions": Record(
        "MessageActionOffer",
        "A button beside every message of the chat.",
        (
            Part("id", _ID, "The action that `onActionExecute` is called with."),
            Part("label", Text(most=100), "Its name."),
            Part("icon", Text(most=40), "Name from the hub's icon set.", optional=True),
        ),
    ),
}
#: The handler that each field needs, and the permission.
NEEDS: dict[str, tuple[str, Permission]] = {
    "jobs": ("onJob", SCHEDULE_RUN),
    "routes": ("onRequest", HTTP_SERVE),
    "commands": ("onCommand", COMMANDS_OFFER),
    "messageActions": ("onActionExecute", COMMANDS_OFFER),
}
#: Handlers that are called for their own plugin alone, so they stand in no table of hooks.
HANDLERS = ("onJob", "onRequest", "onCommand")
MOST = 50
_KEYS = {"routes": ("method", "path"), "commands": ("name",)}


def read_offers(data: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Read what a manifest offers; what is empty is left out.

    Raises:
        ManifestError: A part of it is wrong; `where` names it.
    """
    found = {}
    for field, record in OFFERS.items():
        if field not in data:
            continue
        value = list(data[field]) if isinstance(data[field], tuple) else data[field]
        try:
            Many(of=record, most=MOST).check(value, field)
        except InputError as error:
            raise ManifestError(error.message, where=error.where, next=error.next) from None
        _refuse_twins(field, value)
        if value:
            found[field] = [dict(one) for one in value]
    for index, job in enumerate(found.get("jobs", ())):
        if ("cron" in job) == ("seconds" in job):
            raise ManifestError(
                "A job has `cron` or `seconds`, one of them.", where=f"jobs[{index}]"
            )
    return found


def _refuse_twins(field: str, offers: list[Mapping[str, Any]]) -> None:
    seen = set()
    for index, one in enumerate(offers):
        key = tuple(one[name] for name in _KEYS.get(field, ("id",)))
        if key in seen:
            raise ManifestError(
                f"`{field}` has {' '.join(key)!r} twice.", where=f"{field}[{index}]"
            )
        seen.add(key)


def handlers_of(offers: Mapping[str, Any]) -> list[str]:
    """List the handlers that a manifest's offers need."""
    return list(dict.fromkeys(NEEDS[field][0] for field in offers))
