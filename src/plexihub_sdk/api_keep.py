"""The part of the table of `plugin.api` that is about what a plugin keeps."""

from __future__ import annotations

from plexihub_sdk.api_method import ApiMethod, Param, option
from plexihub_sdk.permissions import FILES_OWN, FILES_READ, STORAGE_OWN

_KEY = Param("key", "string", "Printable text of at most 200 characters.")
_TTL = option("ttl", "number", "Seconds until it ends; it stays where this is left out.")
_IF_VERSION = option("ifVersion", "number", "Only where it has this version now.")
_LIMIT = option("limit", "number", "How many at most: 100, up to 1,000.")


_STORAGE: tuple[tuple[str, str, tuple[Param, ...], str], ...] = (
    ("get", "Answer the value under a key, or null", (_KEY,), "t.Value"),
    (
        "entry",
        "Answer the value under a key with its version and its end, or null",
        (_KEY,),
        "t.StorageEntry | null",
    ),
    (
        "set",
        "Keep a value under a key, and answer its version",
        (
            _KEY,
            Param("value", "t.Json", "Any JSON, of 64 KiB at most."),
            _TTL,
            _IF_VERSION,
            option("ifAbsent", "boolean", "Only where there is nothing under the key now."),
        ),
        "{ version: number }",
    ),
    (
        "delete",
        "Delete the value under a key, and tell whether there was one",
        (_KEY, _IF_VERSION),
        "boolean",
    ),
    (
        "list",
        "List values by key, as many as one answer holds",
        (
            option("prefix", "string", "How the keys begin."),
            option("after", "string", "Only keys behind this one: `next` of the page before."),
            _LIMIT,
        ),
        "t.StoragePage",
    ),
    (
        "increment",
        "Add to a whole number, which is 0 at first, and answer the sum",
        (_KEY, option("by", "number", "How much; 1 where it is left out."), _TTL),
        "number",
    ),
)


def _storage(space: str, whose: str) -> tuple[ApiMethod, ...]:
    """Make the methods of one compartment of values."""
    return tuple(
        ApiMethod(
            path=f"{space}.{verb}",
            name=f"{space}.{verb}",
            doc=f"{doc}; {whose}.",
            permission=STORAGE_OWN,
            params=params,
            returns=returns,
        )
        for verb, doc, params, returns in _STORAGE
    )


_TABLE = Param("table", "string", "Its name in `tables` of plugin.json.")
_WHERE = Param("where", "t.Where", "Conditions by column, which must all hold.")
_TABLES: tuple[tuple[str, str, tuple[Param, ...], str], ...] = (
    (
        "find",
        "Find rows of a table of the plugin's own.",
        (
            _TABLE,
            option("where", "t.Where", "Conditions by column, which must all hold."),
            option("order", "string[]", "Columns, a leading `-` for descending."),
            _LIMIT,
            option("offset", "number", "How many to pass over."),
        ),
        "t.TableRow[]",
    ),
    (
        "count",
        "Count rows of a table of the plugin's own.",
        (_TABLE, option("where", "t.Where", "Conditions by column, which must all hold.")),
        "number",
    ),
    (
        "insert",
        "Store a row in a table of the plugin's own, and answer it.",
        (_TABLE, Param("values", "Record<string, t.Json>", "By column; `id` may be left out.")),
        "t.TableRow",
    ),
    (
        "update",
        "Change rows of a table of the plugin's own, and answer how many.",
        (_TABLE, _WHERE, Param("changes", "Record<string, t.Json>", "New values by column.")),
        "number",
    ),
    (
        "delete",
        "Delete rows of a table of the plugin's own, and answer how many.",
        (_TABLE, _WHERE),
        "number",
    ),
)


_PATH = Param("path", "string", "Such as `reports/2026.csv`, below the plugin's folder.")
_ENCODING = option("encoding", '"text" | "base64"', "How the content is written here: as text.")
_RANGE = (
    _ENCODING,
    option("offset", "number", "First byte: 0."),
    option("length", "number", "How many bytes at most: 3,000,000."),
)
_FILES: tuple[tuple[str, str, tuple[Param, ...], str], ...] = (
    (
        "read",
        "Read a file of the plugin's own, or a part of it.",
        (_PATH, *_RANGE),
        "t.FileContent",
    ),
    (
        "write",
        "Write a file of the plugin's own, whole or not at all, and answer its size.",
        (
            _PATH,
            Param("content", "string", "Of 3,000,000 bytes at most."),
            _ENCODING,
            option("append", "boolean", "Add it to what is there."),
            option("ifAbsent", "boolean", "Only where there is no such file now."),
        ),
        "{ size: number }",
    ),
    (
        "list",
        "List the plugin's own files by path.",
        (
            option("prefix", "string", "How the paths begin."),
            option("after", "string", "Only paths behind this one: `next` of the page before."),
            _LIMIT,
        ),
        "t.FilePage",
    ),
    (
        "delete",
        "Delete a file of the plugin's own, and tell if there was one.",
        (_PATH,),
        "boolean",
    ),
    ("stat", "Tell about a file of the plugin's own, or null.", (_PATH,), "t.FileFacts | null"),
)


KEEP_API: tuple[ApiMethod, ...] = (
    *_storage("storage", "the plugin's own"),
    *_storage("storage.mine", "of the person for whom it works now"),
    *(
        ApiMethod(
            path=f"tables.{verb}",
            name=f"tables.{verb}",
            doc=doc,
            permission=STORAGE_OWN,
            params=params,
            returns=returns,
        )
        for verb, doc, params, returns in _TABLES
    ),
    *(
        ApiMethod(
            path=f"files.{verb}",
            name=f"files.{verb}",
            doc=doc,
            permission=FILES_OWN,
            params=params,
            returns=returns,
        )
        for verb, doc, params, returns in _FILES
    ),
    ApiMethod(
        path="files.open",
        name="files.open",
        doc="Read a file that the person for whom it works has uploaded, or a part of it.",
        permission=FILES_READ,
        params=(Param("id", "string", "Of the upload."), *_RANGE),
        returns="t.Upload",
    ),
)
