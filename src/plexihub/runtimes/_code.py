"""A trusted plugin's Python files as importable modules, read and compiled off the event loop.

Every start gets module names of its own, so that a plugin enabled again runs its new code and two
plugins with the same file names never meet. `unload` leaves nothing in `sys.modules`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path, PurePosixPath
from types import CodeType, ModuleType

from plexihub_sdk.errors import PluginLoadError

MAX_FILES = 2000
MAX_BYTES = 16 * 1024 * 1024
_INIT = "__init__"


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    data: bytes
    code: CodeType | None
    is_package: bool


class CodeTree(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """The modules of one start of one plugin.

    Args:
        entry: Module name of the entry point.
        package: Top-level name of all of them.
        sources: The files by module name.
    """

    def __init__(self, entry: str, package: str, sources: dict[str, _Source]) -> None:
        self.entry = entry
        self.package = package
        self._sources = sources

    def load(self) -> ModuleType:
        """Import the entry point; whatever its code raises comes out as it is."""
        if self not in sys.meta_path:
            sys.meta_path.append(self)
        return importlib.import_module(self.entry)

    def unload(self) -> None:
        """Forget the modules; code that still runs keeps its own."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for name in [name for name in sys.modules if self.owns(name)]:
            del sys.modules[name]

    def owns(self, module: str) -> bool:
        """Whether a module of this name is one of these."""
        return module == self.package or module.startswith(f"{self.package}.")

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the protocol's
        target: ModuleType | None = None,  # noqa: ARG002 - the protocol's
    ) -> ModuleSpec | None:
        """Find one of these modules for the import system."""
        if (source := self._sources.get(fullname)) is None:
            return None
        spec = importlib.util.spec_from_loader(
            fullname, self, origin=str(source.path), is_package=source.is_package
        )
        if spec is not None:
            spec.has_location = True
        return spec

    def is_package(self, fullname: str) -> bool:
        """Whether relative imports start at this module."""
        return self._sources[fullname].is_package

    def get_code(self, fullname: str) -> CodeType | None:
        """Answer what was compiled; what did not compile raises here, when it is imported."""
        source = self._sources[fullname]
        return source.code or compile(source.data, str(source.path), "exec", dont_inherit=True)

    def get_source(self, fullname: str) -> str:
        """Answer the text, for tracebacks."""
        return importlib.util.decode_source(self._sources[fullname].data)


def read_tree(root: Path, entrypoint: str, package: str) -> CodeTree:
    """Read and compile a plugin's files; blocks, so call it off the event loop.

    Args:
        root: The plugin's folder, or its one file.
        entrypoint: Path of the entry point below a folder.
        package: Top-level module name to give to it all.

    Raises:
        PluginLoadError: A file cannot be read, the entry point is missing, or it is all too much.
    """
    if not root.is_dir():
        return CodeTree(package, package, {package: _read(root, is_package=False)})
    files = {_module(package, root, path): path for path in _python_files(root)}
    entry = _module(package, root, root / entrypoint)
    if entry not in files or files[entry] != root / entrypoint:
        raise PluginLoadError(
            f"The entry point {entrypoint!r} is no Python file of this plugin.",
            where="entrypoint",
            next="Name a .py file below the folder in plugin.json.",
        )
    sources = {name: _read(path, is_package=path.stem == _INIT) for name, path in files.items()}
    if sum(len(source.data) for source in sources.values()) > MAX_BYTES:
        raise PluginLoadError(
            f"The plugin's code is larger than {MAX_BYTES} bytes.", where=root.name
        )
    return CodeTree(entry, package, _with_packages(root, package, sources))


def check(path: Path) -> None:
    """See that a file can be read and compiled, without running it.

    Raises:
        PluginLoadError: It cannot be read.
        SyntaxError: It does not compile.
    """
    source = _read(path, is_package=False)
    compile(source.data, str(path), "exec", dont_inherit=True)


def _python_files(root: Path) -> list[Path]:
    found = []
    for path in root.rglob("*.py"):
        inner = path.relative_to(root).parts
        if any(part.startswith(".") or part == "__pycache__" for part in inner):
            continue
        found.append(path)
        if len(found) > MAX_FILES:
            raise PluginLoadError(
                f"The plugin has more than {MAX_FILES} Python files.", where=root.name
            )
    return found


def _module(package: str, root: Path, path: Path) -> str:
    inner = PurePosixPath(path.relative_to(root).as_posix()).with_suffix("")
    parts = inner.parts[:-1] if inner.name == _INIT else inner.parts
    return ".".join((package, *parts))


def _read(path: Path, *, is_package: bool) -> _Source:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PluginLoadError(
            f"{path.name} cannot be read: {error.strerror}.",
            where=str(path),
            next="Check that the file exists and that the hub may read it.",
        ) from None
    try:
        code = compile(data, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        code = None  # only an import of it makes this a failure
    return _Source(path, data, code, is_package)


def _with_packages(root: Path, package: str, sources: dict[str, _Source]) -> dict[str, _Source]:
    """Add the folders that have no `__init__.py`, as empty packages."""
    empty = compile("", str(root), "exec")
    for name in [package, *sources]:
        for folder in _above(name):
            sources.setdefault(folder, _Source(root, b"", empty, is_package=True))
    sources.setdefault(package, _Source(root, b"", empty, is_package=True))
    return sources


def _above(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module
