"""Secrets in a request by their names, `{{secret:weather}}`, and out of an answer again.

What comes back from a host may reflect what it was sent. Every usual spelling of a secret that went
out is replaced before the plugin sees the answer. A host that means to give a secret away can do so
all the same: a secret goes to hosts only that an administrator bound it to.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from plexihub_sdk.errors import InputError

MARK = b"[secret]"
SHORTEST = 8
LONGEST = 4096
_NAMED = re.compile(r"\{\{ *secret: *([A-Za-z0-9][A-Za-z0-9_.-]{0,63}) *\}\}")
#: A name in a part of an address that is no query was encoded by the parser.
_MISPLACED = re.compile(r"(?:\{|%7b){2} *secret:", re.IGNORECASE)


def names_in(*texts: str) -> set[str]:
    """Answer the names of secrets that stand in some texts."""
    return {name for text in texts for name in _NAMED.findall(text)}


def check_place(text: str, where: str) -> None:
    """Refuse a secret's name where none is filled in.

    Raises:
        InputError: One stands there.
    """
    if _MISPLACED.search(text):
        raise InputError(
            "A secret stands in a header, the query or a text body; nowhere else.", where=where
        )


def fill(text: str, secrets: Mapping[str, str], kind: str = "") -> str:
    """Put secrets in the place of their names.

    Args:
        text: A header, a query or a body.
        secrets: Name to value; has every name of the text.
        kind: Of the body, such as `application/json`; `query` for a query.
    """

    def value(found: re.Match[str]) -> str:
        secret = secrets[found[1]]
        if "json" in kind:
            return json.dumps(secret)[1:-1]
        if kind == "query" or "urlencoded" in kind:
            return quote(secret, safe="")
        return secret

    return _NAMED.sub(value, text)


class Redactor:
    """Takes secrets out of what comes back, over the borders of pieces as well.

    Args:
        secrets: What went out: values, and whole headers with one in them.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {form for text in secrets for form in _forms(text)}
        # The longest first: a part of it must not be all that is replaced.
        forms = sorted(known, key=lambda form: (-len(form), form))
        self._find = re.compile(b"|".join(map(re.escape, forms)), re.IGNORECASE) if forms else None
        self._longest = max(map(len, forms), default=0)
        self._held = b""

    def text(self, text: str) -> str:
        """Take them out of one line, such as a header."""
        if self._find is None:
            return text
        return self._find.sub(MARK, text.encode("latin-1", "replace")).decode("latin-1")

    def is_in(self, text: str) -> bool:
        """Whether one stands in a line."""
        return self._find is not None and self._find.search(text.encode()) is not None

    def feed(self, piece: bytes) -> bytes:
        """Take them out of the next piece; its end waits for what follows."""
        if self._find is None:
            return piece
        whole = self._find.sub(MARK, self._held + piece)
        keep = max(0, len(whole) - self._longest + 1)
        self._held = whole[keep:]
        return whole[:keep]

    def end(self) -> bytes:
        """Answer what waited."""
        held, self._held = self._held, b""
        return held


def _forms(text: str) -> set[bytes]:
    raw = text.encode()
    found = {
        raw,
        quote(text, safe="").encode(),
        quote_plus(text).encode(),
        html.escape(text).encode(),
        json.dumps(text)[1:-1].encode(),
        json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        raw.hex().encode(),
        raw[::-1],
    }
    # Base64 of a text that begins with something else has one of three spellings.
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw)
        inner = coded[(0, 2, 3)[before] :].rstrip(b"=")
        whole = inner[: len(inner) - 1] if len(inner) > SHORTEST else inner
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in found if len(form) >= SHORTEST}
