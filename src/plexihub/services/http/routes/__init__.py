"""The hub's own REST routes, one module a resource."""

from collections.abc import Awaitable, Callable, Iterator

from plexihub.services.http.answer import Answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.routes import (
    action,
    audit,
    backup,
    config,
    desk,
    development,
    egress,
    file,
    interaction,
    isolation,
    job,
    leftover,
    limit,
    metric,
    package,
    permission,
    plugin,
    plugin_log,
    query,
    recording,
    role,
    session,
    trust,
    ui,
    used,
    user,
)

__all__ = ("CoreRoute", "core_routes")

CoreRoute = tuple[str, str, Callable[[Call], Awaitable[Answer]]]
_MODULES = (
    session,
    user,
    role,
    plugin,
    audit,
    config,
    ui,
    job,
    backup,
    file,
    leftover,
    trust,
    action,
    interaction,
    limit,
    isolation,
    metric,
    query,
    egress,
    permission,
    used,
    plugin_log,
    development,
    package,
    desk,
    recording,
)


def core_routes(parts: HttpParts) -> Iterator[CoreRoute]:
    """List method, path and handler of each."""
    for module in _MODULES:
        yield from module.routes(parts)
