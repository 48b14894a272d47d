"""What a trusted plugin's source uses, read without running any of it.

A reading helps an administrator to decide; it confines nothing. So it errs to one side: what it
cannot follow (a name made at run time, native code, the hub's own modules) counts as "may use
everything".
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from plexihub.kernel.survey import Evidence, Survey
from plexihub_sdk.capabilities import capability_of

MAX_FILES = 2000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILES = _words(
    "dbm fcntl fileinput glob io mmap os pathlib shelve shutil sqlite3 tarfile tempfile "
    "zipfile multiprocessing posix pty signal subprocess"
)
_NETWORK = _words(
    "aiohttp ftplib http httpx imaplib nntplib paramiko poplib requests select selectors "
    "smtplib socket socketserver ssl telnetlib urllib urllib3 websockets xmlrpc"
)
_ANYTHING = _words(
    "_ctypes builtins cffi code codeop ctypes gc imp importlib marshal pickle plexihub runpy "
    "zipimport"
)
_NETWORK_CALLS = _words(
    "create_connection create_datagram_endpoint create_server create_unix_connection "
    "create_unix_server open_connection open_unix_connection start_server start_unix_server"
)
_PROGRAM_CALLS = _words(
    "create_subprocess_exec create_subprocess_shell subprocess_exec subprocess_shell"
)
_ANY_NAMES = _words("__builtins__ __import__ compile eval exec globals")
_ANY_ATTRIBUTES = _words(
    "__builtins__ __code__ __getattribute__ __globals__ __loader__ __subclasses__ _getframe "
    "meta_path modules"
)
_SCRIPTS = _words("inject_script register_file register_panel register_profile_tab register_widget")
_PEOPLE = ("user.", "session.")


def survey(root: Path) -> Survey:
    """Read a plugin's folder or its one file; blocks, so call it off the event loop."""
    reading = _Reading()
    for path, name in _sources(root):
        if path.suffix == ".py":
            reading.read(path, name)
        else:
            reading.unclear.add(Evidence(name, 1, "compiled code"))
    return reading.result(_own_modules(root))


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    if not root.is_dir():
        yield root, root.name
        return
    kinds = {".py", ".pyc", ".so", ".pyd", ".dll", ".dylib"}
    found = sorted(path for path in root.rglob("*") if path.suffix in kinds and path.is_file())
    for path in found[:MAX_FILES]:
        inner = path.relative_to(root)
        if "__pycache__" not in inner.parts:
            yield path, inner.as_posix()


def _own_modules(root: Path) -> frozenset[str]:
    entries = root.iterdir() if root.is_dir() else iter((root,))
    return frozenset(path.stem for path in entries)


class _Reading:
    """What was found so far."""

    def __init__(self) -> None:
        self.found: defaultdict[str, set[Evidence]] = defaultdict(set)
        self.scripts: set[Evidence] = set()
        self.unclear: set[Evidence] = set()
        self.libraries: set[str] = set()

    def read(self, path: Path, name: str) -> None:
        try:
            tree = ast.parse(path.read_bytes(), name)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = f"cannot be read: {type(error).__name__}"
            self.unclear.add(Evidence(name, getattr(error, "lineno", None) or 1, reason))
            return
        _File(self, name, tree).read()

    def result(self, own: frozenset[str]) -> Survey:
        libraries = self.libraries - sys.stdlib_module_names - own - {"plexihub_sdk"}
        return Survey(
            {name: tuple(sorted(places)) for name, places in sorted(self.found.items())},
            scripts=tuple(sorted(self.scripts)),
            unclear=tuple(sorted(self.unclear)),
            libraries=tuple(sorted(libraries - _FILES - _NETWORK - _ANYTHING)),
        )


class _File:
    """The reading of one file."""

    def __init__(self, reading: _Reading, name: str, tree: ast.Module) -> None:
        self._reading = reading
        self._name = name
        self._nodes = list(ast.walk(tree))
        self._held: defaultdict[str, set[str]] = defaultdict(set)
        self._called = {id(node.func) for node in self._nodes if isinstance(node, ast.Call)}

    def read(self) -> None:
        for node in self._nodes:
            self._note_held(node)
        for node in self._nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Attribute):
                self._attribute(node)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._word(node)

    def _note(self, capability: str, node: ast.AST, what: str) -> None:
        self._reading.found[capability].add(self._evidence(node, what))

    def _unclear(self, node: ast.AST, what: str) -> None:
        self._reading.unclear.add(self._evidence(node, what))

    def _evidence(self, node: ast.AST, what: str) -> Evidence:
        return Evidence(self._name, getattr(node, "lineno", 1), what)

    # --- Services, and what is called on them ---

    def _note_held(self, node: ast.AST) -> None:
        """Remember under which names services and models are kept."""
        value = getattr(node, "value", None)
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) or value is None:
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for service in self._services_of(value):
            for target in targets:
                if name := _spelled(target):
                    self._held[name].add(service)

    def _services_of(self, node: ast.AST) -> set[str]:
        """Tell which services an expression answers."""
        if isinstance(node, ast.Await):
            return self._services_of(node.value)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return self._held.get(_spelled(node), set())
        if node.func.attr == "get_service":
            name = _literal(node)
            return {name} if name else set()
        return {"database"} if node.func.attr == "get_model" else set()

    def _call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            self._plain_call(node, node.func.id)
        elif isinstance(node.func, ast.Attribute):
            self._method_call(node, node.func)

    def _method_call(self, node: ast.Call, method: ast.Attribute) -> None:
        if method.attr == "get_service":
            name = _literal(node)
            if name is None:
                self._unclear(node, "get_service() of a name made at run time")
                return
            self._note("core", node, f"get_service({name!r})")
            self._note(capability_of(name).name, node, f"get_service({name!r})")
            return
        for service in self._services_of(method.value):
            self._service_call(node, service, method.attr)
        self._reading_of_method(node, method.attr)

    def _service_call(self, node: ast.Call, service: str, method: str) -> None:
        self._note(capability_of(service).name, node, f"{service}.{method}()")
        told = _literal(node) or ""
        if service in {"events", "hooks"} and told.startswith(_PEOPLE):
            self._note("users", node, f"{service}.{method}({told!r})")

    def _reading_of_method(self, node: ast.Call, method: str) -> None:
        if method in _NETWORK_CALLS:
            self._note("network", node, f"{method}()")
        elif method in _PROGRAM_CALLS:
            self._note("files", node, f"{method}()")
        elif method in _SCRIPTS:
            self._reading.scripts.add(self._evidence(node, f"ui.{method}()"))

    # --- The language itself ---

    def _plain_call(self, node: ast.Call, name: str) -> None:
        if name == "getattr":
            wanted = _literal(node, 1)
            if wanted is None:
                self._unclear(node, "getattr() of a name made at run time")
            elif wanted == "get_service" or wanted in _ANY_ATTRIBUTES:
                self._unclear(node, f"getattr(…, {wanted!r})")
        elif name in _NETWORK_CALLS or name in _PROGRAM_CALLS:
            self._reading_of_method(node, name)

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr in _ANY_ATTRIBUTES:
            self._unclear(node, f".{node.attr}")
        elif node.attr == "get_service" and id(node) not in self._called:
            self._unclear(node, "get_service under another name")
        elif node.attr.startswith("_") and _spelled(node.value).strip("._") in {"context", "ctx"}:
            self._unclear(node, f"context.{node.attr}")

    def _word(self, node: ast.Name) -> None:
        if node.id in _ANY_NAMES:
            self._unclear(node, f"{node.id}()")
        elif node.id == "open":
            self._note("files", node, "open()")
        elif node.id == "getattr" and id(node) not in self._called:
            self._unclear(node, "getattr under another name")

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._module(alias.name, node)
        elif not node.level:
            self._module(node.module or "", node)
            for alias in node.names:
                if alias.name in _ANY_ATTRIBUTES | _ANY_NAMES:
                    self._unclear(node, f"import {alias.name}")

    def _module(self, module: str, node: ast.AST) -> None:
        top = module.partition(".")[0]
        if top in _ANYTHING:
            self._unclear(node, f"import {module}")
        elif top in _FILES:
            self._note("files", node, f"import {module}")
        elif top in _NETWORK:
            self._note("network", node, f"import {module}")
        elif top:
            self._reading.libraries.add(top)


def _spelled(node: ast.AST) -> str:
    """Name a variable, or an attribute of whatever object."""
    if isinstance(node, ast.Name):
        return node.id
    return f".{node.attr}" if isinstance(node, ast.Attribute) else ""


def _literal(node: ast.Call, index: int = 0) -> str | None:
    """Answer an argument that is written out as text."""
    value = node.args[index] if len(node.args) > index else None
    if value is None and node.keywords:
        value = node.keywords[0].value
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
