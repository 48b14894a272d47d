"""The header that tells a browser under which name to keep a file (RFC 6266)."""

from __future__ import annotations

import re
from urllib.parse import quote

_HARMLESS = re.compile(r"[^A-Za-z0-9._ -]")


def disposition(name: str, *, inline: bool = False) -> str:
    """Write `Content-Disposition` for a file's name: ASCII for old readers, then the whole name."""
    plain = _HARMLESS.sub("_", name) or "file"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
