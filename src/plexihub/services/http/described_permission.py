"""What the routes about permissions take and answer, for the OpenAPI description."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub.services.http.described_route import Described
from plexihub.services.http.routes.permission import Decision


class PermissionsShown(TypedDict):
    """What a sandboxed plugin asks for, and how each of it stands."""

    id: str
    items: list[dict[str, Any]]
    changes: list[dict[str, Any]]
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


class PermissionsWaiting(TypedDict):
    """What waits for an administrator."""

    items: list[dict[str, Any]]
    next: str | None


class Why(TypedDict):
    """Why a plugin may use a permission, or may not."""

    id: str
    permission: str
    says: str
    allowed: bool
    rule: str
    reason: str
    steps: list[dict[str, Any]]


class Who(TypedDict):
    """Which plugins may use a permission, and which people have the right to it."""

    name: str
    says: str
    risk: str
    takes_approval: bool
    unlocks: list[str]
    plugins: list[dict[str, Any]]
    people: list[dict[str, str]]


class AccessReview(TypedDict):
    """Every plugin with its permissions, and every person with the role."""

    items: list[dict[str, Any]]
    next: str | None


_ALL = "/api/v1/plugins/{plugin_id}/permissions"
_ONE = f"{_ALL}/{{permission}}"

PERMISSION_ROUTES: dict[str, Described] = {
    f"GET {_ALL}": Described(answer=PermissionsShown),
    f"GET {_ONE}/why": Described(
        answer=Why,
        query={"person": "Username or id of whom it acts for.", "to": "A host or a model."},
    ),
    "GET /api/v1/permissions/waiting": Described(answer=PermissionsWaiting),
    "GET /api/v1/permissions/{permission}/who": Described(answer=Who),
    "GET /api/v1/access-review": Described(
        answer=AccessReview, query={"format": "`json` or `csv`."}
    ),
    f"GET {_ALL}/used": Described(answer=UsedPermissions),
    f"POST {_ONE}": Described(answer=PermissionsShown),
    f"PUT {_ONE}": Described(body=Decision, answer=PermissionsShown),
    f"DELETE {_ONE}": Described(
        answer=PermissionsShown,
        query={"only": "`request` refuses what is asked for, and leaves what is granted."},
    ),
}
