"""Managing people by a sandboxed plugin: `plugin.api.admin.users`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.database import User
from plexihub.services.users import UserManager
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.permissions import ADMIN_USERS

_Text = Annotated[str, msgspec.Meta(max_length=200)]


class List(msgspec.Struct, forbid_unknown_fields=True):
    """Everybody."""


class Create(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A new member."""

    username: _Text
    password: _Text
    display_name: _Text = ""


class Disable(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Whom."""

    user_id: _Text


def user_methods(users: UserManager) -> Iterator[Method]:
    """Make the methods for people.

    Args:
        users: What they work with.
    """

    async def list_(_ctx: CallContext, _asked: List) -> list[dict[str, Any]]:
        return [_shown(user) for user in await users.list()]

    async def create(ctx: CallContext, asked: Create) -> dict[str, Any]:
        # A member, always: who could make administrators would be one.
        user = await users.create(
            ctx,
            username=asked.username,
            display_name=asked.display_name,
            password=asked.password,
            role="member",
        )
        return _shown(user)

    async def disable(ctx: CallContext, asked: Disable) -> dict[str, Any]:
        user = await users.get(asked.user_id)
        if user.role == "admin":
            raise PermissionDenied(
                ADMIN_USERS,
                "A sandboxed plugin does not deactivate administrators.",
                where="userId",
                next="Do it yourself, on the page of that person.",
            )
        return _shown(await users.update(ctx, user.id, is_active=False))

    yield Method("users.list", ADMIN_USERS, List, list_, "List the people of this hub.")
    yield Method("users.create", ADMIN_USERS, Create, create, "Create a member.")
    yield Method("users.disable", ADMIN_USERS, Disable, disable, "Deactivate a member.")


def _shown(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "username": user.username,
        "displayName": user.display_name,
        "role": user.role,
        "isActive": user.is_active,
    }
