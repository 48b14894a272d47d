"""How an action ended, told by what it raised: one mapping for every door."""

from __future__ import annotations

from plexihub.kernel.ports import Outcome
from plexihub_sdk.errors import (
    InputRefusedError,
    PermissionDenied,
    PlexiHubError,
    PluginCrashedError,
    PluginTimeoutError,
    ProtocolError,
    Veto,
)

_OUTCOMES: tuple[tuple[type[BaseException], Outcome], ...] = (
    (PluginTimeoutError, "timeout"),
    (PluginCrashedError, "crashed"),
    (ProtocolError, "crashed"),
    (Veto, "vetoed"),
    (PermissionDenied, "denied"),
    (InputRefusedError, "denied"),
)


def outcome_of(error: BaseException | None) -> Outcome:
    """Tell how an action ended by what it raised; None is `ok`."""
    if error is None:
        return "ok"
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return "failed"


def rule_of(error: BaseException | None) -> str:
    """Tell which rule an error stands for: its code, and what it is about where that is known."""
    if isinstance(error, PermissionDenied):
        return f"{error.code}:{error.permission}"
    if isinstance(error, Veto):
        return f"{error.code}:{error.plugin}" if error.plugin else error.code
    return error.code if isinstance(error, PlexiHubError) else ""


def sentence(error: BaseException | None) -> str:
    """Tell what an error says, or its name where it says nothing."""
    return "" if error is None else str(error) or type(error).__name__
