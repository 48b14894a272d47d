"""The service `sessions`: who is signed in, by a random token of which only a hash is kept."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import BusyError, Database, Rows, Session, User
from plexihub.services.database.models import sessions, users
from plexihub.services.database.plainly import either_way
from plexihub.services.users.public import public
from plexihub_sdk.ids import SessionId, UserId
from plexihub_sdk.models import now

TOKEN_BYTES = 32
IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
#: Renewing at every request would make each of them a write.
RENEW_AFTER = timedelta(minutes=1)
MOST_EACH = 50
LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A valid session and its person, as stored at this moment."""

    session: Session
    user: User


def hash_token(token: str) -> str:
    """Hash a token as it is kept: 256 random bits need no salt and no cost."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Makes, finds and ends sessions."""

    def __init__(self, database: Database, bus: EventBus, audit: AuditSink) -> None:
        self._database = database
        self._bus = bus
        self._audit = audit
        self._sessions: Rows[Session] = database.rows(Session)
        self._users: Rows[User] = database.rows(User)
        self._find = select(
            *(column.label(f"session_{column.name}") for column in sessions.c),
            *(column.label(f"user_{column.name}") for column in users.c),
        ).join_from(sessions, users)

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""
        return self._database.plainly(work)

    @either_way
    async def create(
        self, ctx: CallContext, user: User, *, user_agent: str = ""
    ) -> tuple[str, Session]:
        """Sign a person in and tell `user.login`.

        Returns:
            The token, which is kept nowhere, and the session.
        """
        token, moment = secrets.token_urlsafe(TOKEN_BYTES), now()
        async with self._database.unit_of_work():
            await self._sessions.remove({"expires_at": {"lt": moment}})
            session = await self._sessions.insert(
                {
                    "user_id": user.id,
                    "token_hash": hash_token(token),
                    "csrf": secrets.token_urlsafe(TOKEN_BYTES),
                    "expires_at": moment + IDLE,
                    "user_agent": user_agent[:LONGEST_AGENT],
                }
            )
            await self._end_oldest(ctx, user.id)
            told = {"userId": user.id, "sessionId": session.id, "user": public(user)}
            self._bus.publish("user.login", told, ctx)
        self._audit.append(AuditEntry(ctx=ctx, action="user.login", target=user.username))
        return token, session

    @either_way
    async def find(self, token: str) -> SignedIn | None:
        """Find the valid session of a token and its person, and renew it.

        Returns:
            None where it is unknown, expired or revoked, or the person is deactivated.
        """
        query = self._find.where(sessions.c.token_hash == hash_token(token))
        rows = await self._database.read(query)
        if not rows:
            return None
        values: dict[str, dict[str, Any]] = {"session": {}, "user": {}}
        for label, value in rows[0].items():
            table, _, column = label.partition("_")
            values[table][column] = value
        session = Session(self._sessions, values["session"])
        user = User(self._users, values["user"])
        moment = now()
        if session.expires_at <= moment or not user.is_active:
            return None
        await self._renew(session, moment)
        return SignedIn(session, user)

    async def _renew(self, session: Session, moment: datetime) -> None:
        if moment - session.last_seen_at < RENEW_AFTER:
            return
        session.last_seen_at = moment
        session.expires_at = min(moment + IDLE, session.created_at + LONGEST)
        # It is renewed at the next request then; this one must not fail for it.
        with contextlib.suppress(BusyError):
            await session.save()

    @either_way
    async def revoke(self, ctx: CallContext, session: SessionId | str) -> bool:
        """End one session and tell `user.logout`; answers whether there was one."""
        return bool(await self._end(ctx, {"id": session}))

    @either_way
    async def revoke_all(self, ctx: CallContext, user: UserId | str, *, keep: str = "") -> int:
        """End a person's sessions, but for the one to keep, and answer how many."""
        return await self._end(ctx, {"user_id": user, "id": {"ne": keep}})

    async def _end_oldest(self, ctx: CallContext, user: str) -> None:
        newest_first = ("-last_seen_at", "id")
        for old in await self._sessions.find(
            {"user_id": user}, order=newest_first, offset=MOST_EACH
        ):
            await self._end(ctx, {"id": old.id})

    async def _end(self, ctx: CallContext, where: dict[str, Any]) -> int:
        async with self._database.unit_of_work():
            found = await self._sessions.find(where)
            for session in found:
                await self._sessions.delete_row(session.id)
                told = {"userId": session.user_id, "sessionId": session.id}
                self._bus.publish("user.logout", told, ctx)
        for session in found:
            self._audit.append(AuditEntry(ctx=ctx, action="user.logout", target=session.user_id))
        return len(found)
