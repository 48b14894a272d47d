"""How what plugin code raised travels in a frame; never raises itself."""

from __future__ import annotations

import traceback
from typing import Any

from plexihub_sdk.errors import PermissionDenied, PlexiHubError, Veto

MAX_TEXT = 4000
#: Frames of the guest's own code, and of the import system's, tell a plugin's author nothing.
_INSIDE = ("plexihub_sdk/guest/", "<frozen importlib", "/importlib/__init__.py")


def to_wire(error: BaseException) -> dict[str, Any]:
    """Describe an error of the plugin's."""
    try:
        if isinstance(error, Veto):
            return _wire("vetoed", str(error.reason))
        data: dict[str, Any] = {"stack": stack_of(error)}
        if isinstance(error, PermissionDenied):
            data["permission"] = str(error.permission)
        return _wire("plugin_raised", describe(error), data)
    except Exception:  # noqa: BLE001 - its text is the plugin's own code, which may fail again
        return _wire("plugin_raised", "It raised something that cannot be shown.")


def describe(error: BaseException) -> str:
    """Say what was raised: `Name: text`, with the place of what does not compile."""
    text = error.message if isinstance(error, PlexiHubError) else str(error)
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def stack_of(error: BaseException) -> str:
    """Show the plugin's own frames, with their lines; the last of them where they are many."""
    trace = traceback.TracebackException.from_exception(error, compact=True)
    trace.stack = traceback.StackSummary.from_list(
        [frame for frame in trace.stack if not any(part in frame.filename for part in _INSIDE)]
    )
    return "".join(trace.format())[-MAX_TEXT:]


def refusal(code: str, message: str) -> dict[str, Any]:
    """Make an error of the guest's own."""
    return _wire(code, message)


def _wire(code: str, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    short = message if len(message) <= MAX_TEXT else f"{message[:MAX_TEXT]}…"
    return {"code": code, "message": short, "data": data or {}}
