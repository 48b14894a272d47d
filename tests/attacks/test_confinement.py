"""Attacks on the operating system's walls, without trusting the language of the guest in anything.

The Python programs run as they are, with ctypes; those in Deno with every permission of Deno's own,
and system calls go past it. Each test asserts the refusal, and that nothing outside changed.
"""

from __future__ import annotations

import asyncio
import errno
import json
import platform
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plexihub.kernel.isolation import Isolation, assess
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.flags import environment
from plexihub.runtimes.process.confine.plan import Order, Plan
from plexihub.runtimes.process.elf import needed_files
from plexihub.runtimes.process.launcher import Launcher
from tests.attacks.hostile_programs import HELD_BY, PROGRAMS
from tests.support.confined import (
    LIMITS,
    SECONDS,
    SYSCALL,
    Outcome,
    Targets,
    aimed_at,
    attack_deno,
    cache_of,
    call_in,
    make_launcher,
    number_of,
    wait_until_readable,
)
from tests.support.lesser import MACHINES, why_not

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-05")]
LANGUAGES = ("python", "deno")
NO_FILTER = frozenset({"seccomp"})


@dataclass(frozen=True, slots=True)
class Stage:
    """A machine, and what holds guests on it."""

    launcher: Launcher
    plan: Plan
    isolation: Isolation

    def is_lost(self, layers: frozenset[str]) -> bool:
        """Whether none of the layers that refuse an attack is there; then a loss must say so."""
        if layers & self.plan:
            return False
        named = {layer for loss in self.isolation.losses for layer in loss.missing}
        assert layers & named, f"{layers} are lost, and no loss of this level says so"
        return True


@pytest.fixture(scope="module", params=MACHINES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Give each machine that can be made here: this one, and what holds less."""
    machine = MACHINES[request.param]
    if reason := why_not(machine, find_deno(), SYSCALL):
        pytest.skip(reason)
    launcher = make_launcher(wrapper=machine.wrapper)
    tried = asyncio.run(launcher.probe())
    plan = frozenset(each.name for each in tried if each.holds)
    yield Stage(launcher, plan, assess(tried))
    launcher.close()


@pytest.fixture
def launcher(stage: Stage) -> Launcher:
    """Give a launcher that runs attacks."""
    return stage.launcher


@pytest.fixture
def plan(stage: Stage) -> Plan:
    """Give every layer that the machine holds."""
    return stage.plan


@pytest.fixture
def targets() -> Iterator[Targets]:
    """Give what is attacked; afterwards nothing of it may have changed."""
    with tempfile.TemporaryDirectory(prefix="plexihub-targets-") as room:
        Path(room).chmod(0o755)  # an ordinary user's guest finds them as well
        folder = Path(room) / "hub"
        folder.mkdir()
        with aimed_at(folder) as targets:
            yield targets


# --- what ends the process ---

_HUB = "HUB"
_FILE = "FILE"
_VECTOR = "VECTOR"
DEADLY: dict[str, tuple[int | str, ...]] = {
    "ptrace": (16, _HUB, 0, 0),
    "process_vm_readv": (_HUB, _VECTOR, 1, _VECTOR, 1, 0),
    "process_vm_writev": (_HUB, _VECTOR, 1, _VECTOR, 1, 0),
    "kcmp": (1, _HUB, 0, 0, 0),
    "bpf": (0, "", 64),
    "perf_event_open": ("", 0, -1, -1, 0),
    "userfaultfd": (0,),
    "io_uring_setup": (8, ""),
    "io_uring_enter": (0, 1, 0, 0, 0, 0),
    "io_uring_register": (0, 0, 0, 0),
    "keyctl": (0, -3, 1),
    "add_key": ("user", "name", "payload", 7, -3),
    "request_key": ("user", "name", 0, -3),
    "init_module": ("", 8, ""),
    "finit_module": (0, "", 0),
    "delete_module": ("ext4", 0),
    "kexec_load": (0, 0, 0, 0),
    "mount": ("none", "/", "tmpfs", 0, ""),
    "umount2": ("/", 2),
    "pivot_root": (".", "."),
    "chroot": ("..",),
    "setns": (0, 0),
    "unshare": (0x10000000,),
    "fsopen": ("tmpfs", 0),
    "fsmount": (0, 0, 0),
    "open_tree": (-100, "/", 1),
    "move_mount": (-100, "/", -100, "/tmp", 0),  # noqa: S108 - nothing is written
    "mount_setattr": (-100, "/", 0, "", 32),
    "swapon": (_FILE, 0),
    "reboot": (0, 0, 0, 0),
    "settimeofday": ("", 0),
    "clock_settime": (0, ""),
    "sethostname": ("owned", 5),
    "setdomainname": ("owned", 5),
    "quotactl": (0, "/", 0, ""),
    "acct": (_FILE,),
    "syslog": (3, "", 64),
    "name_to_handle_at": (-100, _FILE, "", "", 0),
    "open_by_handle_at": (-100, "", 0),
    "personality": (0x0400000,),
    "ioperm": (0, 1, 1),
    "iopl": (3,),
    "modify_ldt": (1, "", 16),
    "move_pages": (_HUB, 0, 0, 0, 0, 0),
    "migrate_pages": (_HUB, 0, 0, 0),
    "fanotify_init": (0, 0),
    "pidfd_getfd": (0, 0, 0),
    "fork": (),
    "vfork": (),
    "execve": ("/bin/sh", 0, 0),
    "seccomp": (1, 0, ""),
}


def _arguments(given: tuple[int | str, ...], targets: Targets) -> list[int | str]:
    known = {**targets.names, _VECTOR: targets.vector()}
    return [known.get(each, each) if isinstance(each, str) else each for each in given]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DEADLY)
async def test_dangerous_call_ends_the_guest(
    stage: Stage, targets: Targets, language: str, name: str
) -> None:
    """What no guest of ours ever asks of the kernel ends it before the kernel does it."""
    if (number := number_of(name)) is None:
        pytest.skip(f"this machine has no {name}")
    given = _arguments(DEADLY[name], targets)
    outcome = await call_in(language, stage.launcher, stage.plan, number, *given)
    if stage.is_lost(NO_FILTER):
        return  # made, and nothing of the targets has changed
    assert outcome.was_killed
    assert outcome.said is None


# --- what is refused ---

_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK, _AF_PACKET, _AF_VSOCK = 1, 2, 10, 16, 17, 40
REFUSED: dict[str, tuple[str, tuple[int | str, ...], str]] = {
    "a child process": ("clone", (signal.SIGCHLD,), "EPERM"),
    "a process that shares memory": ("clone", (0x100 | signal.SIGCHLD,), "EPERM"),
    "a namespace by clone": ("clone", (0x10000000 | signal.SIGCHLD,), "EPERM"),
    "a thread in a new namespace": ("clone", (0x3D0F00 | 0x20000000,), "EPERM"),
    "clone3": ("clone3", ("", 88), "ENOSYS"),
    "a signal to the hub": ("kill", (_HUB, signal.SIGUSR1), "EPERM"),
    "a signal to everybody": ("kill", (-1, signal.SIGUSR1), "EPERM"),
    "a signal to the group": ("kill", (0, signal.SIGUSR1), "EPERM"),
    "a signal to a thread of the hub": ("tgkill", (_HUB, _HUB, signal.SIGUSR1), "EPERM"),
    "a signal by thread number": ("tkill", (_HUB, signal.SIGUSR1), "EPERM"),
    "a queued signal": ("rt_sigqueueinfo", (_HUB, signal.SIGUSR1, ""), "EPERM"),
    "a handle of the hub": ("pidfd_open", (_HUB, 0), "ENOSYS"),
    "a signal by handle": ("pidfd_send_signal", (0, signal.SIGUSR1, 0, 0), "EPERM"),
    "an internet socket": ("socket", (_AF_INET, 1, 0), "EPERM"),
    "a datagram socket": ("socket", (_AF_INET, 2, 0), "EPERM"),
    "an internet 6 socket": ("socket", (_AF_INET6, 1, 0), "EPERM"),
    "a raw socket": ("socket", (_AF_INET, 3, 1), "EPERM"),
    "a Unix socket": ("socket", (_AF_UNIX, 1, 0), "EPERM"),
    "a netlink socket": ("socket", (_AF_NETLINK, 3, 0), "EPERM"),
    "a packet socket": ("socket", (_AF_PACKET, 3, 0), "EPERM"),
    "a socket to the hypervisor": ("socket", (_AF_VSOCK, 1, 0), "EPERM"),
    "a pair of datagram sockets": ("socketpair", (_AF_UNIX, 2, 0, ""), "EPERM"),
    "a connection of the pipe": ("connect", (0, "\x01\x00\x00canary", 9), "EPERM"),
    "a name for the pipe": ("bind", (0, "\x01\x00\x00canary", 9), "EPERM"),
    "listening on the pipe": ("listen", (0, 1), "EPERM"),
    "a descriptor through the pipe": ("sendmsg", (0, "", 0), "EPERM"),
    "a file in memory": ("memfd_create", ("code", 0), "EPERM"),
    "running a file in memory": ("execveat", (0, "", 0, 0, 0x1000), "killed"),
    "running Deno again": ("execveat", (4, "", 0, 0, 0x1000), "gone"),
    "being dumpable": ("prctl", (4, 1), "EPERM"),
    "outliving the hub": ("prctl", (1, 0), "EPERM"),
    "an ambient capability": ("prctl", (47, 2, 0), "EPERM"),
    "another filter": ("prctl", (22, 1), "EPERM"),
    "letting anybody trace it": ("prctl", (0x59616D61, -1), "EPERM"),
    "typing into the terminal": ("ioctl", (0, 0x5412, "x"), "ENOTTY"),
    "typing, with upper bits": ("ioctl", (0, 0x100005412, "x"), "ENOTTY"),
    "the console's menu": ("ioctl", (0, 0x541C, "x"), "ENOTTY"),
    "the terminal as its own": ("ioctl", (0, 0x540E, 1), "ENOTTY"),
    "signals for the hub": ("fcntl", (0, 8, _HUB), "EPERM"),
    "a signal of its choice": ("fcntl", (0, 10, signal.SIGUSR1), "EPERM"),
    "a notice of files": ("fcntl", (0, 1026, 1), "EPERM"),
    "a larger pipe": ("fcntl", (2, 1031, 1 << 20), "EPERM"),
    "a limit of its own": ("prlimit64", (0, 7, "", 0), "EPERM"),
    "the hub's limits": ("prlimit64", (_HUB, 7, 0, ""), "EPERM"),
    "the old way to a limit": ("setrlimit", (7, ""), "EPERM"),
    "being root": ("setuid", (0,), "EPERM"),
    "being root in each way": ("setresuid", (0, 0, 0), "EPERM"),
    "being in root's group": ("setresgid", (0, 0, 0), "EPERM"),
    "groups": ("setgroups", (1, ""), "EPERM"),
    "capabilities": ("capset", ("", ""), "EPERM"),
    "a link": ("symlinkat", (_FILE, -100, "link"), "EPERM"),
    "a hard link": ("linkat", (-100, _FILE, -100, "link", 0), "EPERM"),
    "a device": ("mknodat", (-100, "sda", 0o60666, 0x800), "EPERM"),
    "shared memory": ("shmget", (0x1234, 4096, 0o1666), "EPERM"),
    "a message queue": ("msgget", (0x1234, 0o1666), "EPERM"),
    "a semaphore": ("semget", (0x1234, 1, 0o1666), "EPERM"),
    "a POSIX queue": ("mq_open", ("queue", 0o102, 0o666, 0), "EPERM"),
    "watching files": ("inotify_init1", (0,), "EPERM"),
    "asynchronous input": ("io_setup", (8, ""), "EPERM"),
    "another processor": ("sched_setaffinity", (0, 8, "\x01"), "EPERM"),
    "real time": ("sched_setscheduler", (0, 1, "\x01"), "EPERM"),
    "a better place in the queue": ("setpriority", (0, 0, -20), "EPERM"),
    "locked memory": ("mlockall", (3,), "EPERM"),
    "memory behind a key": ("pkey_mprotect", (0, 0, 4, 0), "EPERM"),
    "secret memory": ("memfd_secret", (0,), "ENOSYS"),
    "another's advice": ("process_madvise", (0, 0, 0, 0, 0), "ENOSYS"),
    "walking descriptors": ("openat2", (-100, "/", "", 24), "ENOSYS"),
    "splicing": ("splice", (0, 0, 0, 0, 1, 0), "EPERM"),
    "an extended attribute": ("setxattr", (_FILE, "user.x", "1", 1, 0), "EPERM"),
    "a new session": ("setsid", (), "EPERM"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", REFUSED)
async def test_call_is_refused(stage: Stage, targets: Targets, language: str, what: str) -> None:
    """A call beyond the list fails, and the guest lives on to be told so."""
    name, given, expected = REFUSED[what]
    if (number := number_of(name)) is None:
        pytest.skip(f"this machine has no {name}")
    if expected == "gone":
        # Another file may have its number by now: one that cannot be run.
        expected = "killed" if language == "python" else "EBADF EACCES"
    arguments = _arguments(given, targets)
    outcome = await call_in(language, stage.launcher, stage.plan, number, *arguments)
    if stage.is_lost(NO_FILTER):
        return  # made, and nothing of the targets has changed
    if expected == "killed":
        assert outcome.was_killed
        return
    assert outcome.said is not None, outcome
    assert errno.errorcode[outcome.said["errno"]] in expected.split()
    assert outcome.said["answer"] == -1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("base", [39, 59], ids=["getpid", "execve"])
async def test_other_interface_to_the_same_calls_ends_the_guest(
    stage: Stage, language: str, base: int
) -> None:
    """The numbers of x32 are calls under other names: none is let through."""
    if stage.is_lost(NO_FILTER):
        return
    number = 0x40000000 + base
    outcome = await call_in(language, stage.launcher, stage.plan, number, 0, 0, 0)
    assert outcome.was_killed


# --- programs ---

PROGRAM = """
const { FILE, FOLDER, OWN, CACHE, PORT, ABSTRACT, HUB, LIBM, DENO } = JSON.parse(Deno.args[0]);
void [FILE, FOLDER, OWN, CACHE, PORT, ABSTRACT, HUB, LIBM, DENO];
let said;
try { said = { value: await (async () => { %s })() ?? null }; }
catch (error) { said = { error: error.name, message: error.message }; }
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(said) + "\\n"));
Deno.exit(0);
"""


async def run_program(
    launcher: Launcher, plan: Plan, targets: Targets, code: str, **limits: int
) -> Outcome:
    """Run TypeScript with every permission of Deno's."""
    folder = targets.file.parent.parent / "own"
    folder.mkdir(exist_ok=True)
    script = folder / "attack.ts"
    script.write_text(PROGRAM % code, encoding="utf-8")
    libm = next(path for path in needed_files(find_deno()) if path.name.startswith("libm."))
    names = {
        **targets.names,
        "FOLDER": str(targets.file.parent),
        "OWN": str(folder),
        "CACHE": str(cache_of(script, plan)),
        "LIBM": str(libm),
        "DENO": str(find_deno()),
    }
    return await attack_deno(launcher, script, plan, json.dumps(names), **limits)


@pytest.mark.checklist("A-19", "A-20")
@pytest.mark.parametrize("what", PROGRAMS)
async def test_program_with_every_permission_of_denos_is_held(
    stage: Stage, targets: Targets, what: str
) -> None:
    """The operating system refuses what Deno itself would have allowed."""
    if stage.is_lost(frozenset(HELD_BY.get(what, "root landlock").split())):
        return
    launcher, plan = stage.launcher, stage.plan
    code, expected = PROGRAMS[what]
    *before, last = code.split(";")
    outcome = await run_program(launcher, plan, targets, ";".join([*before, f"return {last}"]))
    assert outcome.said is not None, outcome
    if expected == "value":
        assert json.loads(outcome.said["value"]) == sorted(environment(Path("/x")))
    elif expected == "error":
        assert "error" in outcome.said
    else:
        assert outcome.said["error"] in _names_of(str(expected), plan), outcome.said
    own = targets.file.parent.parent / "own"
    assert sorted(path.name for path in own.iterdir()) == ["attack.ts"]


def _names_of(expected: str, plan: Plan) -> set[str]:
    """Answer what Deno calls the refusal, by the layer that makes it."""
    if expected == "NotFound":
        return {"NotFound"} if "root" in plan else {"PermissionDenied", "NotCapable"}
    return {"PermissionDenied"} | (set() if "seccomp" in plan else {"Error", "NetworkUnreachable"})


async def test_everything_that_deno_sees_is_what_was_bound(
    launcher: Launcher, plan: Plan, targets: Targets
) -> None:
    """At the root there are only the folders that lead to what it was given."""
    if "root" not in plan:
        pytest.skip("this machine cannot give a guest a root of its own")
    code = "return [...Deno.readDirSync('/')].map((entry) => entry.name).sort()"
    outcome = await run_program(launcher, plan - {"landlock"}, targets, code)  # or it sees nothing
    script = targets.file.parent.parent
    given = {script.parts[1], find_deno().parts[1], "dev", "lib", "lib64"}
    assert set(outcome.said["value"]) <= given


@pytest.mark.checklist("A-20")
async def test_cache_cannot_fill_the_disk(launcher: Launcher, plan: Plan, targets: Targets) -> None:
    """What it may write is its own, in memory, small, and gone with it."""
    if "root" not in plan:
        pytest.skip("this machine cannot give a guest a root of its own")
    code = (
        "let written = 0; const piece = new Uint8Array(1 << 20);"
        "try { for (let n = 0; n < 64; n++) {"
        " Deno.writeFileSync(`${CACHE}/${n}`, piece); written++; } }"
        "catch (error) { return [written, error.message]; } return [written, ''];"
    )
    outcome = await run_program(launcher, plan, targets, code)
    written, message = outcome.said["value"]
    assert 8 <= written <= 16
    assert "os error 28" in message  # no space left on device
    own = targets.file.parent.parent / "own"
    assert sorted(path.name for path in own.iterdir()) == ["attack.ts"]


async def test_workers_end_at_the_limit_of_threads(
    launcher: Launcher, plan: Plan, targets: Targets
) -> None:
    """A flood of threads ends the guest, or is refused; the machine has no more than the limit."""
    if not {"user", "uid"} <= plan:
        pytest.skip("threads are counted for the hub's whole user on this machine")
    code = (
        "const source = 'data:text/javascript,setInterval(()=>{},1e3)';"
        "for (let n = 0; n < 60; n++) new Worker(source, { type: 'module' });"
        "await new Promise((done) => setTimeout(done, 500)); return 'all of them run';"
    )
    outcome = await run_program(launcher, plan, targets, code, NPROC=24)
    assert outcome.said is None or "error" in outcome.said, outcome


MACHINE_CODE = """
const libc = Deno.dlopen("libc.so.6", { mmap: {
  parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" } });
const page = libc.symbols.mmap(null, 4096n, 7, 0x22, -1, 0n);
const code = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(page, 4096));
// mov eax, 20 (getpid); int 0x80; ret
code.set([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]);
return new Deno.UnsafeFnPointer(page, { parameters: [], result: "i32" }).call();
"""


async def test_calls_of_32_bits_end_the_guest(stage: Stage, targets: Targets) -> None:
    """Where machine code can be written, the old gate into the kernel leads nowhere."""
    if stage.is_lost(NO_FILTER):
        return
    if platform.machine() != "x86_64":
        pytest.skip("only x86-64 has that gate")
    outcome = await run_program(stage.launcher, stage.plan, targets, MACHINE_CODE)
    assert outcome.said is None
    # A kernel without that gate at all ends it for a bad instruction instead.
    assert outcome.status in {-signal.SIGSYS, -signal.SIGSEGV}


@pytest.mark.checklist("A-17")
@pytest.mark.parametrize(
    "code",
    [
        "for number in range(1, 65): attempt(signal.signal, number, signal.SIG_IGN)",
        "signal.pthread_sigmask(0, range(1, 65))",
    ],
    ids=["ignored", "blocked"],
)
async def test_no_guest_survives_being_killed(launcher: Launcher, plan: Plan, code: str) -> None:
    """The first process of a name space may ignore everything, but not the hub."""
    child_code = f"{code}\nreport('deaf')\ntime.sleep(60)"
    order = Order(kind="python", plan=plan, limits=LIMITS)
    child = await launcher.start(order, child_code.encode())
    child.pipe.settimeout(SECONDS)
    assert json.loads(await asyncio.to_thread(child.pipe.recv, 100)) == "deaf"
    child.kill()
    await asyncio.to_thread(wait_until_readable, child.ended)
    assert child.reap() == -signal.SIGKILL
    child.pipe.close()
