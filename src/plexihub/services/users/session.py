"""The service `sessions`: who is signed in, by a random token of which only a hash is kept."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import BusyError, Database, Rows, Session, User
from plexihub.services.database.plainly import either_way
from plexihub.services.database.schema import sessions
from plexihub.services.users.audited import audited
from plexihub.services.users.identity import IMPERSONATION, SIGN_IN, Lookup, SignedIn
from plexihub.services.users.public import iso, public, public_session
from plexihub.services.users.rights import ADMIN
from plexihub.services.users.token import TOKEN_BYTES, Secret, hash_token, new_token
from plexihub_sdk.errors import ConflictError, InputError, PermissionDenied, Veto
from plexihub_sdk.ids import SessionId, UserId
from plexihub_sdk.models import now

__all__ = ("LONGEST", "TOKEN_BYTES", "Sessions", "SignedIn")

IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
#: Renewing at every request would make each of them a write.
RENEW_AFTER = timedelta(minutes=1)
MOST_EACH = 50
LONGEST_AGENT = 200
LONGEST_ADDRESS = 64
IMPERSONATION_MINUTES = 30
MOST_MINUTES = 480
_log = logging.getLogger(__name__)


class Sessions:
    """Makes, finds and ends sessions.

    Args:
        secret: Answers the secret that keys the tokens' hashes.
    """

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        audit: AuditSink,
        *,
        hooks: HookTable,
        secret: Secret,
    ) -> None:
        self._database = database
        self._bus = bus
        self._audit = audit
        self._hooks = hooks
        self._secret = secret
        self._sessions: Rows[Session] = database.rows(Session)
        self._users: Rows[User] = database.rows(User)
        self._lookup = Lookup(database)

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""
        return self._database.plainly(work)

    @either_way
    async def create(
        self, ctx: CallContext, user: User, *, user_agent: str = "", address: str = ""
    ) -> tuple[str, Session]:
        """Sign a person in: `session.creating` may refuse it, `user.login` tells it.

        Returns:
            The token, which is kept nowhere, and the session.

        Raises:
            Veto: A handler refused, or one that guards it failed.
        """
        values = {
            "user_id": user.id,
            "kind": SIGN_IN,
            "user_agent": user_agent[:LONGEST_AGENT],
            "address": address[:LONGEST_ADDRESS],
            "expires_at": now() + IDLE,
        }
        async with audited(self._audit, ctx, "user.login", user.username, address=address):
            return await self._begin(ctx, user, values)

    @either_way
    async def impersonate(
        self, ctx: CallContext, user: User, *, minutes: int = IMPERSONATION_MINUTES
    ) -> tuple[str, Session]:
        """Make a session that acts as a person, for a while.

        It stands in the lists of sessions and on record, and ends when the administrator who
        began it is one no more.

        Args:
            ctx: Of who begins it.
            user: As whom it acts.
            minutes: After which it is over, at most 480.

        Raises:
            PermissionDenied: Somebody who is no administrator, or acts as another already.
            InputError: The time is out of bounds.
            ConflictError: It is oneself, or the person is deactivated.
            Veto: A handler of `session.creating` refused.
        """
        async with audited(self._audit, ctx, "user.impersonate", user.username, minutes=minutes):
            if type(minutes) is not int or not 1 <= minutes <= MOST_MINUTES:
                raise InputError(
                    f"`minutes` is a whole number from 1 to {MOST_MINUTES}.", where="minutes"
                )
            await self._require_impersonator(ctx, user)
            values = {
                "user_id": user.id,
                "kind": IMPERSONATION,
                "by_kind": ctx.actor.kind,
                "by_id": ctx.actor.id or ctx.actor.kind,
                "expires_at": now() + timedelta(minutes=minutes),
            }
            return await self._begin(ctx, user, values)

    async def _require_impersonator(self, ctx: CallContext, user: User) -> None:
        if ctx.actor.kind == "user":
            who = await self._users.find_one({"id": ctx.actor.id})
            # In an impersonation the actor is not the person on whose behalf it is done.
            itself = ctx.on_behalf_of in {None, ctx.actor.id}
            if who is None or who.role != ADMIN or not who.is_active or not itself:
                raise PermissionDenied(
                    ADMIN,
                    "Only an administrator, as themselves, may act as somebody else.",
                    where="user",
                    next="Stop acting as somebody first, or ask an administrator.",
                )
        elif ctx.actor.kind == "anonymous":
            raise PermissionDenied(ADMIN, where="user")
        if ctx.actor.id == user.id:
            raise ConflictError("That is yourself.", where="user")
        if not user.is_active:
            raise ConflictError(f"{user.username} is deactivated.", where="user")

    async def _begin(
        self, ctx: CallContext, user: User, values: dict[str, Any]
    ) -> tuple[str, Session]:
        asked = {
            "user_id": user.id,
            "username": user.username,
            "kind": values["kind"],
            "user_agent": values.get("user_agent", ""),
            "address": values.get("address", ""),
        }
        await self._hooks.call("session.creating", asked, ctx)
        values["user_agent"] = str(asked.get("user_agent", ""))[:LONGEST_AGENT]
        values["address"] = str(asked.get("address", ""))[:LONGEST_ADDRESS]
        token = new_token()
        secret = {"token_hash": hash_token(token, self._secret()), "csrf": new_token()}
        async with self._database.unit_of_work():
            await self._sessions.remove({"expires_at": {"lt": now()}})
            session = await self._sessions.insert({**values, **secret})
            await self._end_oldest(ctx, user.id)
            shown = public_session(session)
            self._bus.publish("session.created", {"session": shown}, ctx)
            if session.kind == SIGN_IN:
                told = {
                    "userId": user.id,
                    "sessionId": session.id,
                    "user": public(user),
                    "address": session.address,
                    "user_agent": session.user_agent,
                    "at": shown["created_at"],
                }
                self._bus.publish("user.login", told, ctx)
        return token, session

    @either_way
    async def find(self, token: str) -> SignedIn | None:
        """Find the valid session of a token and its person, and renew it.

        Returns:
            None where it is unknown, expired or revoked, or the person is deactivated.
        """
        moment = now()
        found = await self._lookup.find(hash_token(token, self._secret()), moment)
        if found is not None and moment - found.session.last_seen_at >= RENEW_AFTER:
            await self._renew(found, moment)
        return found

    async def _renew(self, found: SignedIn, moment: datetime) -> None:
        session, ctx = found.session, found.context(CallContext().trace)
        until = min(moment + IDLE, session.created_at + LONGEST)
        if session.kind == IMPERSONATION:
            until = session.expires_at
        changes = {"last_seen_at": iso(moment), "expires_at": iso(until)}
        payload = {"id": session.id, "changes": changes}
        # It is renewed at the next request then; this one must not fail for it.
        with contextlib.suppress(BusyError, Veto):
            await self._hooks.call("session.updating", payload, ctx)
            async with self._database.unit_of_work():
                session.last_seen_at = moment
                session.expires_at = _no_later(payload, until)
                renewed = {"last_seen_at": moment, "expires_at": session.expires_at}
                await self._sessions.update(session.id, renewed)
                self._bus.publish("session.updated", {"session": public_session(session)}, ctx)

    @either_way
    async def get(self, session: SessionId | str) -> Session | None:
        """Find a session by its id, which opens nothing."""
        return await self._sessions.find_one({"id": session})

    @either_way
    async def list(self, user: UserId | str) -> Sequence[Session]:
        """Answer a person's valid sessions and those in which they act as others, newest first."""
        mine = (sessions.c.user_id == user) | (
            (sessions.c.by_kind == "user") & (sessions.c.by_id == user)
        )
        query = select(sessions).where(mine, sessions.c.expires_at > now())
        return await self._sessions.select(query.order_by(sessions.c.last_seen_at.desc()))

    @either_way
    async def revoke(self, ctx: CallContext, session: SessionId | str) -> bool:
        """End one session and tell `user.logout`; answers whether there was one.

        Raises:
            Veto: A handler of `session.deleting` refused.
        """
        where = {"id": session}
        await self.ask_to_end(ctx, where)
        return bool(await self.end(ctx, where))

    @either_way
    async def revoke_all(self, ctx: CallContext, user: UserId | str, *, keep: str = "") -> int:
        """End a person's sessions, but for the one to keep, and answer how many.

        Raises:
            Veto: A handler of `session.deleting` refused.
        """
        where = {"user_id": user, "id": {"ne": keep}}
        await self.ask_to_end(ctx, where)
        return await self.end(ctx, where)

    async def forget_all(self, ctx: CallContext) -> int:
        """End every session there is: their tokens were made with another secret.

        Nobody can refuse it, since none of them opens anything any more.
        """
        try:
            await self.ask_to_end(ctx, {})
        except Veto as veto:
            _log.warning("a session that is worthless cannot be kept: %s", veto)
        return await self.end(ctx, {})

    async def ask_to_end(self, ctx: CallContext, where: dict[str, Any]) -> None:
        """Ask `session.deleting` about each session, before anything is written.

        Raises:
            Veto: A handler refused.
        """
        for session in await self._sessions.find(where):
            asked = {"id": session.id, "user_id": session.user_id}
            await self._hooks.call("session.deleting", asked, ctx)

    async def _end_oldest(self, ctx: CallContext, user: str) -> None:
        newest_first = ("-last_seen_at", "id")
        for old in await self._sessions.find(
            {"user_id": user}, order=newest_first, offset=MOST_EACH
        ):
            await self.end(ctx, {"id": old.id})

    async def end(self, ctx: CallContext, where: dict[str, Any]) -> int:
        """End sessions, without asking, and tell it."""
        async with self._database.unit_of_work():
            found = await self._sessions.find(where)
            for session in found:
                await self._sessions.delete_row(session.id)
                told = {"id": session.id, "user_id": session.user_id}
                self._bus.publish("session.deleted", told, ctx)
                if session.kind == SIGN_IN:
                    told = {"userId": session.user_id, "sessionId": session.id}
                    self._bus.publish("user.logout", told, ctx)
        for session in found:
            action = "user.logout" if session.kind == SIGN_IN else "user.impersonate.end"
            self._audit.append(AuditEntry(ctx=ctx, action=action, target=session.user_id))
        return len(found)


def _no_later(payload: dict[str, Any], until: datetime) -> datetime:
    """Read the end that handlers left, which may be sooner and never later."""
    try:
        return min(until, datetime.fromisoformat(payload["changes"]["expires_at"]))
    except (KeyError, TypeError, ValueError):
        return until
