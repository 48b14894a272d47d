"""Which hooks and events of the catalogue a sandboxed plugin hears by their own name.

Each takes a permission, since what it carries is other people's: unlike the spellings of the
sandbox's first design (`onDashboardLoad`), which are about the person who acts. What guards
sign-ins, and what is about plugins, settings and the machine, is not for the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexihub_sdk.permissions import (
    CHANNELS_MODERATE,
    CHANNELS_READ,
    MESSAGES_MODERATE,
    MESSAGES_READ,
    PEOPLE_READ,
    Permission,
)

__all__ = ("HEARD",)

_ASKED = ("creating", "updating", "deleting")
_TOLD = ("created", "updated", "deleted")
#: Kinds of records to what it takes to be asked before they change, and to be told after.
_ENTITIES: Mapping[str, tuple[Permission, Permission]] = {
    "message": (MESSAGES_MODERATE, MESSAGES_READ),
    "reaction": (MESSAGES_MODERATE, MESSAGES_READ),
    "thread": (MESSAGES_MODERATE, MESSAGES_READ),
    "channel": (CHANNELS_MODERATE, CHANNELS_READ),
    "membership": (CHANNELS_MODERATE, CHANNELS_READ),
}

#: Names of hooks and events to the permission that it takes.
HEARD: Mapping[str, Permission] = {
    **{
        f"{entity}.{verb}": permission
        for entity, (moderate, read) in _ENTITIES.items()
        for verbs, permission in ((_ASKED, moderate), (_TOLD, read))
        for verb in verbs
    },
    **dict.fromkeys((f"user.{verb}" for verb in (*_TOLD, "login", "logout")), PEOPLE_READ),
}
