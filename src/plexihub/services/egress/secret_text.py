"""Secrets in a request by their names, `{{secret:weather}}`, and out of an answer again.

What comes back from a host may reflect what it was sent. Every usual spelling of a secret that went
out is replaced before the plugin sees the answer. A host that means to give a secret away can do so
all the same: a secret goes to hosts only that an administrator bound it to.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from plexihub_sdk.errors import InputError

MARK = "[secret]"
SHORTEST = 8
LONGEST = 4096
_NAMED = re.compile(r"\{\{ *secret: *([A-Za-z0-9][A-Za-z0-9_.-]{0,63}) *\}\}")
_LONGEST_SPELLING = 8
_ENTITIES = {
    '"': ("&quot;",),
    "&": ("&amp;",),
    "'": ("&apos;",),
    "<": ("&lt;",),
    ">": ("&gt;",),
    "/": ("&sol;",),
}
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
        known = tuple(secrets)
        coded = {form for text in known for form in _coded(text)}
        # The longest first: a part of it must not be all that is replaced.
        forms = [_spelled(text) for text in sorted(known, key=len, reverse=True)]
        forms += [re.escape(form) for form in sorted(coded, key=len, reverse=True)]
        self._find = re.compile("|".join(forms).encode(), re.IGNORECASE) if forms else None
        longest = (_LONGEST_SPELLING * len(text) for text in known)
        self._longest = max(longest, default=0)
        self._held = b""

    def text(self, text: str) -> str:
        """Take them out of one line, such as a header."""
        if self._find is None:
            return text
        return self._find.sub(MARK.encode(), text.encode("latin-1", "replace")).decode("latin-1")

    def feed(self, piece: bytes) -> bytes:
        """Take them out of the next piece; its end waits for what follows."""
        if self._find is None:
            return piece
        whole = self._find.sub(MARK.encode(), self._held + piece)
        keep = max(0, len(whole) - self._longest + 1)
        self._held = whole[keep:]
        return whole[:keep]

    def end(self) -> bytes:
        """Answer what waited."""
        held, self._held = self._held, b""
        return held


def _spelled(text: str) -> str:
    """Make the pattern of a text with each of its signs as it is, or as the web escapes it."""
    return "".join(one if one.isalnum() else _sign(one) for one in text)


def _sign(sign: str) -> str:
    code = ord(sign)
    spelled = [rf"\\?{re.escape(sign)}", f"%{code:02x}", rf"\\u{code:04x}", f"&#0*{code};"]
    spelled += [f"&#x0*{code:x};", *(re.escape(name) for name in _ENTITIES.get(sign, ()))]
    if sign == " ":
        spelled.append(r"\+")
    return f"(?:{'|'.join(spelled)})"


def _coded(text: str) -> set[str]:
    """Answer a text as hexadecimal, backwards, and as base64 wherever it begins."""
    raw = text.encode()
    found = {raw.hex(), text[::-1]}
    # Base64 of a text that begins with something else has one of three spellings.
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw).decode()
        inner = coded[(0, 2, 3)[before] :].rstrip("=")
        whole = inner[:-1] if len(inner) > SHORTEST else inner
        found |= {whole, whole.replace("+", "-").replace("/", "_")}
    return {form for form in found if len(form) >= SHORTEST}
