"""What the routes about permissions take and answer, for the OpenAPI description."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub.services.http.described_route import Described
from plexihub.services.http.routes.permission import Decision


class PermissionsShown(TypedDict):
    """What a sandboxed plugin asks for, and how each of it stands."""

    id: str
    items: list[dict[str, Any]]
    next: str | None


class UsedPermission(TypedDict):
    """What a plugin did with one permission since the hub started."""

    name: str
    asked: bool
    implied: bool
    allowed: int
    refused: int
    rules: dict[str, int]
    last_used: str | None
    last_refused: str | None
    where: str
    values: dict[str, dict[str, int]]
    beyond: dict[str, dict[str, int]]
    is_cut: bool


class UsedPermissions(TypedDict):
    """What a plugin did with its permissions, and the fewest that would do for that."""

    id: str
    items: list[UsedPermission]
    minimal: list[Any]
    next: str | None


_ALL = "/api/v1/plugins/{plugin_id}/permissions"
_ONE = f"{_ALL}/{{permission}}"

PERMISSION_ROUTES: dict[str, Described] = {
    f"GET {_ALL}": Described(answer=PermissionsShown),
    f"GET {_ALL}/used": Described(answer=UsedPermissions),
    f"POST {_ONE}": Described(answer=PermissionsShown),
    f"PUT {_ONE}": Described(body=Decision, answer=PermissionsShown),
    f"DELETE {_ONE}": Described(answer=PermissionsShown),
}
