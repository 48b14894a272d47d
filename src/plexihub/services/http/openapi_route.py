"""`/openapi.json`: every route of this moment, for programs and their authors."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.openapi import core_operations, openapi, plugin_operations
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.routes import CoreRoute

PATH = "/api/v1/openapi.json"


def with_description(parts: HttpParts, core: Iterable[CoreRoute]) -> list[CoreRoute]:
    """Add the route that describes the hub's own routes, itself and those of plugins."""
    every = list(core)
    every.append(("GET", PATH, partial(show, parts, every)))
    return every


async def show(parts: HttpParts, core: list[CoreRoute], call: Call) -> Answer:
    """Describe every route, of the hub and of the plugins that run now."""
    call.require_user()
    operations = [*core_operations(core), *plugin_operations(parts.api)]
    document = openapi(operations, name=parts.name(), version=parts.version, root=call.root)
    return json_answer(document)
