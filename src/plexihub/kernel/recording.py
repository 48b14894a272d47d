"""One call into a sandboxed plugin as it was: enough to run it again without the hub.

Everything that a plugin gets to know crosses one door or comes from its senses: the payload, the
answers of the gateway, the time and the chance that it perceived. What it kept in its own memory
from calls before is not among it; `served` says how many there were.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from plexihub.kernel.watch import Seen
from plexihub_sdk.errors import InputError, PlexiHubError
from plexihub_sdk.wire import encode_error

FORMAT = 1
MOST_BYTES = 8 * 1024 * 1024
REDACTED = "[redacted]"
_SECRET = re.compile(
    r"passw|secret|token|authorization|cookie|api[-_]?key|credential", re.IGNORECASE
)
#: `token=…` in an address or a form, and `Bearer …`; what was left out already is not counted anew.
_IN_TEXT = re.compile(
    r"((?:passw|secret|token|api[-_]?key|credential)[\w-]{0,40}=|\bbearer +)"
    r"(?!\[redacted\])[^\s&\"'<>]+",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(rf"{_SECRET.pattern}|bearer", re.IGNORECASE)
#: Fields that name what stands in `value` beside them.
_NAMES = ("name", "key", "header")
_PAIR = 2
_LONGEST_NAME = 100
_ID = re.compile(r"[0-9a-f]{16}\Z")


class Exchange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One request of the plugin's, and what the hub answered.

    Args:
        method: Of the gateway.
        params: What was asked.
        value: The answer, where it was none of the hub's errors.
        error: The error, as it went to the plugin.
        asked: When it was asked, counted over all that crossed the gateway in the call.
        answered: When it was answered; 0 where the call ended before.
    """

    method: str
    params: Any
    value: Any = None
    error: dict[str, Any] | None = None
    asked: int = 0
    answered: int = 0


class Recording(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One call.

    Args:
        id: By which it is found.
        plugin: Whose call.
        version: Of the plugin.
        digest: Of its files.
        hook: What was called.
        payload: What it was handed.
        at: When, ISO 8601 in UTC.
        user: The person for whom; None where there is none.
        trace: Joins it with the records of the audit.
        seconds: How long the call might take.
        memory_mb: How much memory the plugin might take.
        served: Calls that this process of the plugin had taken before.
        top: What the plugin's top level perceived when it was loaded.
        seen: What it perceived in the call.
        exchanges: What crossed the gateway.
        value: What it answered.
        error: How it failed; None where it did not.
        ms: How long it took.
        redacted: How many values were left out, as secrets.
        cut: Whether the recording came to a bound, so that a replay goes only so far.
        format: Of this file.
    """

    id: str
    plugin: str
    version: str
    digest: str
    hook: str
    payload: Any
    at: str
    user: str | None
    trace: str
    seconds: float
    memory_mb: int
    served: int = 0
    top: Seen = {}
    seen: Seen = {}
    exchanges: list[Exchange] = []
    value: Any = None
    error: dict[str, Any] | None = None
    ms: float = 0.0
    redacted: int = 0
    cut: bool = False
    format: int = FORMAT

    @property
    def outcome(self) -> str:
        """How it ended: `ok`, or the code of its error."""
        return "ok" if self.error is None else str(self.error["code"])

    @property
    def moment(self) -> float:
        """When it was made, in milliseconds."""
        return datetime.fromisoformat(self.at).astimezone(UTC).timestamp() * 1000


class Redactor:
    """Leaves out values that are secrets by their name, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def clean(self, value: Any) -> Any:
        """Answer a plain copy of a JSON value without secrets."""
        return self._clean(value, is_secret=False)

    def clean_answer(self, params: Any, value: Any) -> Any:
        """Answer what came of a request that may name a secret, such as the key `token`."""
        named = [params.get(name) for name in _NAMES] if isinstance(params, dict) else []
        return self._clean(value, is_secret=any(map(_is_secret, named)))

    def _clean(self, value: Any, *, is_secret: bool) -> Any:
        if isinstance(value, dict):
            named = any(_is_secret(value.get(name)) for name in _NAMES)
            return {
                key: self._clean(
                    each, is_secret=is_secret or _is_secret(key) or (named and key == "value")
                )
                for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            # A header as a pair: what stands behind the name of a secret is one.
            pair = len(value) == _PAIR and _is_secret(value[0])
            return [
                self._clean(each, is_secret=is_secret or (pair and at == 1))
                for at, each in enumerate(value)
            ]
        if not isinstance(value, str) or not value:
            return value
        if is_secret:
            self.count += value != REDACTED
            return REDACTED
        return self._text(value)

    def _text(self, text: str) -> str:
        """Leave secrets out of a text: of a body in JSON or of a form, of an address."""
        if not _SECRET_TEXT.search(text):
            return text
        if text.lstrip().startswith(("{", "[")):
            with contextlib.suppress(msgspec.MsgspecError, RecursionError):
                before, found = self.count, msgspec.json.decode(text)
                cleaned = self.clean(found)
                return text if self.count == before else msgspec.json.encode(cleaned).decode()
        cleaned, count = _IN_TEXT.subn(rf"\1{REDACTED}", text)
        self.count += count
        return cleaned


def _is_secret(name: Any) -> bool:
    return isinstance(name, str) and len(name) <= _LONGEST_NAME and bool(_SECRET.search(name))


def error_of(error: BaseException) -> dict[str, Any]:
    """Write an error as it stands in a recording."""
    if isinstance(error, PlexiHubError):
        return encode_error(error)
    return {"code": "error", "message": f"{type(error).__name__}: {error}", "data": {}}


def write_recording(recording: Recording) -> bytes:
    """Write a recording as a file's content."""
    return msgspec.json.format(msgspec.json.encode(recording), indent=1) + b"\n"


def read_recording(content: bytes, where: str) -> Recording:
    """Read what `write_recording` wrote.

    Raises:
        InputError: It is no recording, or one of a later version of PlexiHub.
    """
    if len(content) > MOST_BYTES:
        raise InputError("The recording is larger than 8 MiB.", where=where)
    try:
        found = msgspec.json.decode(content, type=Recording)
        datetime.fromisoformat(found.at)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise InputError(
            f"This is no recording of a call: {error}.",
            where=where,
            next="Make one: plexihub plugin export CALL -o FILE",
        ) from None
    if found.format != FORMAT or not _ID.match(found.id):
        raise InputError("The recording is of another version of PlexiHub.", where=where)
    return found


def is_call_id(text: str) -> bool:
    """Whether a text can be the id of a recorded call."""
    return _ID.match(text) is not None
