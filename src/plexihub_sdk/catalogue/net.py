"""Requests that people and programs make of the hub, and those the hub makes of others."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import EventType, HookType


class RequestHandling(TypedDict):
    """A request, without its cookies and credentials; of changes those in `headers` count.

    `user_id` is None where nobody is signed in. A veto is answered with 403 and its reason.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    address: str
    user_id: str | None


class ResponseSending(TypedDict):
    """An answer, without its cookies; of changes those in `headers` and `json` count.

    `json` is the body of a JSON answer, else None.
    """

    method: str
    path: str
    status: int
    headers: dict[str, str]
    json: Any
    user_id: str | None


class RequestHandled(TypedDict):
    """How a request was answered, and how long that took."""

    method: str
    path: str
    status: int
    milliseconds: float
    user_id: str | None


class OutgoingRequesting(TypedDict):
    """A request to another machine, as it will be sent: `url`, `method` and `headers` may change.

    It is asked again for each place to which an answer redirects. `caller` is the plugin's id, or
    empty for the hub itself.
    """

    method: str
    url: str
    headers: dict[str, str]
    caller: str


class OutgoingRequested(TypedDict):
    """How another machine answered; `url` is shown without its query, `bytes` is the body's size.

    `status` is 0 and `error` says why where there was no answer.
    """

    method: str
    url: str
    status: int
    bytes: int
    milliseconds: float
    caller: str
    error: str


HOOKS = (
    HookType(
        name="request.handling",
        payload=RequestHandling,
        doc="Before a request is handled, once it is known who sends it.",
        deadline=2.0,
    ),
    HookType(
        name="response.sending",
        payload=ResponseSending,
        doc="Before an answer is sent.",
        deadline=2.0,
    ),
    HookType(
        name="outgoing.requesting",
        payload=OutgoingRequesting,
        doc="Before the service `network` calls another machine.",
        on_failure="closed",
    ),
)
EVENTS = (
    EventType(name="request.handled", payload=RequestHandled, doc="A request was answered."),
    EventType(
        name="outgoing.requested",
        payload=OutgoingRequested,
        doc="The service `network` called another machine.",
    ),
)
