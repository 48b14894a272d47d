"""Registers a running plugin's offers: each becomes what a trusted plugin would register itself.

What was not granted is not offered. The registrations are the plugin's, so disabling takes them
back; while it is down they stay and say so. Whether it may is asked again at each call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from plexihub.kernel.context import owner
from plexihub.kernel.direct import DirectCalls
from plexihub.kernel.plugins import PluginRecord
from plexihub.services.guest.messages import Messages
from plexihub.services.http import RouteTable
from plexihub.services.offers.command import command_handler
from plexihub.services.offers.job import job_handler
from plexihub.services.offers.message_action import message_action_handler
from plexihub.services.offers.route import route_handler
from plexihub.services.scheduler import Scheduler
from plexihub.services.ui import Interactions, UiRegistry
from plexihub_sdk.errors import PluginLoadError, Veto
from plexihub_sdk.ids import PluginId
from plexihub_sdk.offers import NEEDS
from plexihub_sdk.ui import Command, MessageAction

ROOT = "/api/v1"
#: Seconds that the scheduler gives a run; the sandbox's own limit is shorter.
RUN_SECONDS = 30.0
Offer = dict[str, Any]
#: Takes back one thing that a plugin offers; plain, or answering something to await.
Withdraw = Callable[[], Any]


#: The permissions by which something is offered.
OFFERED_BY = tuple(dict.fromkeys(permission for _, permission in NEEDS.values()))


class OfferTable:
    """Connects offers with the services.

    Args:
        direct: Calls the plugins.
        interactions: Calls them for buttons.
        messages: Writes in channels, as a plugin.
        scheduler: Where jobs go.
        routes: Where routes go.
        ui: Where commands and buttons go.
    """

    def __init__(  # noqa: PLR0913 - what it stands on, each by name
        self,
        *,
        direct: DirectCalls,
        interactions: Interactions,
        messages: Messages,
        scheduler: Scheduler,
        routes: RouteTable,
        ui: UiRegistry,
    ) -> None:
        self._direct = direct
        self._interactions = interactions
        self._messages = messages
        self._scheduler = scheduler
        self._routes = routes
        self._ui = ui
        #: Fields of the manifest that stand registered; what ended with the plugin is replaced.
        self._offered: dict[PluginId, dict[str, list[Withdraw]]] = {}

    async def connect(self, record: PluginRecord) -> None:
        """Register what a plugin offers and was granted.

        Raises:
            PluginLoadError: It has no handler for it.
            ConflictError: A name or an address is somebody else's.
            InputError: The times of a job cannot be.
            Veto: A handler of `job.creating` refused.
        """
        if record.stored.tier != "sandboxed":
            return
        self._offered[record.id] = {}
        await self._add(record, dict(_granted(record)))

    async def extend(self, record: PluginRecord) -> None:
        """Register what was granted since the plugin was enabled; see `connect` for errors."""
        offered = self._offered.get(record.id)
        if record.state == "enabled" and offered is not None:
            await self._add(record, {k: v for k, v in _granted(record) if k not in offered})

    async def _add(self, record: PluginRecord, offers: dict[str, list[Offer]]) -> None:
        undo = self._offered[record.id]
        undo.update({field: [] for field in offers})
        _refuse_without_handler(record, offers)
        with _as(record.id):
            for one in offers.get("routes", ()):
                undo["routes"] += self._add_route(record.id, one)
            for one in offers.get("commands", ()):
                undo["commands"] += self._add_command(record.id, one)
            for one in offers.get("messageActions", ()):
                undo["messageActions"] += self._add_message_action(record.id, one)
        for one in offers.get("jobs", ()):
            with _as(record.id):
                adding = self._add_job(record.id, one)
            await adding
            undo["jobs"].append(partial(self._remove_job, record.id, one["id"]))

    async def withdraw(self, plugin: PluginId, permission: str) -> None:
        """Take back what a plugin offers by a permission that it has no more."""
        offered = self._offered.get(plugin, {})
        for field in [one for one in offered if NEEDS[one][1] == permission]:
            for undo in reversed(offered.pop(field)):
                answer = undo()
                if inspect.isawaitable(answer):
                    await answer

    async def _remove_job(self, plugin: PluginId, job: str) -> None:
        with _as(plugin):
            removing = self._scheduler.remove_job(job)
        # A handler that refuses leaves a job whose every run the broker refuses.
        with suppress(Veto):
            await removing

    def _add_route(self, plugin: PluginId, one: Offer) -> list[Withdraw]:
        handler = route_handler(self._direct, plugin, one.get("description", ""))
        path = f"{ROOT}/{plugin}{one['path']}"
        return [self._routes.register_route(one["method"], path, handler)]

    def _add_command(self, plugin: PluginId, one: Offer) -> list[Withdraw]:
        handler = command_handler(self._direct, self._messages, plugin)
        return [self._ui.register_command(Command(**one), handler)]

    def _add_message_action(self, plugin: PluginId, one: Offer) -> list[Withdraw]:
        route = f"{ROOT}/{plugin}/message-actions/{one['id']}"
        handler = message_action_handler(self._interactions, self._messages, plugin, one["id"])
        return [
            self._routes.register_route("POST", route, handler),
            self._ui.register_message_action(MessageAction(route=route, **one)),
        ]

    def _add_job(self, plugin: PluginId, one: Offer) -> Any:
        handler = job_handler(self._direct, plugin)
        is_cron = "cron" in one
        rule: Offer = {"crontab": one["cron"]} if is_cron else {"seconds": one["seconds"]}
        if is_cron:
            rule["timezone"] = one.get("timezone", "UTC")
        return self._scheduler.add_job(
            handler,
            "cron" if is_cron else "interval",
            id=one["id"],
            name=one.get("name"),
            misfire=one.get("missed", "run"),
            deadline=RUN_SECONDS,
            **rule,
        )


def _granted(record: PluginRecord) -> Iterator[tuple[str, list[Offer]]]:
    grant = record.grant
    for field, found in record.stored.manifest.offers.items():
        if NEEDS[field][1] in grant.asked & grant.granted:
            yield field, found


def _refuse_without_handler(record: PluginRecord, offers: dict[str, list[Offer]]) -> None:
    there = record.instance.hooks if record.instance is not None else ()
    for field in offers:
        handler = NEEDS[field][0]
        if handler not in there:
            raise PluginLoadError(
                f"plugin.json offers `{field}`, and the code has no `{handler}` among its hooks.",
                where=field,
                next=f"Add `{handler}`, or leave `{field}` out.",
            )


@contextmanager
def _as(plugin: PluginId) -> Iterator[None]:
    token = owner.set(plugin)
    try:
        yield
    finally:
        owner.reset(token)
