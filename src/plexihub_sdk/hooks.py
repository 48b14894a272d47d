"""The catalogue of hooks: `noun.verbing` may be changed or vetoed before the core acts.

One entry a hook: payload, deadline, and what a failing or late handler means. The sandbox spelling
(`onDashboardLoad`) is how the same hook is named in a sandboxed plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from plexihub_sdk.errors import Veto

__all__ = ("HOOKS", "SANDBOX_HOOKS", "HookType", "Veto", "hook_named")

OnFailure = Literal["open", "closed"]
DEFAULT_DEADLINE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HookType:
    """One hook of the catalogue.

    Args:
        name: `noun.verbing`.
        payload: The TypedDict whose keys the handler receives and may change.
        doc: When it runs, one sentence.
        deadline: Seconds that one handler may take.
        on_failure: What a raising or late handler means: `open` goes on without it, `closed`
            refuses the operation. Whatever guards security is closed.
        sandbox_name: Its spelling in a sandboxed plugin, where it has one.
        gathers: Sandboxed handlers only add to its lists, so they are asked at the same time.
    """

    name: str
    payload: type[Any]
    doc: str
    deadline: float = DEFAULT_DEADLINE
    on_failure: OnFailure = "open"
    sandbox_name: str | None = None
    gathers: bool = False


class UserCreating(TypedDict):
    """A person is about to be created; what stands here is what is stored."""

    username: str
    display_name: str
    role: str
    tags: list[str]


class UserUpdating(TypedDict):
    """A person's record is about to change; `changes` holds the fields to be written."""

    id: str
    changes: dict[str, Any]


class UserDeleting(TypedDict):
    """A person is about to be deleted."""

    id: str
    username: str


class UserAuthenticating(TypedDict):
    """The password was right and no session exists yet; a veto refuses the sign-in."""

    id: str
    username: str
    role: str


class ChannelCreating(TypedDict):
    """A channel is about to be created."""

    name: str
    topic: str


class MessagePosting(TypedDict):
    """A message is about to be stored."""

    channel_id: str
    author_id: str
    text: str


class DashboardLoading(TypedDict, total=False):
    """A dashboard is about to be shown; handlers add to `customWidgets`."""

    userId: str
    dashboardId: str
    customWidgets: list[dict[str, Any]]


class DataFetching(TypedDict, total=False):
    """A data query is about to be answered; `transformedData` is what the person sees."""

    query: str
    filters: dict[str, Any]
    transformedData: Any


class ActionExecuting(TypedDict, total=False):
    """A person triggered an action that a plugin declared."""

    action: str
    context: dict[str, Any]
    result: Any
    metadata: dict[str, Any]


class ConfigChanging(TypedDict):
    """A setting is about to change (secret values are not shown here)."""

    key: str
    old: Any
    new: Any


class PluginChanging(TypedDict):
    """A plugin is about to be enabled or disabled."""

    id: str
    tier: str


class BackupCreating(TypedDict):
    """A backup is about to be made; `note` is kept in it."""

    note: str


HOOKS: dict[str, HookType] = {
    hook.name: hook
    for hook in (
        HookType(name="user.creating", payload=UserCreating, doc="Before a person is created."),
        HookType(
            name="user.updating", payload=UserUpdating, doc="Before a person's record changes."
        ),
        HookType(name="user.deleting", payload=UserDeleting, doc="Before a person is deleted."),
        HookType(
            name="user.authenticating",
            payload=UserAuthenticating,
            doc="After the right password, before there is a session.",
            on_failure="closed",
        ),
        HookType(
            name="channel.creating", payload=ChannelCreating, doc="Before a channel is created."
        ),
        HookType(name="message.posting", payload=MessagePosting, doc="Before a message is stored."),
        HookType(
            name="dashboard.loading",
            payload=DashboardLoading,
            doc="Before a dashboard is shown.",
            sandbox_name="onDashboardLoad",
            gathers=True,
        ),
        HookType(
            name="data.fetching",
            payload=DataFetching,
            doc="Before the answer to a data query is shown.",
            sandbox_name="onDataFetch",
        ),
        HookType(
            name="action.executing",
            payload=ActionExecuting,
            doc="When a person triggers a plugin's action.",
            sandbox_name="onActionExecute",
        ),
        HookType(name="config.changing", payload=ConfigChanging, doc="Before a setting changes."),
        HookType(name="plugin.enabling", payload=PluginChanging, doc="Before a plugin is enabled."),
        HookType(
            name="plugin.disabling", payload=PluginChanging, doc="Before a plugin is disabled."
        ),
        HookType(name="backup.creating", payload=BackupCreating, doc="Before a backup is made."),
    )
}

SANDBOX_HOOKS: Mapping[str, HookType] = {
    hook.sandbox_name: hook for hook in HOOKS.values() if hook.sandbox_name is not None
}


def hook_named(name: str) -> HookType | None:
    """Find a hook by either spelling; None when there is none."""
    return HOOKS.get(name) or SANDBOX_HOOKS.get(name)
