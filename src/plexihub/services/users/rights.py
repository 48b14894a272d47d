"""What a person may do, and over whom. Pure: values in, rights or a refusal out.

Who manages people without being an administrator never gives or takes what they lack themselves,
and never touches somebody who may do more than they: else a new password would be a promotion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from plexihub.services.database import User
from plexihub_sdk.errors import InputError, PermissionDenied
from plexihub_sdk.permissions import PERMISSIONS, ROLE_RIGHTS

ADMIN = "admin"
MOST_PERMISSIONS = 100
_PERMISSION = re.compile(r"[a-z][a-z0-9_.-]{0,31}:[a-z][a-z0-9_.-]{0,31}\Z")


def is_permission(name: object) -> bool:
    """Whether something has the form of a permission's name."""
    return isinstance(name, str) and bool(_PERMISSION.match(name))


def check_permissions(value: object, *, where: str = "permissions") -> list[str]:
    """Check names of permissions; each is kept once. Plugins may have some of their own.

    Raises:
        InputError: It is no list of names such as `admin:users`.
    """
    names = value if isinstance(value, list | tuple) else [None]
    fits = all(is_permission(name) for name in names)
    if len(names) > MOST_PERMISSIONS or not fits:
        raise InputError(
            f"Permissions are a list of at most {MOST_PERMISSIONS} names such as `admin:users`.",
            where=where,
            next=f"The hub's own: {', '.join(PERMISSIONS)}.",
        )
    return list(dict.fromkeys(names))


def rights(role: str, stored: Iterable[str] | None, own: Iterable[str] = ()) -> frozenset[str]:
    """Tell what somebody may do.

    Args:
        role: Its name; administrators have every right whatever is stored.
        stored: The role's permissions; None for those that the hub gives it.
        own: The person's extra permissions.
    """
    if role == ADMIN:
        return ROLE_RIGHTS[ADMIN] | _names(own)
    given = ROLE_RIGHTS.get(role, frozenset()) if stored is None else _names(stored)
    return given | _names(own)


def _names(stored: object) -> frozenset[str]:
    # Plugins write the column, too: what is no list of names gives nothing.
    names = stored if isinstance(stored, list | tuple) else ()
    return frozenset(name for name in names if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who manages people.

    Args:
        is_admin: An administrator, or the operator.
        rights: Theirs.
    """

    is_admin: bool
    rights: frozenset[str]

    def require_over(self, user: User, theirs: frozenset[str]) -> None:
        """Let only those pass who may do all that the other may.

        Raises:
            PermissionDenied: The other is an administrator, or may do more.
        """
        if not self.is_admin and (user.role == ADMIN or not theirs <= self.rights):
            raise PermissionDenied(
                ADMIN,
                f"{user.username} may do more than you.",
                where="user",
                next="Ask an administrator.",
            )

    def require_role(self, name: str, given: frozenset[str]) -> None:
        """Let nobody hand out a role that may do more than they.

        Raises:
            PermissionDenied: The role is the administrators', or has a right that is lacking.
        """
        if not self.is_admin and name == ADMIN:
            raise PermissionDenied(
                ADMIN, "Only an administrator makes administrators.", where="role"
            )
        self.require_grant(given, where="role")

    def require_grant(self, names: Iterable[str], *, where: str = "permissions") -> None:
        """Let nobody give or take a right they lack.

        Raises:
            PermissionDenied: One of them is lacking.
        """
        lacking = sorted(set(names) - self.rights)
        if lacking and not self.is_admin:
            raise PermissionDenied(
                lacking[0],
                f"You lack {', '.join(lacking)} yourself, so it is not yours to give or take.",
                where=where,
                next="Ask an administrator.",
            )
