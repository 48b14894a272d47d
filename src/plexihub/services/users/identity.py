"""Who a token stands for, as stored at this moment: the person, their rights, and who acts as them.

Asked by every request, so it is one read; nothing is remembered between two of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from plexihub.kernel.context import Actor, ActorKind, CallContext
from plexihub.services.database import Database, Rows, Session, User
from plexihub.services.database.schema import roles, sessions, users
from plexihub.services.users.rights import ADMIN, rights
from plexihub_sdk.ids import TraceId, UserId

SIGN_IN, IMPERSONATION = "sign-in", "impersonation"
_SESSION = tuple((column.name, f"session_{column.name}") for column in sessions.c)
_USER = tuple((column.name, f"user_{column.name}") for column in users.c)
_by = users.alias("by_user")
_QUERY = (
    select(
        *(sessions.c[name].label(label) for name, label in _SESSION),
        *(users.c[name].label(label) for name, label in _USER),
        roles.c.permissions.label("role_permissions"),
        _by.c.username.label("by_username"),
        _by.c.role.label("by_role"),
        _by.c.is_active.label("by_is_active"),
    )
    .join_from(sessions, users, sessions.c.user_id == users.c.id)
    .outerjoin(roles, roles.c.name == users.c.role)
    .outerjoin(_by, _by.c.id == sessions.c.by_id)
    .where(sessions.c.token_hash == bindparam("hash"))
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A valid session and its person, as stored at this moment.

    Args:
        session: It.
        user: Whose it is.
        rights: What they may do.
        by: Who acts as the person; empty where it is the person.
    """

    session: Session
    user: User
    rights: frozenset[str]
    by: str = ""

    def context(self, trace: TraceId) -> CallContext:
        """Make the context of a call: in an impersonation who acts is named before the person."""
        actor = Actor("user", self.user.id, self.user.username)
        if self.session.kind == IMPERSONATION:
            kind: ActorKind = self.session.by_kind  # type: ignore[assignment] # stored by us
            actor = Actor(kind, self.session.by_id, f"{self.by} as {self.user.username}")
        return CallContext(
            actor=actor, on_behalf_of=UserId(self.user.id), rights=self.rights, trace=trace
        )


class Lookup:
    """Finds the session of a token's hash."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sessions: Rows[Session] = database.rows(Session)
        self._users: Rows[User] = database.rows(User)

    async def find(self, token_hash: str, moment: datetime) -> SignedIn | None:
        """Find a session that is valid at a moment; None where there is none."""
        rows = await self._database.glance(_QUERY, {"hash": token_hash})
        if not rows:
            return None
        row = rows[0]
        session = Session(self._sessions, {name: row[label] for name, label in _SESSION})
        user = User(self._users, {name: row[label] for name, label in _USER})
        if session.expires_at <= moment or not user.is_active:
            return None
        if session.kind == IMPERSONATION and not _may_still(session, row):
            return None
        given = rights(user.role, row["role_permissions"], user.permissions)
        return SignedIn(session, user, given, row["by_username"] or session.by_id)


def _may_still(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether the administrator who began an impersonation still is one."""
    return session.by_kind != "user" or (row["by_role"] == ADMIN and bool(row["by_is_active"]))
