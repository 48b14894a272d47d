"""What a plugin is handed: `plugin`, with the hub's methods under `plugin.api`, from one table.

In plain code a method answers its value; in `async` code it answers what is to be awaited.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from plexihub_sdk.api import API
from plexihub_sdk.api_method import ApiMethod
from plexihub_sdk.guest.call import running
from plexihub_sdk.guest.spelling import snake


class Asks(Protocol):
    """Asks the hub (`Guest`)."""

    loop: asyncio.AbstractEventLoop

    def ask(self, method: str, params: Mapping[str, Any]) -> asyncio.Future[Any]:
        """Ask; the answer completes the future."""

    def wait(self, future: asyncio.Future[Any]) -> Any:
        """Serve everything else until a future is done."""


class Part:
    """A group of methods: `plugin.api` itself, or such as `plugin.api.storage`.

    Args:
        guest: Asks the hub.
    """

    path = ""

    def __init__(self, guest: Asks) -> None:
        self._guest = guest

    def __repr__(self) -> str:
        return f"<plugin.{self.path}>"


class Api(Part):
    """`plugin.api`; its methods and parts are those of the table."""

    path = "api"

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Ask for a method of the gateway by its name, with the parameters of the wire."""
        return _settled(self._guest, self._guest.ask(method, params or {}))


class Plugin:
    """`plugin`: a hook's second argument, and `plexihub_sdk.sandbox.plugin`.

    Args:
        id: The plugin's own.
        api: The hub's methods.
    """

    def __init__(self, id: str, api: Api) -> None:  # noqa: A002 - the documented name
        self.id = id
        self.api = api

    @property
    def user_id(self) -> str | None:
        """The person for whom the call is made that runs now; None where there is none."""
        call = running.get()
        return call.user if call is not None else None

    @property
    def trace_id(self) -> str | None:
        """What joins the records of the journey that runs now; None outside of a call."""
        call = running.get()
        return call.trace if call is not None else None

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits any more for the answer of the call that runs now."""
        call = running.get()
        return call is not None and call.is_cancelled


def _settled(guest: Asks, future: asyncio.Future[Any]) -> Any:
    return future if asyncio.current_task(guest.loop) is not None else guest.wait(future)


def _method(row: ApiMethod) -> Callable[..., Any]:
    wire = {snake(param.name): param.name for param in row.params}
    signature = _signature(row)

    def method(self: Part, *args: Any, **kwargs: Any) -> Any:
        if row.spread and not kwargs and _is_object(args):
            kwargs, args = {snake(str(key)): value for key, value in args[0].items()}, ()
        given = signature.bind(*args, **kwargs).arguments
        params = {wire[name]: value for name, value in given.items()}
        return _settled(self._guest, self._guest.ask(row.name, params))

    method.__name__ = row.path.rpartition(".")[2]
    method.__qualname__ = f"plugin.api.{row.path}"
    method.__doc__ = row.doc
    method.__signature__ = signature  # type: ignore[attr-defined] # read by help() and editors
    return method


def _is_object(args: tuple[Any, ...]) -> bool:
    return len(args) == 1 and isinstance(args[0], Mapping)


def _signature(row: ApiMethod) -> inspect.Signature:
    anyhow, named = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [
            inspect.Parameter(
                snake(param.name),
                named if param.option else anyhow,
                default=None if param.optional else inspect.Parameter.empty,
            )
            for param in row.params
        ]
    )


def _offer(whole: type[Part], rows: tuple[ApiMethod, ...]) -> None:
    """Give a part the methods of the table, and parts of its own.

    Done once, before a process is forked for each plugin: all of them share what is made here.
    """
    start = whole.path.removeprefix("api").removeprefix(".")
    start = f"{start}." if start else ""
    for row in rows:
        name, _, further = row.path.removeprefix(start).partition(".")
        if not row.path.startswith(start) or name in vars(whole):
            continue
        if not further:
            setattr(whole, name, _method(row))
            continue
        part = type(name.title(), (Part,), {"path": f"{whole.path}.{name}"})
        setattr(whole, name, property(_made_of(part)))
        _offer(part, rows)


def _made_of(part: type[Part]) -> Callable[[Part], Part]:
    return lambda whole: part(whole._guest)  # noqa: SLF001 - of the same family


_offer(Api, API)
