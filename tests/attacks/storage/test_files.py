"""Attacks on files of plugins' own: by paths, by what lies there, by size."""

from __future__ import annotations

import asyncio
import os
import socket
import unicodedata
from contextlib import suppress
from typing import Any

import pytest

from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    PlexiHubError,
)
from tests.attacks.storage.conftest import SECRET, Field

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-20")]


# --- Files ---

BAD_PATHS = [
    "../victim/own/secret.txt",
    "..",
    ".",
    "a/../../victim/own/secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "a//b",
    "a/",
    "/a",
    "a/./b",
    ".hidden",
    "a/.git",
    "..\\victim",
    "a\\b",
    "C:\\x",
    "C:x",
    "a:stream",
    "a\0b",
    "a\nb",
    "a\x1bb",
    "a\u202eb",
    "con",
    "CON.txt",
    "a/NUL",
    "com1.log",
    "lpt¹",
    "a.",
    "a ",
    " a",
    "a?",
    "a*",
    "a|b",
    unicodedata.normalize("NFD", "é.txt"),
    "n" * 201,
    "é" * 101,
    "/".join("abcdefghi"),
    "%2e%2e/victim\u2215own",
]


@pytest.mark.parametrize("path", BAD_PATHS, ids=ascii)
async def test_path_that_leads_elsewhere_is_refused(field: Field, path: str) -> None:
    """In every call, before the disk is asked."""
    if path.startswith("%2e"):  # plain text to the disk: a name like any other, of its own
        await field.ask("files.write", path=path, content="mine")
        assert (field.folder / "%2e%2e" / "victim\u2215own").read_text() == "mine"
        return
    await field.refused(InputError, "files.write", path=path, content="x")
    await field.refused(InputError, "files.read", path=path)
    await field.refused(InputError, "files.delete", path=path)
    await field.refused(InputError, "files.stat", path=path)
    assert (await field.ask("files.list"))["items"] == []


@pytest.mark.parametrize("other", ["A.txt", "a.TXT", "\uff41.txt"], ids=ascii)
async def test_name_that_some_systems_take_for_another_is_refused(field: Field, other: str) -> None:
    """A file is not replaced under a second spelling, nor a folder entered by one."""
    await field.ask("files.write", path="a.txt", content="first")
    await field.refused(ConflictError, "files.write", path=other, content="second")
    await field.ask("files.write", path="dir/b", content="first")
    await field.refused(ConflictError, "files.write", path="DIR/c", content="second")
    assert (await field.ask("files.read", path="a.txt"))["content"] == "first"


async def _place(field: Field, kind: str) -> None:
    """Put something into the attacker's folder that no call of a plugin could."""
    field.folder.mkdir(exist_ok=True)
    own, victim = field.folder / "it", field.data / "plugin-data" / "victim" / "own"
    if kind == "link to a file":
        own.symlink_to(victim / "secret.txt")
    elif kind == "link to nothing":
        own.symlink_to(field.data / "made.txt")
    elif kind == "hard link":
        os.link(field.data / "canary.txt", own)
    elif kind == "pipe":
        os.mkfifo(own)
    elif kind == "folder":
        own.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(own))


@pytest.mark.parametrize(
    "kind", ["link to a file", "link to nothing", "hard link", "pipe", "folder", "socket"]
)
async def test_what_is_no_plain_file_is_neither_read_nor_written(field: Field, kind: str) -> None:
    """Whoever put it there, and no call waits for the other end of a pipe."""
    await _place(field, kind)
    async with asyncio.timeout(20):
        await field.refused(ConflictError, "files.read", path="it")
        await field.refused(ConflictError, "files.write", path="it", content="x")
        await field.refused(ConflictError, "files.write", path="it", content="x", append=True)
        await field.refused(ConflictError, "files.delete", path="it")
    assert not (field.data / "made.txt").exists()


@pytest.mark.parametrize("which", ["inside", "whole"])
async def test_folder_swapped_for_a_link_leads_nowhere(field: Field, which: str) -> None:
    """Neither a folder inside nor the plugin's own is followed where it is a link."""
    victim = field.data / "plugin-data" / "victim"
    if which == "inside":
        field.folder.mkdir(exist_ok=True)
        (field.folder / "own").symlink_to(victim / "own")
    else:
        if field.folder.exists():
            field.folder.rmdir()
        field.folder.symlink_to(victim)
    await field.refused(ConflictError, "files.read", path="own/secret.txt")
    await field.refused(ConflictError, "files.write", path="own/secret.txt", content="x")
    await field.refused(ConflictError, "files.write", path="own/new.txt", content="x")
    await field.refused(ConflictError, "files.delete", path="own/secret.txt")
    if which == "whole":
        await field.refused(ConflictError, "files.list")
        field.folder.unlink()
    else:
        assert (await field.ask("files.list"))["items"] == []


async def test_link_that_comes_and_goes_is_never_followed(field: Field) -> None:
    """Swapped under running calls, a name leads to the plugin's own file or to a refusal."""
    field.folder.mkdir(exist_ok=True)
    own = field.folder / "it"
    victim = field.data / "plugin-data" / "victim" / "own" / "secret.txt"
    stop = asyncio.Event()

    async def swap() -> None:
        while not stop.is_set():
            own.unlink(missing_ok=True)
            with suppress(FileExistsError):  # a write came between
                own.symlink_to(victim)
            await asyncio.sleep(0)
            own.unlink(missing_ok=True)
            await asyncio.sleep(0)

    swapping = asyncio.create_task(swap())
    seen: set[str] = set()
    for _ in range(60):
        try:
            await field.ask("files.write", path="it", content="mine")
            seen.add((await field.ask("files.read", path="it"))["content"])
        except (ConflictError, NotFoundError):
            seen.add("refused")
    stop.set()
    await swapping
    assert seen <= {"mine", "refused"}


async def test_files_at_one_time_do_not_pass_the_limit_together(field: Field) -> None:
    """Number and bytes hold over writes, appends and replaced files."""
    await field.limit(own_files=5)
    writes = (field.ask("files.write", path=f"f{at}", content="x") for at in range(20))
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert sum(isinstance(one, dict) for one in answers) == 5
    await field.limit(own_files_mb=1)
    appends = (
        field.ask("files.write", path="f0", content="x" * 300_000, append=True) for _ in range(10)
    )
    await asyncio.gather(*appends, return_exceptions=True)
    items = (await field.ask("files.list"))["items"]
    assert sum(one["size"] for one in items) <= 2**20


@pytest.mark.parametrize(
    ("content", "encoding", "wanted"),
    [
        ("x" * 3_000_001, "text", InputError),
        ("not base64!", "base64", InputError),
        ("AAA", "base64", InputError),
        ("x", "latin-1", InputError),
        ("x", "utf-16", InputError),
    ],
    ids=["large", "signs", "short", "latin", "utf16"],
)
async def test_content_that_is_none_is_refused(
    field: Field, content: str, encoding: str, wanted: type[PlexiHubError]
) -> None:
    """Too much for one call, or not what it says it is."""
    await field.refused(wanted, "files.write", path="a", content=content, encoding=encoding)
    assert (await field.ask("files.list"))["items"] == []


@pytest.mark.parametrize("offset", [-1, 2**60, 0.5, "0"])
async def test_range_that_is_none_is_refused(field: Field, offset: Any) -> None:
    """A range lies in the file."""
    await field.ask("files.write", path="a", content="x")
    await field.refused(InputError, "files.read", path="a", offset=offset)


@pytest.mark.parametrize(
    "identity",
    ["../hub.db", "..", "x" * 36, "00000000-0000-0000-0000-000000000000", "%2e%2e%2fhub.db"],
)
async def test_no_id_of_an_upload_leads_elsewhere(field: Field, identity: str) -> None:
    """An id that is none finds nothing, and looks like one of somebody else's."""
    await field.refused(InputError, "files.open", id=identity)


async def test_upload_of_another_person_looks_like_none(field: Field) -> None:
    """The very same words, for an upload there is and one that there is not."""
    there = await field.target.hub.files.save("a.txt", SECRET.encode(), owner="grace")
    told = []
    for identity in (there.id, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFoundError) as caught:
            await field.ask("files.open", id=identity)
        told.append((caught.value.message, caught.value.where, caught.value.next))
    assert told[0] == told[1]
