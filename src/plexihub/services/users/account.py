"""The service `users`: everything that is done to a person's record goes through here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import func, select

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database, Rows, User
from plexihub.services.database.models import users
from plexihub.services.database.plainly import either_way
from plexihub.services.users.password import Passwords
from plexihub.services.users.public import distinct_id, public
from plexihub.services.users.rules import check_fields, check_password
from plexihub.services.users.session import Sessions
from plexihub.services.users.sign_in import SignIn
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError
from plexihub_sdk.ids import UserId

_CREATED = ("username", "display_name", "role", "tags")
#: Among more people than this colours repeat, whatever is chosen.
_NEIGHBOURS = 12
_CHANGED = ("display_name", "role", "is_active", "tags")


class UserManager:
    """Creates, changes, deletes, finds and authenticates people.

    It decides nothing about who may call it: the doors do.
    """

    def __init__(  # noqa: PLR0913 - keyword-only parts
        self,
        database: Database,
        sessions: Sessions,
        *,
        hooks: HookTable,
        bus: EventBus,
        audit: AuditSink,
        passwords: Passwords | None = None,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._hooks = hooks
        self._bus = bus
        self._audit = audit
        self._passwords = passwords or Passwords()
        self._rows: Rows[User] = database.rows(User)
        self._sign_in = SignIn(self.find, hooks=hooks, audit=audit, passwords=self._passwords)

    def close(self) -> None:
        """End the threads that hash."""
        self._passwords.close()

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""
        return self._database.plainly(work)

    @either_way
    async def create(
        self,
        ctx: CallContext,
        *,
        username: str,
        display_name: str = "",
        password: str,
        role: str = "member",
    ) -> User:
        """Create a person: `user.creating` may change or refuse it, `user.created` tells it.

        Raises:
            InputError: A field is wrong, before or after the hook.
            ConflictError: The username is taken, in whatever case.
            Veto: A handler refused.
        """
        async with self._audited(ctx, "user.create", username):
            fields = {
                "username": username,
                "display_name": display_name or username,
                "role": role,
                "tags": [],
            }
            payload = check_fields(fields, _CREATED)
            check_password(password)
            await self._hooks.call("user.creating", payload, ctx)
            fields = check_fields({name: payload.get(name) for name in _CREATED}, _CREATED)
            hashed = await self._passwords.hash(password)
            return await self._insert(ctx, {**fields, "password_hash": hashed})

    async def _insert(self, ctx: CallContext, values: dict[str, Any]) -> User:
        name = values["username"]
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            if await self._by_name(name) is not None:
                raise ConflictError(
                    f"The username {name!r} is taken.", where="username", next="Choose another."
                )
            user = await self._rows.insert({"id": distinct_id(await self._newest()), **values})
            self._bus.publish("user.created", {"user": public(user)}, ctx)
        return user

    async def _newest(self) -> list[str]:
        query = select(users.c.id).order_by(users.c.created_at.desc()).limit(_NEIGHBOURS)
        return [row["id"] for row in await self._database.read(query)]

    @either_way
    async def update(
        self, /, ctx: CallContext, user_id: UserId | str, *, keep_session: str = "", **changes: Any
    ) -> User:
        """Change `display_name`, `role`, `is_active`, `tags` or `password`.

        A new password ends the person's sessions but for `keep_session`; deactivation ends all.

        Raises:
            NotFoundError: There is no such person.
            InputError: A field is unknown or wrong, before or after the hook.
            ConflictError: It would leave the hub without an active administrator.
            Veto: A handler refused.
        """
        async with self._audited(ctx, "user.update", str(user_id), fields=sorted(changes)):
            secret = changes.pop("password", None)
            changes = check_fields(changes, _CHANGED)
            user = await self.get(user_id)
            hashed = None if secret is None else await self._passwords.hash(check_password(secret))
            payload = {"id": user.id, "changes": changes}
            await self._hooks.call("user.updating", payload, ctx)
            values = check_fields(_changes_of(payload), _CHANGED)
            if hashed is not None:
                values["password_hash"] = hashed
            return await self._change(ctx, user.id, values, keep_session)

    async def _change(
        self, ctx: CallContext, user_id: str, values: dict[str, Any], keep_session: str
    ) -> User:
        async with self._database.unit_of_work() as unit:
            await unit.connection()
            if values.get("role", "admin") != "admin" or values.get("is_active") is False:
                await self._keep_one_admin(user_id)
            user = await self._rows.update(user_id, values) if values else await self.get(user_id)
            if not user.is_active:
                await self._sessions.revoke_all(ctx, user_id)
            elif "password_hash" in values:
                await self._sessions.revoke_all(ctx, user_id, keep=keep_session)
            self._bus.publish("user.updated", {"user": public(user)}, ctx)
        return user

    async def _keep_one_admin(self, user_id: str) -> None:
        admins = await self._rows.find({"role": "admin", "is_active": True}, limit=2)
        if [one.id for one in admins] == [user_id]:
            raise ConflictError(
                "This is the last active administrator.",
                where="role",
                next="Make somebody else an administrator first.",
            )

    @either_way
    async def delete(self, ctx: CallContext, user_id: UserId | str) -> None:
        """Delete a person and everything that refers to them.

        Raises:
            NotFoundError: There is no such person.
            ConflictError: It is oneself, or the last active administrator.
            Veto: A handler refused.
        """
        async with self._audited(ctx, "user.delete", str(user_id)):
            user = await self.get(user_id)
            if ctx.actor.kind == "user" and ctx.actor.id == user.id:
                raise ConflictError("You cannot delete yourself.", where="id")
            told = {"id": user.id, "username": user.username}
            await self._hooks.call("user.deleting", dict(told), ctx)
            async with self._database.unit_of_work() as unit:
                await unit.connection()
                await self._keep_one_admin(user.id)
                await self._sessions.revoke_all(ctx, user.id)
                await self._rows.delete_row(user.id)
                self._bus.publish("user.deleted", told, ctx)

    @either_way
    async def get(self, user_id: UserId | str) -> User:
        """Answer the person with an id.

        Raises:
            NotFoundError: There is none.
        """
        user = await self._rows.find_one({"id": user_id})
        if user is None:
            raise NotFoundError(f"There is no person {user_id!r}.", where="id")
        return user

    @either_way
    async def find(self, username: str) -> User | None:
        """Find a person by username, in whatever case."""
        return await self._by_name(username)

    async def _by_name(self, username: str) -> User | None:
        query = select(users).where(func.lower(users.c.username) == username.lower())
        found = await self._rows.select(query)
        return found[0] if found else None

    @either_way
    async def list(self) -> Sequence[User]:
        """Answer everybody, by username."""
        return await self._rows.find(order="username")

    @either_way
    async def authenticate(
        self, ctx: CallContext, username: str, password: str, *, address: str = ""
    ) -> User:
        """Check a name and a password; `user.authenticating` has the last word.

        Args:
            ctx: Of the sign-in.
            username: In whatever case.
            password: As typed.
            address: Where it is tried from: attempts are counted for name and address together.

        Raises:
            BadCredentialsError: One of them is wrong, or the person is deactivated.
            TooManyRequestsError: It was tried too often.
            Veto: A handler refused; its reason is for the person.
        """
        user = await self._sign_in.check(ctx, username, password, address=address)
        if self._passwords.is_outdated(user.password_hash):
            renewed = {"password_hash": await self._passwords.hash(password)}
            user = await self._rows.update(user.id, renewed)
        return user

    def public(self, user: User) -> dict[str, Any]:
        """Copy what the interfaces show of a person; never the password."""
        return public(user)

    @asynccontextmanager
    async def _audited(
        self, ctx: CallContext, action: str, target: str, **details: Any
    ) -> AsyncIterator[None]:
        entry = AuditEntry(ctx=ctx, action=action, target=target, details=details)
        try:
            yield
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            raise
        finally:
            self._audit.append(entry)


def _changes_of(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    changes = payload.get("changes")
    if not isinstance(changes, Mapping):
        raise InputError("A handler of `user.updating` left no changes.", where="changes")
    return changes
