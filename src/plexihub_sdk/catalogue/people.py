"""People, their roles and their sessions; the steps of a sign-in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import Entity, EventType, HookType


class UserCreating(TypedDict):
    """A person is about to be created; what stands here is what is stored."""

    username: str
    display_name: str
    role: str
    tags: list[str]
    permissions: list[str]
    extensions: dict[str, Any]


class UserDeleting(TypedDict):
    """A person is about to be deleted."""

    id: str
    username: str


class UserChanged(TypedDict):
    """The person's public record after the change (never the password)."""

    user: dict[str, Any]


class UserDeleted(TypedDict):
    """Who was deleted."""

    id: str
    username: str


class RoleCreating(TypedDict):
    """A role is about to be created."""

    name: str
    title: str
    permissions: list[str]


class RoleChanged(TypedDict):
    """The role after the change."""

    role: dict[str, Any]


class SessionCreating(TypedDict):
    """A session is about to begin; `kind` is `sign-in` or `impersonation`.

    `user_agent` and `address` may be changed; whose session it is may not.
    """

    user_id: str
    username: str
    kind: str
    user_agent: str
    address: str


class SessionChanged(TypedDict):
    """The session after the change (never its token)."""

    session: dict[str, Any]


class SessionDeleting(TypedDict):
    """A session is about to end."""

    id: str
    user_id: str


class SessionDeleted(TypedDict):
    """Which session ended, and whose it was."""

    id: str
    user_id: str


class UserIdentifying(TypedDict):
    """The password did not fit; a handler that knows the person otherwise sets `accepted`."""

    username: str
    address: str
    user_agent: str
    accepted: bool


class UserAuthenticating(TypedDict):
    """The password was right and no session exists yet; a veto refuses the sign-in."""

    id: str
    username: str
    role: str
    address: str
    user_agent: str


class UserChallenging(TypedDict):
    """A sign-in may need another step; each challenge is `{"kind": ..., "prompt": ...}`."""

    id: str
    username: str
    role: str
    address: str
    user_agent: str
    challenges: list[dict[str, str]]


class UserVerifying(TypedDict):
    """The answer to a challenge; nothing but `accepted` set to True lets the sign-in pass."""

    id: str
    username: str
    kind: str
    answer: str
    accepted: bool


class UserLogin(TypedDict):
    """Somebody signed in, from where and with what."""

    userId: str
    sessionId: str
    user: dict[str, Any]
    address: str
    user_agent: str
    at: str


class UserLogout(TypedDict):
    """Somebody signed out, or the session was revoked."""

    userId: str
    sessionId: str


_ENTITIES = (
    Entity(
        name="user",
        noun="a person",
        creating=UserCreating,
        changed=UserChanged,
        deleting=UserDeleting,
        deleted=UserDeleted,
    ),
    Entity(name="role", noun="a role", creating=RoleCreating, changed=RoleChanged),
    Entity(
        name="session",
        noun="a session",
        creating=SessionCreating,
        changed=SessionChanged,
        deleting=SessionDeleting,
        deleted=SessionDeleted,
    ),
)
#: Whoever cannot decide whether a session may begin lets none begin.
_GUARDS = frozenset({"session.creating"})
HOOKS = (
    *(
        replace(hook, on_failure="closed") if hook.name in _GUARDS else hook
        for entity in _ENTITIES
        for hook in entity.hooks()
    ),
    HookType(
        name="user.identifying",
        payload=UserIdentifying,
        doc="After a password that did not fit, before the sign-in is refused.",
        on_failure="closed",
    ),
    HookType(
        name="user.authenticating",
        payload=UserAuthenticating,
        doc="After the right password, before there is a session.",
        on_failure="closed",
    ),
    HookType(
        name="user.challenging",
        payload=UserChallenging,
        doc="After `user.authenticating`: what else the person is asked for.",
        on_failure="closed",
    ),
    HookType(
        name="user.verifying",
        payload=UserVerifying,
        doc="When the person answered a challenge.",
        on_failure="closed",
    ),
)
EVENTS = (
    *(event for entity in _ENTITIES for event in entity.events()),
    EventType(
        name="user.login",
        payload=UserLogin,
        doc="A sign-in succeeded and its session exists.",
        sandbox_name="onAuthSuccess",
    ),
    EventType(name="user.logout", payload=UserLogout, doc="A session ended."),
)
