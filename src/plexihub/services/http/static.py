"""The built pages: files by name, and `index.html` for every address inside the application."""

from __future__ import annotations

import asyncio
import hashlib
import html
import mimetypes
import re
from pathlib import Path, PurePosixPath

from plexihub.services.http.answer import Answer
from plexihub.services.http.call import Call
from plexihub_sdk.errors import NotFoundError

_HASHED = re.compile(r"-[A-Z0-9]{8}\.[a-z0-9.]+\Z")
_BASE = '<base href="/">'
_FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}
_MISSING = (
    "<!doctype html><title>PlexiHub</title><p>The pages of this hub are not built: run"
    " <code>make web</code>, then reload.</p>"
)


class Pages:
    """Serves one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def answer(self, call: Call) -> Answer:
        """Answer a GET that is no API's.

        Raises:
            NotFoundError: An asset is named that is not there.
        """
        name = call.path.lstrip("/")
        parts = PurePosixPath(name).parts
        if name and not _is_hidden(name) and ".." not in parts:
            data = await asyncio.to_thread(_read, self._folder / name)
            if data is not None and name != "index.html":
                return _file(call, name, data)
        if parts[:1] == ("assets",):
            raise NotFoundError(f"There is no file {call.path!r}.", where=call.path)
        return await self._index(call)

    async def _index(self, call: Call) -> Answer:
        data = await asyncio.to_thread(_read, self._folder / "index.html")
        if data is None:
            return Answer(503, _MISSING.encode(), "text/html; charset=utf-8")
        base = f'<base href="{html.escape(call.root, quote=True)}/">'
        page = data.decode().replace(_BASE, base, 1).encode()
        return cached(call, page, "text/html; charset=utf-8", ASK_AGAIN)


def _is_hidden(name: str) -> bool:
    return "\0" in name or "\\" in name or any(part.startswith(".") for part in name.split("/"))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (OSError, ValueError):
        return None


def _file(call: Call, name: str, data: bytes) -> Answer:
    suffix = PurePosixPath(name).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return cached(call, data, kind, _FOREVER if _HASHED.search(name) else ASK_AGAIN)


def cached(call: Call, data: bytes, kind: str, cache: str) -> Answer:
    """Answer a file with its tag, or that the caller's copy of it is still good."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": cache}
    if tag in call.headers.get("if-none-match", ""):
        return Answer(304, headers=headers)
    return Answer(200, data, kind, headers)
