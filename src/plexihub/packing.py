"""From an author's folder to a package: `NAME-VERSION.plexi`, the same bytes on every machine.

What the installer would refuse is refused here. The archive holds what a plugin runs with and what
a person reads: not the tools' own files, and in place of TypeScript its bundle, which has the
source inside of its map.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from plexihub.marketplace.archive import SUFFIX, read_archive, write_archive
from plexihub.marketplace.check import check_manifest
from plexihub.marketplace.staging import digest_of, files_of, stage
from plexihub.marketplace.trust import verify
from plexihub.runtimes.deno.bundle import bundle
from plexihub.runtimes.process.vendor import vendor
from plexihub_sdk.errors import PackageError
from plexihub_sdk.manifest import Manifest, read_manifest

MANIFEST = "plugin.json"
_BUNDLED = frozenset({".ts", ".mts", ".js", ".mjs", ".tsx", ".jsx"})
#: Settings of the author's tools, which say nothing to who installs the plugin.
_TOOLS = frozenset({"deno.json", "deno.jsonc", "deno.lock", "package.json", "package-lock.json"})
_ENTRYPOINT = re.compile(r'("entrypoint"\s*:\s*)"(?:[^"\\]|\\.)*"')

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that was made.

    Args:
        manifest: What it says of itself.
        data: The archive.
        names: The files in it.
        digest: Of its content: the one that the installed plugin has.
    """

    manifest: Manifest
    data: bytes
    names: tuple[str, ...]
    digest: str

    @property
    def file_name(self) -> str:
        """What its file is usually called."""
        return f"{self.manifest.id}-{self.manifest.version}{SUFFIX}"

    @property
    def sha256(self) -> str:
        """The checksum of the archive, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def pack(folder: Path, say: Say) -> Packed:
    """Make the package of a plugin's folder; blocks.

    Args:
        folder: With its plugin.json; it is only read.
        say: Told what is done, for a person who waits.

    Raises:
        PackageError: It would not be installed, a type is wrong, or a dependency is not there.
        StartupError: Deno is missing, and the plugin is in TypeScript.
    """
    if not (folder / MANIFEST).is_file():
        raise PackageError(
            f"There is no {MANIFEST} in {folder}.",
            where=str(folder),
            next='Write one: {"id": "my-plugin", "version": "1.0.0", "entrypoint": "main.ts"}',
        )
    with tempfile.TemporaryDirectory(prefix="plexihub-pack-") as work:
        say("Reading the files")
        copied = stage(verify(folder), Path(work)).folder
        copied.chmod(0o700)
        manifest = read_manifest((copied / MANIFEST).read_bytes())
        check_manifest(manifest, copied)
        files = _built(copied, manifest, say)
        data = write_archive(files)
        return _checked(data, manifest)


def write(packed: Packed, place: Path) -> Path:
    """Write a package to a file, or into a folder under its usual name; blocks.

    Raises:
        PackageError: It cannot be written; what was there before is untouched.
    """
    target = place / packed.file_name if place.is_dir() else place
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_bytes(packed.data)
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise PackageError(
            f"{target} cannot be written: {error.strerror}.", where=str(target)
        ) from None
    return target


def _built(folder: Path, manifest: Manifest, say: Say) -> dict[str, bytes]:
    """Give the files of the package, with the code in the form in which it runs."""
    suffix = PurePosixPath(manifest.entrypoint).suffix
    if suffix not in _BUNDLED:
        _compile(folder)
        vendor(folder, say)
        return _chosen(folder)
    files = _chosen(folder)
    made = bundle(folder, manifest.entrypoint, say)
    kept = {name: content for name, content in files.items() if name not in made.modules}
    kept |= made.files
    kept[MANIFEST] = _with_entrypoint(files[MANIFEST], manifest.entrypoint, made.entrypoint)
    return {name: content for name, content in kept.items() if name not in _TOOLS}


def _chosen(folder: Path) -> dict[str, bytes]:
    files = {}
    for name, path in files_of(folder):
        is_hidden = any(part.startswith(".") for part in name.split("/"))
        if not is_hidden and not name.endswith(SUFFIX):
            files[name] = path.read_bytes()
    return files


def _compile(folder: Path) -> None:
    for name, path in files_of(folder):
        if path.suffix != ".py":
            continue
        try:
            compile(path.read_bytes(), name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            raise PackageError(
                f"{name}:{line}: {getattr(error, 'msg', error)}.", where=f"{name}:{line}"
            ) from None


def _with_entrypoint(text: bytes, before: str, after: str) -> bytes:
    """Name the bundle in the manifest, whose order and indentation stay."""
    if before == after:
        return text
    fresh = _ENTRYPOINT.sub(lambda found: found[1] + json.dumps(after), text.decode(), count=1)
    if read_manifest(fresh.encode()).entrypoint == after:
        return fresh.encode()
    # Something else of that name stands before it.
    said = json.loads(text)
    holder = said.get("manifest", {})
    holder = holder if "entrypoint" in holder else said
    holder["entrypoint"] = after
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def _checked(data: bytes, manifest: Manifest) -> Packed:
    """Read the package as an installer does, and see that it is the same plugin."""
    members = read_archive(data)
    with tempfile.TemporaryDirectory(prefix="plexihub-pack-") as work:
        for member in members:
            target = Path(work, member.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.content)
        said = read_manifest(Path(work, MANIFEST).read_bytes())
        check_manifest(said, Path(work))
        files = files_of(Path(work))
        found = digest_of(files)
    if (said.id, said.version) != (manifest.id, manifest.version):
        raise RuntimeError("the package says another plugin than its folder")
    return Packed(said, data, tuple(name for name, _ in files), found)
