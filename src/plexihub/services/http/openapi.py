"""Describes every route of this moment, the hub's own and those of plugins, as OpenAPI 3.1."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from plexihub.services.http.call import COOKIE
from plexihub.services.http.described import DESCRIBED, Error
from plexihub.services.http.describing import Described
from plexihub.services.http.table import SOCKET, Route
from plexihub.services.http.typed import Schema, schemas_of
from plexihub_sdk.routes import Auth

VERSION = "3.1.0"
_PARAM = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ABOUT = """REST routes of the hub and of its plugins, as they are at this moment.

Sign in with `POST /api/v1/session`: the answer sets the cookie and tells the token that every
changing request must carry in `X-CSRF-Token`. A refusal has a body of `code`, `message`, `where`
and `next` under `error`. `x-plexihub-auth` says who may call a route: `anonymous`, `user` or
`admin`; `x-plexihub-permission` names what a person needs besides."""
_SCHEMES: Schema = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Set by signing in.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The token of the session, for requests that change something.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route, whoever's it is.

    Args:
        method: Lower case.
        path: With `{names}`.
        tag: The part of the hub, or the plugin.
        doc: The handler's docstring.
        described: What it takes and answers.
        takes_any: Whether its body may be anything.
        websocket: Whether it begins a WebSocket.
        plugin: Whose it is; empty for the hub.
    """

    method: str
    path: str
    tag: str
    doc: str
    described: Described
    takes_any: bool = False
    websocket: bool = False
    plugin: str = ""

    @property
    def types(self) -> list[Any]:
        """The types whose schemas it needs."""
        return [one for one in (self.described.body, self.described.answer) if one is not None]


def core_operations(routes: Iterable[tuple[str, str, Any]]) -> Iterator[Operation]:
    """Make the operations of the hub's own routes."""
    for method, path, handler in routes:
        doc = inspect.getdoc(getattr(handler, "func", handler)) or ""
        segments = path.strip("/").split("/")
        tag = segments[2].partition(".")[0] if len(segments) > 2 else segments[0]  # noqa: PLR2004 - behind /api/v1
        known = DESCRIBED.get(f"{method} {path}", Described(auth="user"))
        yield Operation(method=method.lower(), path=path, tag=tag, doc=doc, described=known)


def plugin_operations(routes: Iterable[Route]) -> Iterator[Operation]:
    """Make the operations of plugins' routes."""
    for route in routes:
        is_socket = route.method == SOCKET
        yield Operation(
            method="get" if is_socket else route.method.lower(),
            path=route.path,
            tag=route.owner or "hub",
            doc=route.doc,
            described=Described(
                auth=route.auth,
                body=route.body,
                answer=route.answer,
                permission=route.permission,
            ),
            takes_any=route.method in {"POST", "PUT", "PATCH"} and route.body is None,
            websocket=is_socket,
            plugin=route.owner or "",
        )


def openapi(operations: Iterable[Operation], *, name: str, version: str, root: str) -> Schema:
    """Make the document.

    Args:
        operations: Every route; a REST route goes before a WebSocket of the same path.
        name: Of the hub.
        version: Of the hub.
        root: The prefix under which it is reached.
    """
    found = sorted(operations, key=lambda one: one.websocket)
    return {
        "openapi": VERSION,
        "info": {"title": f"{name} API", "version": version, "description": _ABOUT},
        "servers": [{"url": root or "/"}],
        **_Document(found).parts(),
    }


@dataclass(slots=True)
class _Document:
    operations: list[Operation]
    _schemas: dict[int, Schema] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def parts(self) -> Schema:
        kinds = [Error, *(kind for one in self.operations for kind in one.types)]
        schemas, components = schemas_of(kinds)
        # The types themselves may have no hash, and are kept alive by the operations.
        self._schemas = {id(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
        paths: dict[str, Schema] = {}
        for one in self.operations:
            shape = _PARAM.sub("{}", one.path)
            # Two plugins may name the same segment differently: it is one path.
            path = self._names.setdefault(shape, one.path)
            paths.setdefault(path, {}).setdefault(one.method, self._operation(one, path))
        tags = [{"name": tag} for tag in sorted({one.tag for one in self.operations})]
        refusal = {"description": "Refused.", "content": _json(self._schemas[id(Error)])}
        return {
            "tags": tags,
            "paths": paths,
            "components": {
                "schemas": components,
                "responses": {"Refusal": refusal},
                "securitySchemes": _SCHEMES,
            },
        }

    def _operation(self, one: Operation, path: str) -> Schema:
        summary, _, rest = one.doc.partition("\n")
        found: Schema = {
            "operationId": self._id(one),
            "tags": [one.tag],
            "summary": summary or f"{one.method.upper()} {one.path}",
            "parameters": [*_path_parameters(path), *_query_parameters(one.described)],
            "responses": self._responses(one),
            "security": _security(one.described.auth, one.method),
            "x-plexihub-auth": one.described.auth,
        }
        if rest.strip():
            found["description"] = rest.strip()
        if (body := self._body(one)) is not None:
            found["requestBody"] = body
        if one.described.permission:
            found["x-plexihub-permission"] = one.described.permission
        if one.plugin:
            found["x-plexihub-plugin"] = one.plugin
        if one.websocket:
            found["x-plexihub-websocket"] = True
        return found

    def _id(self, one: Operation) -> str:
        base = re.sub(r"[^A-Za-z0-9]+", "_", f"{one.method}{one.path}").strip("_")
        found, number = base, 1
        while found in self._ids:
            number += 1
            found = f"{base}_{number}"
        self._ids.add(found)
        return found

    def _body(self, one: Operation) -> Schema | None:
        if one.described.body is not None:
            content = _json(self._schemas[id(one.described.body)])
            return {"required": not one.described.optional_body, "content": content}
        if one.described.upload:
            return {"required": True, "content": {"*/*": {}}}
        return {"required": False, "content": _json({})} if one.takes_any else None

    def _responses(self, one: Operation) -> Schema:
        refusal = {"$ref": "#/components/responses/Refusal"}
        if one.websocket:
            return {"101": {"description": "The WebSocket is open."}, "default": refusal}
        good: Schema = {"description": "Done."}
        if one.described.answer is not None:
            good["content"] = _json(self._schemas[id(one.described.answer)])
        elif one.described.media:
            good["content"] = {one.described.media: {}}
        elif one.plugin:
            good["content"] = _json({})
        return {str(one.described.status): good, "default": refusal}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _path_parameters(path: str) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAM.findall(path)
    ]


def _query_parameters(described: Described) -> list[Schema]:
    return [
        {"name": name, "in": "query", "description": says, "schema": {"type": "string"}}
        for name, says in described.query.items()
    ]


def _security(auth: Auth, method: str) -> list[Schema]:
    if auth == "anonymous":
        return []
    return [{"session": []} if method == "get" else {"session": [], "csrf": []}]
