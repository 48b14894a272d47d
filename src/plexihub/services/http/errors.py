"""Which status each of the hub's errors becomes, and how it looks on the wire."""

from __future__ import annotations

import logging

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.users import TooManyRequestsError
from plexihub_sdk.errors import PermissionDenied, PlexiHubError

_log = logging.getLogger(__name__)

STATUS: dict[str, int] = {
    "error": 500,
    "invalid_input": 400,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "unauthenticated": 401,
    "bad_credentials": 401,
    "permission_denied": 403,
    "csrf_failed": 403,
    "blocked": 403,
    "method_not_allowed": 405,
    "vetoed": 422,
    "too_many_requests": 429,
    "limit_exceeded": 429,
    "busy": 503,
    "plugin_error": 502,
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


class MethodNotAllowedError(PlexiHubError):
    """The path is there, but not for this method."""

    code = "method_not_allowed"


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
