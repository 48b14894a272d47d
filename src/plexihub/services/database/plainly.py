"""Methods that plain code calls without `await`, and `async` code with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


class Waits(Protocol):
    """A service whose methods wait for the database."""

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""


S = TypeVar("S", bound=Waits)


def either_way(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Let plain code call an `async` method and have its result at once."""

    @wraps(method)
    def call(service: S, *args: P.args, **kwargs: P.kwargs) -> Any:
        return service.plainly(method(service, *args, **kwargs))

    return cast("Callable[Concatenate[S, P], Coroutine[Any, Any, T]]", call)
