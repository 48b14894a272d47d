"""A plugin's modules, from the bytes of its archive and from nowhere else.

The archive is a zip file without compression, made by the hub. Its modules live in one package, so
that relative imports work as in the trusted tier; `import week` finds the plugin's own `week.py`
too, as the same module. Tracebacks show source lines, `importlib.resources` reads data files.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.resources.abc
import importlib.util
import io
import linecache
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from plexihub_sdk.guest import modules

_INIT = "__init__.py"
#: Packages of others that were put into the plugin's; its own modules go before them.
_VENDOR = "vendor/"
_SUFFIX = ".py"
_FILE, _DIRECTORY = b"PK\x03\x04", b"PK\x01\x02"
#: Of a file in a zip: method of compression, size, length of the name and of the extra field.
_HEADER = struct.Struct("<8xH8xI4xHH")


def read_archive(archive: bytes) -> dict[str, bytes]:
    """Answer the files by their path.

    Read here and not by `zipfile`, which writes to half a megabyte of what all plugins share.

    Raises:
        ValueError: It is no zip file without compression.
    """
    files, at = {}, 0
    while archive.startswith(_FILE, at):
        method, size, name_size, extra = _HEADER.unpack_from(archive, at)
        start = at + _HEADER.size
        content = start + name_size + extra
        at = content + size
        if method != 0 or at > len(archive):
            raise ValueError("the archive cannot be read")
        files[archive[start : start + name_size].decode()] = archive[content:at]
    if at and not archive.startswith(_DIRECTORY, at):
        raise ValueError("the archive cannot be read")
    return files


class Importer(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of one plugin.

    Args:
        package: Top-level name of all of them.
        files: The plugin's files by their path.
        builtins: What its modules have as `__builtins__`.
    """

    def __init__(
        self, package: str, files: Mapping[str, bytes], builtins: Mapping[str, Any]
    ) -> None:
        self.package = package
        self._files = files
        self._builtins = builtins
        self._folders = {"", *(folder for path in files for folder in _above(path))}

    def module_name(self, path: str) -> str:
        """Answer the name under which a file is imported."""
        parts = path.removesuffix(_SUFFIX).split("/")
        return ".".join((self.package, *(parts[:-1] if parts[-1] == "__init__" else parts)))

    def owns(self, module: str) -> bool:
        """Whether a module of this name is the plugin's."""
        return module == self.package or module.startswith(f"{self.package}.")

    def has(self, name: str) -> bool:
        """Whether `import name` finds a file or folder of the plugin's."""
        return self._place(f"{self.package}.{name.partition('.')[0]}") is not None

    def sources(self) -> list[str]:
        """List the plugin's files of code, by the names under which they are compiled."""
        return [path for path in self._files if path.endswith(_SUFFIX)]

    # --- finding ---

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the protocol's
        target: ModuleType | None = None,  # noqa: ARG002 - the protocol's
    ) -> ModuleSpec | None:
        """Find one of the plugin's modules; refuse whatever else is not loaded by now.

        Raises:
            ModuleNotFoundError: It is no module of the plugin's.
        """
        if not self.owns(fullname):
            if self._place(f"{self.package}.{fullname}") is None:
                raise ModuleNotFoundError(modules.refusal(fullname), name=fullname)
            return ModuleSpec(fullname, _Alias(f"{self.package}.{fullname}"))
        place = self._place(fullname)
        if place is None:
            return None
        spec = importlib.util.spec_from_loader(
            fullname, self, origin=place, is_package=self.is_package(fullname)
        )
        if spec is not None:
            spec.has_location = place in self._files
        return spec

    def _place(self, fullname: str) -> str | None:
        """Answer the file of a module, or its folder where that has no `__init__.py`."""
        base = "/".join(fullname.split(".")[1:])
        return self._at(base) or (self._at(f"{_VENDOR}{base}") if base else None)

    def _at(self, base: str) -> str | None:
        init = f"{base}/{_INIT}" if base else _INIT
        for path in (init, f"{base}{_SUFFIX}"):
            if path in self._files:
                return path
        return f"{base}/" if base in self._folders else None

    def is_package(self, fullname: str) -> bool:
        """Whether relative imports start at this module."""
        place = self._place(fullname) or ""
        return place.endswith("/") or place.rpartition("/")[2] == _INIT

    # --- loading ---

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code, with the built-ins of a plugin."""
        vars(module)["__builtins__"] = self._builtins
        super().exec_module(module)

    def get_source(self, fullname: str) -> str:
        """Answer the text, for tracebacks."""
        place = self._place(fullname) or ""
        return importlib.util.decode_source(self._files.get(place, b""))

    def get_code(self, fullname: str) -> Any:
        """Compile the file under its own path, and let `linecache` know its lines."""
        place = self._place(fullname) or ""
        data = self._files.get(place, b"")
        code = compile(data, place or self.package, "exec", dont_inherit=True)
        text = importlib.util.decode_source(data)
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        return code

    def get_data(self, path: str) -> bytes:
        """Answer a file's content.

        Raises:
            FileNotFoundError: The plugin has no such file.
        """
        try:
            return self._files[path.strip("/")]
        except KeyError:
            raise FileNotFoundError(f"The plugin has no file {path!r}.") from None

    def get_resource_reader(self, fullname: str) -> importlib.resources.abc.TraversableResources:
        """Answer what `importlib.resources` reads a package's files with."""
        place = self._place(fullname) or ""
        return _Reader(Entry(self._files, place.rpartition("/")[0]))


class _Alias(importlib.abc.Loader):
    """`import week`: the same module as the one inside of the plugin's package."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - the protocol's
        module = importlib.import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class _Reader(importlib.resources.abc.TraversableResources):
    def __init__(self, folder: Entry) -> None:
        self._folder = folder

    def files(self) -> Entry:
        return self._folder


class Entry(importlib.resources.abc.Traversable):
    """A file or folder of the plugin's.

    Args:
        files: All its files by their path.
        path: Of this one, empty for the plugin's own folder.
    """

    def __init__(self, files: Mapping[str, bytes], path: str) -> None:
        self._files = files
        self._path = path

    @property
    def name(self) -> str:
        """Its last part."""
        return self._path.rpartition("/")[2]

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._path in self._files

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return not self._path or any(name.startswith(f"{self._path}/") for name in self._files)

    def iterdir(self) -> Iterator[Entry]:
        """Go through what a folder holds."""
        start = f"{self._path}/" if self._path else ""
        inside = {
            name[len(start) :].partition("/")[0] for name in self._files if name.startswith(start)
        }
        return (Entry(self._files, f"{start}{name}") for name in sorted(inside))

    def joinpath(self, *descendants: Any) -> Entry:
        """Answer what lies below."""
        parts = [part for each in descendants for part in str(each).split("/") if part]
        return Entry(self._files, "/".join((*filter(None, [self._path]), *parts)))

    def __truediv__(self, child: Any) -> Entry:
        return self.joinpath(child)

    def read_bytes(self) -> bytes:
        """Answer a file's content.

        Raises:
            FileNotFoundError: There is no such file.
        """
        if self._path not in self._files:
            raise FileNotFoundError(f"The plugin has no file {self._path!r}.")
        return self._files[self._path]

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """Answer a file's content as text, UTF-8 by default."""
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def open(self, mode: str = "r", *_args: Any, **kwargs: Any) -> Any:
        """Open a file to read it."""
        content = io.BytesIO(self.read_bytes())
        return content if "b" in mode else io.TextIOWrapper(content, **kwargs)


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def install(importer: Importer) -> None:
    """Let `import` find the plugin's modules, and nothing on any disk."""
    sys.meta_path[:] = [importer]
    sys.path[:] = []
    sys.path_hooks.clear()
