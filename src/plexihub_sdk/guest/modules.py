"""Which modules of the standard library a sandboxed plugin has, and what to use instead of others.

Those of the list are imported before the process is forked from the one that was warmed up, so
that each plugin shares them; they compute, and reach nothing outside of the process.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

#: What a plugin may import; of a package also what is named with a dot, and no more.
_ALLOWED = """
    __future__ abc array asyncio base64 binascii bisect calendar cmath codecs collections
    collections.abc colorsys configparser contextlib contextvars copy copyreg csv dataclasses
    datetime decimal difflib enum errno fnmatch fractions functools graphlib hashlib heapq hmac html
    html.entities html.parser importlib.resources inspect io itertools json
    json.decoder keyword locale logging math numbers operator pprint queue random re reprlib sched
    secrets statistics string stringprep struct textwrap threading time tokenize traceback types
    typing unicodedata urllib.parse uuid warnings weakref zlib _thread
"""
ALLOWED = frozenset(_ALLOWED.split())
#: Of the SDK: what a plugin uses. The guest itself is not among them.
SDK = frozenset(
    f"plexihub_sdk{name}"
    for name in (
        *("", ".api", ".catalogue", ".errors", ".events", ".hearing", ".hooks", ".ids", ".models"),
        *(".permissions", ".plugin", ".routes", ".sandbox", ".ui"),
    )
)
#: Packages that are imported with a name they hold.
PARENTS = frozenset(name.rpartition(".")[0] for name in ALLOWED | SDK if "." in name)
#: Loaded as others are used, and not to be looked for when there are no files any more.
_ALSO = (
    *("_strptime", "encodings.ascii", "encodings.idna", "encodings.latin_1", "encodings.cp1252"),
    *("encodings.punycode", "encodings.utf_16", "encodings.utf_16_le", "encodings.utf_16_be"),
    *("encodings.utf_32", "encodings.utf_8_sig", "encodings.cp437", "encodings.unicode_escape"),
    *("importlib.readers", "importlib.resources.abc", "zipfile", "stringprep", "linecache"),
    *("asyncio.taskgroups", "asyncio.timeouts", "asyncio.runners", "concurrent.futures.thread"),
)

_NETWORK = "use plugin.api.fetch (permission network:fetch)"
_FILES = (
    "its own files are read with importlib.resources, and what it keeps goes through plugin.api"
)
_PROGRAMS = "programs and system calls are for trusted plugins"
_DATABASE = "use plugin.api.query (permission data:read)"


def _each(names: str, says: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), says)


_INSTEAD: Mapping[str, str] = {
    **_each(
        "socket ssl requests urllib httpx aiohttp urllib3 ftplib smtplib imaplib poplib telnetlib "
        "socketserver xmlrpc websockets selectors select",
        _NETWORK,
    ),
    "http": _NETWORK,
    **_each(
        "os posix pathlib shutil tempfile glob fileinput mmap zipfile tarfile zipimport",
        _FILES,
    ),
    **_each(
        "subprocess ctypes cffi signal resource multiprocessing pty fcntl concurrent",
        _PROGRAMS,
    ),
    **_each("sqlite3 sqlalchemy psycopg dbm shelve", _DATABASE),
    **dict.fromkeys(("pickle", "marshal"), "use json"),
    "zoneinfo": "use datetime.timezone",
    "importlib": "use `import`, and importlib.resources for files of the plugin's own",
    "numpy": "only pure Python can be packed into a plugin; statistics, math and array are there",
}


def warm_up() -> None:
    """Import everything that a plugin may; called before the process is forked."""
    for name in (*sorted(ALLOWED | SDK), *_ALSO):
        importlib.import_module(name)


def refusal(name: str) -> str:
    """Say why a module is not there, and what is possible instead."""
    root = name.partition(".")[0]
    instead = _INSTEAD.get(root)
    if instead is None:
        instead = "pack a pure Python package into the plugin's folder, or do without"
    return f"a sandboxed plugin has no module {name!r}: {instead}"
