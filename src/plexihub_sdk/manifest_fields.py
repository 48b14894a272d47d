"""What a plugin says of itself, as types. Written by `make generate`; not edited by hand."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class JobOffer(TypedDict):
    """Code that runs at its times."""

    #: Unique within the plugin.
    id: str
    #: Five fields, such as `0 8 * * 1`.
    cron: NotRequired[str]
    #: Or the time from one run to the next.
    seconds: NotRequired[float]
    #: Of the cron line; UTC by default.
    timezone: NotRequired[str]
    #: For people; the id by default.
    name: NotRequired[str]
    #: What becomes of a run that is late since the hub was off; `run` by default.
    missed: NotRequired[Literal["run", "skip"]]


class RouteOffer(TypedDict):
    """An address below `/api/v1/<plugin>`, for people who are signed in."""

    #: Of the call.
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    #: `{name}` stands for one segment.
    path: str
    #: Shown in OpenAPI.
    description: NotRequired[str]


class CommandOffer(TypedDict):
    """A word after a slash that people type in the chat."""

    #: Without the slash.
    name: str
    #: What it does.
    description: str
    #: What may follow it.
    hint: NotRequired[str]


class MessageActionOffer(TypedDict):
    """A button beside every message of the chat."""

    #: The action that `onActionExecute` is called with.
    id: str
    #: Its name.
    label: str
    #: Name from the hub's icon set.
    icon: NotRequired[str]


class PluginManifest(TypedDict):
    """The fields of `plugin.json`."""

    #: Who the plugin is: lower-case letters, digits and single hyphens.
    id: str
    #: What people call it; made of the id where it is absent.
    name: NotRequired[str]
    #: Semantic version.
    version: str
    #: Who wrote it.
    author: NotRequired[str]
    #: What it does, one sentence.
    description: NotRequired[str]
    #: What it asks for; an administrator grants it.
    permissions: NotRequired[list[str | dict[str, Any]]]
    #: Entry point and hooks may stand in here as well, instead of beside it.
    manifest: NotRequired[dict[str, Any]]
    #: The module that is loaded: a path inside the package.
    entrypoint: NotRequired[str]
    #: The hooks and events that it wants; those that its code has, where absent.
    hooks: NotRequired[list[str]]
    #: The API that it was written for; the hub speaks 1.0.
    api: NotRequired[int | str]
    #: Plugins that it cannot run without, and their versions.
    dependencies: NotRequired[dict[str, str]]
    #: Plugins that start before it, where they are there.
    optionalDependencies: NotRequired[dict[str, str]]
    #: JSON Schema of the plugin's own settings.
    settings: NotRequired[dict[str, Any] | None]
    #: Tables of the plugin's own.
    tables: NotRequired[dict[str, Any] | None]
    #: Code that runs at its times.
    jobs: NotRequired[list[JobOffer]]
    #: An address below `/api/v1/<plugin>`, for people who are signed in.
    routes: NotRequired[list[RouteOffer]]
    #: A word after a slash that people type in the chat.
    commands: NotRequired[list[CommandOffer]]
    #: A button beside every message of the chat.
    messageActions: NotRequired[list[MessageActionOffer]]
