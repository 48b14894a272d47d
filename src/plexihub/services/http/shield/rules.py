"""Judges a request by its address line and headers. Pure: nothing is read or written here.

Bodies are not judged. The hub's own routes decode them into typed fields and bind them as values,
so a signature protects nothing there, and what people write to each other is in them. The field
`q`, by which pages search, is free text as well: only its encoding is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_FOREIGN = re.compile(rb"%[uU][0-9A-Fa-f]{4}")
_OVERLONG = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]")
_CONTROL = re.compile(rb"[\x01-\x08\x0a-\x1f\x7f]")
_CLIMBS = re.compile(r"(?:^|[/\\;=])\.\.(?:[/\\;]|$)|\.{4}[/\\]{2}")
_CLIMBS_FAR = re.compile(r"(?:\.\.[/\\]){2}")
#: Nothing that a rule looks for.
_WORD = re.compile(rb"[A-Za-z0-9-]*")
_NAME = re.compile(rb"[A-Za-z0-9._-]{1,40}")
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
    judged = _known_path if len(path) <= _SHORT else _judge_path
    return judged(path) or _judge_query(query) or _judge_headers(headers)


def _judge_path(path: bytes) -> Hit | None:
    if len(path) > LONGEST_PATH:
        return Hit("oversize", "path")
    forms = _forms(path)
    rule = _encoding_of(forms) or (_has_bad_path(path, forms) and "bad_encoding") or _rule_of(forms)
    return Hit(rule, "path") if rule else None


#: The same pages and routes are asked for again and again.
_known_path = lru_cache(maxsize=1024)(_judge_path)


def _has_bad_path(path: bytes, forms: list[bytes]) -> bool:
    is_malformed = b"%" in path and (_MALFORMED.search(path) or _FOREIGN.search(path))
    return bool(is_malformed) or any(_CONTROL.search(form) for form in forms)


def _judge_query(query: bytes) -> Hit | None:
    if not query:
        return None
    if len(query) > LONGEST_QUERY or query.count(b"&") >= MOST_FIELDS:
        return Hit("oversize", "query")
    for field in query.replace(b"+", b" ").split(b"&"):
        name, _, value = field.partition(b"=")
        rule = _judge_field(name, value)
        if rule:
            return Hit(rule, _named("query", name))
    return None


def _named(place: str, name: bytes) -> str:
    # A name that is none may be the attack, or a secret beside it.
    return f"{place} {_text(name)}" if _NAME.fullmatch(name) else place


def _judge_field(name: bytes, value: bytes) -> str:
    if _text(name) in FREE_TEXT:
        return _encoding_of(_forms(value)[:1])
    if _NAME.fullmatch(name):
        return _judge_text(name) or _judge_text(value)
    # An attack that stands where a name should has a `=` of its own.
    return _judge_text(name + b"=" + value)


def _judge_text(raw: bytes) -> str:
    if _WORD.fullmatch(raw):
        return ""
    forms = _forms(raw)
    if b"%u" in raw.lower() and _FOREIGN.search(raw):
        return "bad_encoding"
    return _encoding_of(forms) or _rule_of(forms)


def _forms(raw: bytes) -> list[bytes]:
    """Decode again and again, until nothing changes."""
    forms = [unquote_to_bytes(raw)]
    while b"%" in forms[-1] and len(forms) < ROUNDS:
        deeper = unquote_to_bytes(forms[-1])
        if deeper == forms[-1]:
            break
        forms.append(deeper)
    return forms


def _encoding_of(forms: list[bytes]) -> str:
    if any(b"\0" in form for form in forms):
        return "null_byte"
    return "bad_encoding" if any(map(_is_overlong, forms)) else ""


def _is_overlong(form: bytes) -> bool:
    return not form.isascii() and _OVERLONG.search(form) is not None


def _rule_of(forms: list[bytes]) -> str:
    try:
        first = forms[0].decode()
    except UnicodeDecodeError:
        return "bad_encoding"
    # Deeper down, what is no text may be what somebody wrote: `%E4` in a text is no encoding.
    texts = [first, *map(_text, forms[1:])]
    return next((rule for text in texts if (rule := _rule_of_text(text))), "")


def _rule_of_text(text: str) -> str:
    return "traversal" if _CLIMBS.search(text) else find_signature(text)


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
            return Hit(rule, _named("header", name))
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
