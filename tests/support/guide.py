"""Reads a page of the guide block by block, and does what its blocks say."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.hub import command_here

BLOCK = re.compile(r"^```([a-z]+)(?: ([\w./-]+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LANGUAGES = {"ts": "typescript", "python": "python"}


@dataclass(frozen=True)
class Block:
    """A block of code.

    Args:
        kind: What it is written in.
        label: The file that it is, or for whom a console is.
        text: What stands in it.
    """

    kind: str
    label: str
    text: str

    def is_for(self, language: str) -> bool:
        """Whether who follows the page in a language does this."""
        meant = self.label if self.kind == "console" else LANGUAGES.get(self.kind, "")
        return meant in {language, ""}

    @property
    def steps(self) -> list[tuple[str, list[str]]]:
        """The commands of a console, each with the lines that it prints among others."""
        found: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
        return found


def blocks(page: Path) -> list[Block]:
    """Read the blocks of a page, in their order."""
    return [Block(*found) for found in BLOCK.findall(page.read_text(encoding="utf-8"))]


@dataclass
class Reader:
    """Somebody who does what a page says.

    Args:
        folder: Where they stand.
        data: Of the hub that their commands mean.
    """

    folder: Path
    data: Path

    def follow(self, block: Block) -> None:
        """Write the file that a block is, or type its commands and compare what they print."""
        if block.kind != "console":
            (self.folder / block.label).write_text(block.text, encoding="utf-8")
            return
        for typed, expected in block.steps:
            printed = self.type(typed)
            at = 0
            for line in expected:
                at = printed.find(line, at)
                assert at >= 0, f"$ {typed}\nprinted no {line!r} there, but:\n{printed}"

    def type(self, typed: str) -> str:
        """Type one command, which must succeed, and answer what it printed."""
        program, *arguments = typed.split()
        if program == "cd":
            self.folder /= arguments[0]
            return ""
        if program != "plexihub":
            # Of the shell's own words, for files in a folder of the test's.
            done = subprocess.run(
                ["bash", "-c", typed], cwd=self.folder, capture_output=True, text=True, check=False
            )
        else:
            with contextlib.chdir(self.folder):
                done = command_here(*shlex.split(" ".join(arguments)), data=self.data)
        assert done.returncode == 0, f"$ {typed}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr
