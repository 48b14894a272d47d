"""What an entry of the catalogue says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

DEFAULT_DEADLINE = 5.0
OnFailure = Literal["open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookType:
    """One hook of the catalogue.

    Args:
        name: `noun.verbing`.
        payload: The TypedDict whose keys the handler receives and may change.
        doc: When it runs, one sentence.
        deadline: Seconds that one handler may take.
        on_failure: What a raising or late handler means: `open` goes on without it, `closed`
            refuses the operation. Whatever guards security is closed.
        sandbox_name: Its spelling in a sandboxed plugin, where it has one.
        gathers: Sandboxed handlers only add to its lists, so they are asked at the same time.
    """

    name: str
    payload: type[Any]
    doc: str
    deadline: float = DEFAULT_DEADLINE
    on_failure: OnFailure = "open"
    sandbox_name: str | None = None
    gathers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One event of the catalogue.

    Args:
        name: `noun.verbed`.
        payload: The TypedDict of what listeners receive.
        doc: When it is told, one sentence.
        sandbox_name: Its spelling as a sandboxed plugin's hook, where it has one.
        action: What the hub does when a trusted plugin tells it; empty where only those who
            listen act.
        own: A sandboxed plugin hears it only where its `id` is the plugin's own.
    """

    name: str
    payload: type[Any]
    doc: str
    sandbox_name: str | None = None
    action: str = ""
    own: bool = False


class Updating(TypedDict):
    """A record is about to change; `changes` holds the fields to be written."""

    id: str
    changes: dict[str, Any]


class Deleting(TypedDict):
    """A record is about to be deleted."""

    id: str


class Deleted(TypedDict):
    """Which record was deleted."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A kind of record of which every write is asked before and told after.

    It gives `NAME.creating`, `NAME.updating`, `NAME.deleting`, and `NAME.created`, `NAME.updated`,
    `NAME.deleted`.

    Args:
        name: One noun.
        noun: As in a sentence: `a message`.
        creating: Payload of the hook before it is created: what is to be stored.
        changed: Payload of the events after it was created or changed.
        updating: Payload of the hook before it changes.
        deleting: Payload of the hook before it is deleted.
        deleted: Payload of the event after it was deleted.
    """

    name: str
    noun: str
    creating: type[Any]
    changed: type[Any]
    updating: type[Any] = Updating
    deleting: type[Any] = Deleting
    deleted: type[Any] = Deleted

    def hooks(self) -> tuple[HookType, HookType, HookType]:
        """Make its three hooks."""
        name, noun = self.name, self.noun
        return (
            HookType(
                name=f"{name}.creating", payload=self.creating, doc=f"Before {noun} is created."
            ),
            HookType(name=f"{name}.updating", payload=self.updating, doc=f"Before {noun} changes."),
            HookType(
                name=f"{name}.deleting", payload=self.deleting, doc=f"Before {noun} is deleted."
            ),
        )

    def events(self) -> tuple[EventType, EventType, EventType]:
        """Make its three events."""
        name, noun = self.name, self.noun
        noun = noun[0].upper() + noun[1:]
        return (
            EventType(name=f"{name}.created", payload=self.changed, doc=f"{noun} was created."),
            EventType(name=f"{name}.updated", payload=self.changed, doc=f"{noun} changed."),
            EventType(name=f"{name}.deleted", payload=self.deleted, doc=f"{noun} was deleted."),
        )
