"""How values and errors travel between the hub and a sandboxed process (docs/protocol.md).

Limits and names that both ends share, and the form of an error in a frame. Nothing in a frame says
who is calling: that is the pipe it came by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from plexihub_sdk import errors
from plexihub_sdk.errors import PermissionDenied, PlexiHubError, Veto, every_error

__all__ = (
    "HEADER_BYTES",
    "MAX_DEPTH",
    "MAX_IN_FLIGHT",
    "MAX_MESSAGE_BYTES",
    "PROTOCOL_VERSION",
    "crossing_errors",
    "decode_error",
    "encode_error",
)

PROTOCOL_VERSION: Final = 1
#: Length of the JSON text, unsigned, big endian, before every frame.
HEADER_BYTES: Final = 4
#: Bytes of one frame's JSON text.
MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
#: Arrays and objects inside one another.
MAX_DEPTH: Final = 64
#: Calls without an answer in one direction.
MAX_IN_FLIGHT: Final = 64


def crossing_errors() -> dict[str, type[PlexiHubError]]:
    """Map the codes that may cross to their classes: the SDK's own, none of the host's."""
    return {code: cls for code, cls in every_error().items() if cls.__module__ == errors.__name__}


def encode_error(error: PlexiHubError) -> dict[str, Any]:
    """Write an error as it stands in a frame."""
    data: dict[str, Any] = {"where": error.where, "next": error.next}
    if isinstance(error, PermissionDenied):
        data["permission"] = error.permission
    return {"code": error.code, "message": error.message, "data": data}


def decode_error(error: Mapping[str, Any]) -> PlexiHubError:
    """Make the error that a frame describes; an unknown code becomes a `PlexiHubError`."""
    message, data = str(error.get("message", "")), error.get("data", {})
    where, following = str(data.get("where", "")), str(data.get("next", ""))
    cls = crossing_errors().get(str(error.get("code", "")), PlexiHubError)
    if issubclass(cls, PermissionDenied):
        return cls(str(data.get("permission", "")), message, where=where, next=following)
    if issubclass(cls, Veto):
        return cls(message, plugin=where)
    return cls(message, where=where, next=following)
