"""The package as rules see it: its files, read once and bounded, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from plexihub_sdk.manifest import Manifest

Kind = Literal["python", "script", "other"]
#: Longer sources are not parsed, and that is a finding: nobody writes such a file by hand.
MOST_SOURCE_BYTES = 4 * 1024 * 1024
_PYTHON = frozenset({".py", ".pyi", ".pyw"})
#: JavaScript is read by the larger grammar, so that rules meet one set of nodes.
_SCRIPT = {
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "tsx"),
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    ".tsx": "tsx",
}
_TEST_FOLDERS = frozenset({"test", "tests", "__tests__"})


@dataclass
class File:
    """One file of the package.

    Args:
        path: Inside the package, `/` separated.
        data: Its bytes.
    """

    path: str
    data: bytes

    @cached_property
    def suffix(self) -> str:
        """The last part of its name, in small letters."""
        return PurePosixPath(self.path).suffix.lower()

    @property
    def kind(self) -> Kind:
        """In which language it is written, by its name, which is how it is loaded."""
        if self.suffix in _PYTHON:
            return "python"
        return "script" if self.suffix in _SCRIPT else "other"

    @property
    def language(self) -> str:
        """The grammar of a script."""
        return _SCRIPT[self.suffix]

    @cached_property
    def text(self) -> str | None:
        """Its text; None where it is no UTF-8."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, as compilers count them."""
        text = (self.text or "").replace("\r\n", "\n").replace("\r", "\n")
        return text.split("\n")

    @property
    def is_code(self) -> bool:
        """Whether it is a source that can be parsed."""
        is_short = len(self.data) <= MOST_SOURCE_BYTES
        return self.kind != "other" and is_short and self.text is not None

    @cached_property
    def is_test(self) -> bool:
        """Whether it belongs to the package's tests by its place or name."""
        *folders, name = PurePosixPath(self.path).parts
        stem = name.lower().partition(".")[0]
        is_named = stem.startswith("test_") or stem.endswith("_test") or ".test." in name.lower()
        return is_named or not _TEST_FOLDERS.isdisjoint(folders) or ".spec." in name.lower()


@dataclass
class Use:
    """What the code of a package was seen to use; rules about permissions read it.

    Args:
        api: Paths below `plugin.api` to the first place of each.
        words: Every name of an attribute, and every short text.
        handlers: Names of hooks that the code has a function for, and where.
        hosts: Addresses that `fetch` is called with, and where.
    """

    api: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    handlers: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    hosts: list[tuple[str, str, int, int]] = field(default_factory=list)


@dataclass
class Package:
    """What is judged.

    Args:
        root: Folder of the files, or the one file.
        tier: In which it would run.
        manifest: What it says of itself; None where it is wrong or cannot be told without
            running it.
        manifest_file: The file that says it; empty where there is none.
        problem: What is wrong with the manifest: message, place, what to do.
        paths: Every file, in order.
        use: What the code was seen to use.
        refused: Permissions that the hub's policy gives to nobody.
    """

    root: Path
    tier: str
    manifest: Manifest | None = None
    manifest_file: str = ""
    problem: tuple[str, str, str] | None = None
    paths: tuple[str, ...] = ()
    use: Use = field(default_factory=Use)
    refused: frozenset[str] = frozenset()
    is_bare: bool = False
    kinds: set[Kind] = field(default_factory=set)
    #: Small texts that rules about the package look at, by name in small letters.
    texts: dict[str, File] = field(default_factory=dict)

    @cached_property
    def own_modules(self) -> frozenset[str]:
        """What its Python files can import of itself, by the first part of the name."""
        parts = [PurePosixPath(path).parts for path in self.paths]
        files = {one[-1].removesuffix(".py") for one in parts if one[-1].endswith(".py")}
        return frozenset(files | {folder for one in parts for folder in one[:-1]})

    def files(self) -> Iterator[File]:
        """Read the files, one after the other.

        Raises:
            OSError: One cannot be read.
        """
        folder = self.root.parent if self.is_bare else self.root
        for path in self.paths:
            yield File(path, (folder / path).read_bytes())

    def named(self, *stems: str) -> File | None:
        """Find a text at the top by the beginning of its name, such as `readme`."""
        for name, file in self.texts.items():
            if name.startswith(stems) and "/" not in name:
                return file
        return None
