"""What a sandboxed plugin asks an administrator for: `plugin.api.permissions`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from plexihub.kernel.approvals import Approvals
from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Reason = Annotated[str, msgspec.Meta(max_length=200)]


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """A permission of the manifest that was not granted, and why it would be of use."""

    permission: _Name
    reason: _Reason = ""


def permission_methods(approvals: Approvals) -> Iterator[Method]:
    """Make the method by which a plugin asks for what it lacks."""

    async def request(ctx: CallContext, params: Wish) -> str:
        return await approvals.wish(ctx.actor.id, params.permission, ctx, params.reason)

    yield Method(
        "permissions.request",
        None,
        Wish,
        request,
        "Ask administrators for a permission that the manifest names.",
    )
