"""Judges a request by its address line and headers. Pure: nothing is read or written here.

Bodies are not judged. The hub's own routes decode them into typed fields and bind them as values,
so a signature protects nothing there, and what people write to each other is in them. The field
`q`, by which pages search, is free text as well: only its encoding is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from plexihub.services.http.shield.signature import SIGNATURES, find_signature

Headers = Iterable[tuple[bytes, bytes]]
RULES = ("oversize", "null_byte", "bad_encoding", "traversal", *SIGNATURES)
LONGEST_PATH = 2048
LONGEST_QUERY = 8192
MOST_FIELDS = 200
LONGEST_HEADER = 8192
LONGEST_HEADERS = 32_768
MOST_HEADERS = 100
#: Attacks are encoded twice, and a third time; what is deeper is decoded by nobody.
ROUNDS = 3
FREE_TEXT = frozenset({"q"})
#: Random values that no code of the hub takes apart, and other sites' cookies.
_OPAQUE = frozenset(
    {b"cookie", b"authorization", b"proxy-authorization", b"x-csrf-token", b"if-none-match"}
)
_MALFORMED = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_FOREIGN = re.compile(rb"%u[0-9A-Fa-f]{4}")
_OVERLONG = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]")
_CONTROL = re.compile(rb"[\x01-\x08\x0a-\x1f\x7f]")
_CLIMBS = re.compile(r"(?:^|[/\\;=])\.\.(?:[/\\;]|$)|\.{4,}[/\\]{2}")
_CLIMBS_FAR = re.compile(r"(?:\.\.[/\\]){2}")
_SHORT = 512


@dataclass(frozen=True, slots=True)
class Hit:
    """What a request is refused for.

    Args:
        rule: Its name.
        place: Such as `path`, `query id` or `header user-agent`.
    """

    rule: str
    place: str


def judge(path: bytes, query: bytes, headers: Headers) -> Hit | None:
    """Find the first rule that a request breaks.

    Args:
        path: As it was sent, not decoded.
        query: As it was sent.
        headers: Names in lower case.
    """
    return _judge_path(path) or _judge_query(query) or _judge_headers(headers)


def _judge_path(path: bytes) -> Hit | None:
    if len(path) > LONGEST_PATH:
        return Hit("oversize", "path")
    rule = "bad_encoding" if _MALFORMED.search(path) or _FOREIGN.search(path) else ""
    for form in _forms(path):
        rule = rule or _encoding_of(form)
        if not rule and _CONTROL.search(form):
            rule = "bad_encoding"
    # A null byte tells more than the encoding around it.
    rule = "null_byte" if any(b"\0" in form for form in _forms(path)) else rule
    rule = rule or _rule_of(path)
    return Hit(rule, "path") if rule else None


def _judge_query(query: bytes) -> Hit | None:
    if not query:
        return None
    if len(query) > LONGEST_QUERY or query.count(b"&") >= MOST_FIELDS:
        return Hit("oversize", "query")
    for field in query.replace(b"+", b" ").split(b"&"):
        name, _, value = field.partition(b"=")
        rule = _judge_field(name, value)
        if rule:
            return Hit(rule, f"query {_text(unquote_to_bytes(name))[:40]}")
    return None


def _judge_field(name: bytes, value: bytes) -> str:
    if _text(name) in FREE_TEXT:
        return _encoding_of(unquote_to_bytes(value))
    return _judge_text(name) or _judge_text(value)


def _judge_text(raw: bytes) -> str:
    if _FOREIGN.search(raw):
        return "bad_encoding"
    forms = list(_forms(raw))
    return next((rule for form in forms if (rule := _encoding_of(form))), "") or _rule_of(raw)


def _forms(raw: bytes) -> Iterator[bytes]:
    """Decode again and again, until nothing changes."""
    form = unquote_to_bytes(raw)
    yield form
    for _ in range(ROUNDS - 1):
        if b"%" not in form or (deeper := unquote_to_bytes(form)) == form:
            return
        form = deeper
        yield form


def _encoding_of(form: bytes) -> str:
    if b"\0" in form:
        return "null_byte"
    if form.isascii():
        return ""
    if _OVERLONG.search(form):
        return "bad_encoding"
    return ""


def _rule_of(raw: bytes) -> str:
    first = True
    for form in _forms(raw):
        try:
            text = form.decode()
        except UnicodeDecodeError:
            # Deeper down it may be what somebody wrote: `%E4` in a text is no encoding.
            if first:
                return "bad_encoding"
            text = _text(form)
        rule = "traversal" if _CLIMBS.search(text) else find_signature(text)
        if rule:
            return rule
        first = False
    return ""


def _text(form: bytes) -> str:
    return form.decode("utf-8", "replace")


def _judge_headers(headers: Headers) -> Hit | None:
    total = 0
    for count, (name, value) in enumerate(headers, 1):
        total += len(name) + len(value)
        if len(value) > LONGEST_HEADER or total > LONGEST_HEADERS or count > MOST_HEADERS:
            return Hit("oversize", "headers")
        judged = _known_header if len(value) <= _SHORT else _judge_header
        rule = judged(value, name in _OPAQUE)
        if rule:
            return Hit(rule, f"header {_text(name)[:40]}")
    return None


def _judge_header(value: bytes, is_opaque: bool) -> str:  # noqa: FBT001 - cached by position
    if b"\0" in value:
        return "null_byte"
    if _CONTROL.search(value):
        return "bad_encoding"
    if is_opaque:
        return ""
    text = value.decode("latin-1")
    return "traversal" if _CLIMBS_FAR.search(text) else find_signature(text)


#: A browser sends the same headers with every request.
_known_header = lru_cache(maxsize=1024)(_judge_header)
