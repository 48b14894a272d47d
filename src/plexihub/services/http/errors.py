"""Which status each of the hub's errors becomes, and how it looks on the wire."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.users import SecondFactorRequiredError, TooManyRequestsError
from plexihub_sdk.errors import PermissionDenied, PlexiHubError, Veto

_log = logging.getLogger(__name__)

STATUS: dict[str, int] = {
    "error": 500,
    "invalid_input": 400,
    "input_refused": 400,
    "not_found": 404,
    "not_recorded": 409,
    "conflict": 409,
    "dependency": 409,
    "too_large": 413,
    "unauthenticated": 401,
    "bad_credentials": 401,
    "second_factor_required": 401,
    "second_factor_failed": 401,
    "second_factor_expired": 401,
    "permission_denied": 403,
    "consent_needed": 403,
    "csrf_failed": 403,
    "blocked": 403,
    "refused": 403,
    "method_not_allowed": 405,
    "vetoed": 422,
    "too_many_requests": 429,
    "limit_exceeded": 429,
    "busy": 503,
    "plugin_error": 502,
    "payload_invalid": 502,
    "plugin_load_failed": 502,
    "plugin_unavailable": 503,
    "plugin_crashed": 502,
    "plugin_timeout": 503,
    "plugin_raised": 502,
    "protocol_error": 502,
    "package_error": 400,
    "manifest_invalid": 400,
    "config_invalid": 400,
    "startup_failed": 500,
    "network_failed": 502,
    "backup_failed": 500,
    "backup_damaged": 400,
}


class CsrfError(PermissionDenied):
    """The request does not come from the hub's own pages."""

    code = "csrf_failed"

    def __init__(self, message: str) -> None:
        super().__init__("", message, next="Reload the page and try again.")


class BlockedError(PlexiHubError):
    """The request looks like an attack.

    Args:
        rule: The rule that it breaks.
        place: Where it does.
        trace: Under which the audit has it.
    """

    code = "blocked"

    def __init__(self, rule: str, place: str, trace: str) -> None:
        super().__init__(
            f"The request was blocked by the rule `{rule}`.",
            where=place,
            next="If it was meant well, tell an administrator its trace id.",
        )
        self.rule = rule
        self.trace = trace


class RefusedError(PlexiHubError):
    """A plugin refuses the request, with a reason for who sent it.

    Args:
        veto: Of its handler.
    """

    code = "refused"

    def __init__(self, veto: Veto) -> None:
        super().__init__(veto.reason, where=veto.plugin)


class MethodNotAllowedError(PlexiHubError):
    """The path is there, but not for this method.

    Args:
        path: That was called.
        method: With which it was.
        allowed: The methods it is there for.
    """

    code = "method_not_allowed"

    def __init__(self, path: str, method: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"{path} cannot be called with {method}.",
            where=path,
            next=f"Use {' or '.join(allowed)}.",
        )
        # What answers GET answers HEAD.
        self.allowed = [*allowed, *(["HEAD"] if "GET" in allowed else [])]


def error_answer(error: PlexiHubError) -> Answer:
    """Make the answer of an error that the caller may be told of."""
    body = {
        "code": error.code,
        "message": _writable(error.message),
        "where": _writable(error.where),
        "next": _writable(error.next),
    }
    headers = {}
    if isinstance(error, BlockedError):
        body |= {"rule": error.rule, "trace": error.trace}
    elif isinstance(error, TooManyRequestsError):
        headers["retry-after"] = str(error.seconds)
    elif isinstance(error, SecondFactorRequiredError):
        body |= {"ticket": error.ticket, "kind": error.kind}
    elif isinstance(error, MethodNotAllowedError):
        headers["allow"] = ", ".join(error.allowed)
    return json_answer({"error": body}, status=STATUS.get(error.code, 500), headers=headers)


def _writable(text: str) -> str:
    # The name of a file may be no text, and stands in an error as it is.
    return text.encode("utf-8", "replace").decode()


def unknown_answer(error: BaseException, ctx: CallContext) -> Answer:
    """Make the answer of an error nobody foresaw: the log has it, the caller its trace id."""
    _log.error("trace %s failed", ctx.trace, exc_info=error)
    body = {
        "code": "internal",
        "message": "Something went wrong in the hub.",
        "where": ctx.trace,
        "next": "An administrator finds the details under this trace id in the hub's log.",
    }
    return json_answer({"error": body}, status=500)


def describe_validation(error: msgspec.ValidationError) -> tuple[str, str]:
    """Tell what is wrong with a body, and in which field."""
    message, _, path = str(error).partition(" - at `")
    where = path.rstrip("`").removeprefix("$").lstrip(".")
    if not where and " field `" in message:
        where = message.split("`")[1]
    return message + ".", where
