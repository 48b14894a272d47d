"""The service `users`: everything that is done to a person's record goes through here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from plexihub.kernel.context import CallContext, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ports import AuditSink, Undo
from plexihub.services.database import Database, Rows, User
from plexihub.services.database.extension import Property, Visible
from plexihub.services.database.plainly import either_way
from plexihub.services.database.schema import users
from plexihub.services.users.audited import audited
from plexihub.services.users.password import Passwords
from plexihub.services.users.public import distinct_id, public
from plexihub.services.users.role import Roles
from plexihub.services.users.rules import LONGEST_PASSWORD, check_fields, check_password
from plexihub.services.users.second_factor import SecondFactor
from plexihub.services.users.session import Sessions
from plexihub.services.users.sign_in import SignIn
from plexihub.services.users.throttle import Throttle
from plexihub_sdk.errors import BadCredentialsError, ConflictError, InputError, NotFoundError
from plexihub_sdk.ids import UserId

_CREATED = ("username", "display_name", "role", "tags", "permissions", "extensions")
#: Among more people than this colours repeat, whatever is chosen.
_NEIGHBOURS = 12
_CHANGED = ("display_name", "role", "is_active", "tags", "permissions", "extensions")


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
        self.roles = Roles(database, hooks=hooks, bus=bus, audit=audit)
        self._sign_in = SignIn(self.find, hooks=hooks, audit=audit, passwords=self._passwords)
        self._own = Throttle()
        self._second = SecondFactor(
            lambda user_id: self._rows.find_one({"id": user_id}), hooks=hooks, audit=audit
        )

    def close(self) -> None:
        """End the threads that hash."""
        self._passwords.close()

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""
        return self._database.plainly(work)

    @either_way
    async def create(  # noqa: PLR0913 - keyword-only fields
        self,
        ctx: CallContext,
        *,
        username: str,
        display_name: str = "",
        password: str,
        role: str = "member",
        permissions: Sequence[str] = (),
    ) -> User:
        """Create a person: `user.creating` may change or refuse it, `user.created` tells it.

        Raises:
            InputError: A field is wrong, before or after the hook.
            ConflictError: The username is taken, in whatever case.
            Veto: A handler refused.
        """
        async with audited(self._audit, ctx, "user.create", username):
            fields = {
                "username": username,
                "display_name": display_name or username,
                "role": role,
                "tags": [],
                "permissions": permissions,
                "extensions": {},
            }
            payload = check_fields(fields, _CREATED)
            check_password(password)
            await self._hooks.call("user.creating", payload, ctx)
            fields = check_fields({name: payload.get(name) for name in _CREATED}, _CREATED)
            await self._check_links(fields)
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
        async with audited(self._audit, ctx, "user.update", str(user_id), fields=sorted(changes)):
            secret = changes.pop("password", None)
            changes = check_fields(changes, _CHANGED)
            user = await self.get(user_id)
            await self._check_links(changes)
            hashed = None if secret is None else await self._passwords.hash(check_password(secret))
            payload: dict[str, Any] = {"id": user.id, "changes": changes}
            await self._hooks.call("user.updating", payload, ctx)
            values = check_fields(payload["changes"], _CHANGED)
            await self._check_links(values)
            if "extensions" in values:
                values["extensions"] = self._extended(user, values["extensions"])
            if values.get("is_active") is False or hashed is not None:
                keep = "" if values.get("is_active") is False else keep_session
                ended = {"user_id": user.id, "id": {"ne": keep}}
                await self._sessions.ask_to_end(ctx, ended)
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
                await self._sessions.end(ctx, {"user_id": user_id})
            elif "password_hash" in values:
                await self._sessions.end(ctx, {"user_id": user_id, "id": {"ne": keep_session}})
            self._bus.publish("user.updated", {"user": public(user)}, ctx)
        return user

    async def _check_links(self, values: Mapping[str, Any]) -> None:
        if "role" in values:
            await self.roles.require(values["role"])
        for name, value in values.get("extensions", {}).items():
            self._property(name).accept(value)

    def _property(self, name: str) -> Property:
        found = self._database.extensions.get(name)
        if found is None:
            raise InputError(f"No plugin adds `{name}` to people.", where=name)
        return found

    def _extended(self, user: User, values: Mapping[str, Any]) -> dict[str, Any]:
        merged = {**user.extensions, **values}
        return {name: value for name, value in merged.items() if value is not None}

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
        async with audited(self._audit, ctx, "user.delete", str(user_id)):
            user = await self.get(user_id)
            if ctx.actor.kind == "user" and user.id in {ctx.actor.id, ctx.on_behalf_of}:
                raise ConflictError("You cannot delete yourself.", where="id")
            told = {"id": user.id, "username": user.username}
            await self._hooks.call("user.deleting", dict(told), ctx)
            await self._sessions.ask_to_end(ctx, {"user_id": user.id})
            async with self._database.unit_of_work() as unit:
                await unit.connection()
                await self._keep_one_admin(user.id)
                await self._sessions.end(ctx, {"user_id": user.id})
                await self._sessions.end(ctx, {"by_kind": "user", "by_id": user.id})
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
        self,
        ctx: CallContext,
        username: str,
        password: str,
        *,
        address: str = "",
        user_agent: str = "",
    ) -> User:
        """Check a name and a password; `user.authenticating` and `user.challenging` decide too.

        Args:
            ctx: Of the sign-in.
            username: In whatever case.
            password: As typed.
            address: Where it is tried from: attempts are counted for name and address together.
            user_agent: What the browser calls itself.

        Raises:
            BadCredentialsError: One of them is wrong, or the person is deactivated.
            TooManyRequestsError: It was tried too often.
            SecondFactorRequiredError: A plugin asks for another step: see `verify`.
            Veto: A handler refused; its reason is for the person.
        """
        user, right = await self._sign_in.check(
            ctx, username, password, address=address, user_agent=user_agent
        )
        if right and self._passwords.is_outdated(user.password_hash):
            renewed = {"password_hash": await self._passwords.hash(password)}
            user = await self._rows.update(user.id, renewed)
        await self._second.demand(ctx, user, address=address, user_agent=user_agent)
        return user

    @either_way
    async def verify(
        self, ctx: CallContext, ticket: str, answer: str, *, address: str = ""
    ) -> User:
        """Check the answer to a further step of a sign-in, and answer who signed in.

        Raises:
            SecondFactorExpiredError: The ticket opens nothing any more.
            SecondFactorFailedError: The answer is wrong.
            SecondFactorRequiredError: It was right, and another step follows.
            TooManyRequestsError: It was tried too often.
            Veto: The plugin that decides refused or failed.
        """
        return await self._second.answer(ctx, ticket, answer, address=address)

    @either_way
    async def require_password(self, ctx: CallContext, user: User, password: str) -> None:
        """Let only who knows a person's password pass, for what a borrowed browser must not do.

        Raises:
            BadCredentialsError: It is wrong.
            TooManyRequestsError: It was tried too often.
        """
        async with audited(self._audit, ctx, "user.confirm", user.username):
            self._own.take(user.id)
            if not await self._passwords.verify(
                user.password_hash, password[: LONGEST_PASSWORD + 1]
            ):
                raise BadCredentialsError(
                    "The present password is wrong.", next="Check it and try again."
                )
            self._own.forget(user.id)

    async def administrators_besides(self, user_id: str) -> int:
        """Tell how many active administrators there are besides one person."""
        found = await self._rows.find({"role": "admin", "is_active": True})
        return sum(one.id != user_id for one in found)

    def public(self, user: User) -> dict[str, Any]:
        """Copy what the interfaces show of a person; never the password."""
        return public(user)

    def add_property(
        self,
        name: str,
        kind: type = str,
        *,
        default: Any = None,
        title: str = "",
        visible: Visible = "everyone",
    ) -> Undo:
        """Give every person a property: `user.NAME` can be read and set, and `save` stores it.

        While its plugin is disabled it is on no person, and the values are kept.

        Args:
            name: As an attribute.
            kind: `str`, `int`, `float` or `bool`.
            default: For people who have no value.
            title: Its label on the person's page, where it can be changed; empty for none.
            visible: `everyone`; `self`: the person, and who manages people; `admin`: the latter
                alone; `nobody` outside of the hub's own code.

        Raises:
            InputError: The name, type or default cannot be.
            ConflictError: The name is taken.
        """
        extension = Property(
            name=name, kind=kind, default=default, title=title, visible=visible, owner=owner.get()
        )
        return self._database.extensions.add_property(extension, User)

    def add_method(self, name: str, function: Callable[..., Any]) -> Undo:
        """Give every person a method: `user.NAME(...)` calls `function(user, ...)`.

        Raises:
            InputError: The name cannot be.
            ConflictError: The name is taken.
        """
        return self._database.extensions.add_method(name, function, User)
