"""Who acts, for whom, in which journey, and until when.

The identity in a context comes from the pipe, token or session a call came by; nothing a caller
writes in a request can change it.
"""

from __future__ import annotations

import itertools
import os
import time
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Literal

from plexihub.kernel.lineage import Lineage
from plexihub_sdk.ids import PluginId, TraceId, UserId, new_trace_id

ActorKind = Literal["core", "user", "plugin", "operator", "anonymous"]
DEFAULT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Args:
        kind: What it is.
        id: Its id; empty for `core`, `operator` and `anonymous`.
        name: For people who read the audit.
    """

    kind: ActorKind
    id: str = ""
    name: str = ""


CORE = Actor("core", name="core")
OPERATOR = Actor("operator", name="operator")
ANONYMOUS = Actor("anonymous", name="anonymous")


#: Differs from run to run, so that an id never comes twice; counting on costs next to nothing.
_run = os.urandom(8).hex()
_count = itertools.count(1)


def new_record_id() -> str:
    """Make the id of an audit record: 26 hexadecimal digits."""
    return f"{_run}{next(_count):010x}"


class Span:
    """One call, told from others by the id of its record; what it causes names it as its parent.

    Args:
        parent: The call that caused it; None at the beginning of a journey.
    """

    __slots__ = ("_id", "parent")

    def __init__(self, parent: Span | None = None) -> None:
        self.parent = parent
        self._id = ""

    @property
    def id(self) -> str:
        """Its id, made when somebody first asks: most calls are never asked."""
        if not self._id:
            self._id = new_record_id()
        return self._id


def _default_deadline() -> float:
    return time.monotonic() + DEFAULT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """What every call carries.

    Args:
        actor: Who acts.
        on_behalf_of: The person it acts for; None where there is none.
        rights: That person's own rights (`plexihub_sdk.permissions.ROLE_RIGHTS`), or every right
            for the core and the operator.
        trace: Joins every record of one journey.
        deadline: Moment on the monotonic clock, in seconds, at which an answer is no longer wanted.
        lineage: The event whose handler runs; None outside of one.
        span: The call within which this happens; None at the beginning of a journey.
    """

    actor: Actor = CORE
    on_behalf_of: UserId | None = None
    rights: frozenset[str] = frozenset()
    trace: TraceId = field(default_factory=new_trace_id)
    deadline: float = field(default_factory=_default_deadline)
    lineage: Lineage | None = field(default=None, repr=False, compare=False)
    span: Span | None = field(default=None, repr=False, compare=False)

    def remaining(self) -> float:
        """Tell how many seconds are left, never less than zero."""
        return max(0.0, self.deadline - time.monotonic())

    def acting_as(self, actor: Actor) -> CallContext:
        """Make the context of a step that `actor` takes in the same journey."""
        return replace(self, actor=actor)

    def within(self, seconds: float) -> CallContext:
        """Make a context whose deadline is at most `seconds` from now."""
        return replace(self, deadline=min(self.deadline, time.monotonic() + seconds))

    def spanned(self) -> CallContext:
        """Make the context of a call that this one causes."""
        return replace(self, span=Span(self.span))


#: The context of what runs now; set by the doors (HTTP, gateway, scheduler, runtimes).
_current: ContextVar[CallContext | None] = ContextVar("plexihub_call", default=None)
#: The call that runs now, where it is known.
span: ContextVar[Span | None] = ContextVar("plexihub_span", default=None)
#: The plugin whose code runs now in this process: owner of whatever it registers.
owner: ContextVar[PluginId | None] = ContextVar("plexihub_owner", default=None)


def current() -> CallContext:
    """Answer the context of what runs now, or a fresh one of the core's."""
    return _current.get() or CallContext()


def acting() -> CallContext:
    """Answer the context of what runs now, acting as the plugin whose code it is, if any."""
    ctx = current()
    plugin = owner.get()
    if plugin is None or ctx.actor.kind == "plugin":
        return ctx
    return as_plugin(ctx, plugin)


def as_plugin(ctx: CallContext, plugin: PluginId, name: str = "") -> CallContext:
    """Make the context of a plugin's step in a journey: it acts for the person who began it."""
    # In an impersonation the actor is who acts, and the person the one it is done for.
    person = ctx.on_behalf_of
    if person is None and ctx.actor.kind == "user":
        person = UserId(ctx.actor.id)
    known = ctx.actor.name if ctx.actor.id == plugin else ""
    return CallContext(
        actor=Actor("plugin", plugin, name or known or plugin),
        on_behalf_of=person,
        rights=ctx.rights,
        trace=ctx.trace,
        deadline=ctx.deadline,
        lineage=ctx.lineage,
        span=span.get() or ctx.span,
    )


class entered:  # noqa: N801 - reads as a statement: `with entered(ctx):`
    """Make a context the current one inside a `with` block."""

    __slots__ = ("_ctx", "_span", "_token")

    def __init__(self, ctx: CallContext) -> None:
        self._ctx = ctx

    def __enter__(self) -> CallContext:
        self._token = _current.set(self._ctx)
        self._span = None if self._ctx.span is None else span.set(self._ctx.span)
        return self._ctx

    def __exit__(self, *_exc: object) -> None:
        _current.reset(self._token)
        if self._span is not None:
            span.reset(self._span)
