"""Each layer of the confinement by itself, without the others: it holds what it is there for.

The attacks are Python programs with all of Python at hand; only the layer under test (and what it
cannot be had without) is put on, so that no other one can be what stopped them.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexihub.runtimes.process.confine.plan import LAYERS
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.errors import PluginLoadError
from tests.support.confined import (
    LIMITS,
    SECRET,
    Outcome,
    Targets,
    aimed_at,
    attack_python,
    make_launcher,
)

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-05")]


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """Give a launcher that runs attacks."""
    launcher = make_launcher()
    asyncio.run(launcher.plan())
    yield launcher
    launcher.close()


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[Targets]:
    """Give what is attacked; afterwards nothing of it may have changed."""
    folder = tmp_path / "hub"
    folder.mkdir()
    with aimed_at(folder) as targets:
        yield targets


async def attack(
    launcher: Launcher, targets: Targets, layers: str, code: str, **limits: int
) -> Outcome:
    """Run code under these layers only; skips where the machine does not have one."""
    plan = frozenset(layers.split())
    if missing := plan - await launcher.plan():
        pytest.skip(f"this machine cannot hold {', '.join(sorted(missing))}")
    names = "\n".join(f"{name} = {value!r}" for name, value in targets.names.items())
    return await attack_python(launcher, f"{names}\n{code}", plan, **limits)


CONNECT = "def tcp(): socket.socket().connect(('127.0.0.1', PORT))"
ABSTRACT = "def abstract(): socket.socket(socket.AF_UNIX).connect('\\0' + ABSTRACT)"
WRITE = "def write(): open(FILE, 'w').write('owned')"
#: Layers, code, and what it reports.
ALONE: dict[str, tuple[str, str, object]] = {
    "descriptors: nothing else is open": (
        "descriptors",
        "report(sorted(map(int, os.listdir('/proc/self/fd'))))",
        [0, 1, 2, 3],  # the last is the listing itself
    ),
    "environment: nothing is in it": (
        "environment",
        "report([dict(os.environ), open('/proc/self/environ').read()])",
        [{}, ""],
    ),
    "pid: the hub has no number": (
        "user pid",
        "report([os.getpid(), os.getppid(), attempt(os.kill, HUB, signal.SIGUSR1)])",
        [1, 0, "ESRCH"],
    ),
    "pid: everybody is nobody": (
        "user pid",
        "report(attempt(os.kill, -1, signal.SIGUSR1))",
        "ESRCH",
    ),
    "pid: the hub's memory has no number": (
        "user pid",
        (
            "vector = struct.pack('QQ', ADDRESS, 4)\n"
            "said = call('process_vm_writev', HUB, vector, 1, vector, 1, 0)\n"
            "report(said['errno'] == errno.ESRCH)"
        ),
        True,
    ),
    "network: no listener of the host's": (
        "user network",
        f"{CONNECT}\nreport(attempt(tcp))",
        "ENETUNREACH",
    ),
    "network: no abstract socket of the host's": (
        "user network",
        f"{ABSTRACT}\nreport(attempt(abstract))",
        "ECONNREFUSED",
    ),
    "network: no interface but one that is down": (
        "user network",
        "report([name for _, name in socket.if_nameindex()])",
        ["lo"],
    ),
    "uts: another name is its own": (
        "user uts",
        (
            "before = socket.gethostname()\nsocket.sethostname('owned')\n"
            "report([before, socket.gethostname()])"
        ),
        ["guest", "owned"],
    ),
    "cgroup: it sees no group of the host's": (
        "user cgroup",
        (
            "lines = open('/proc/self/cgroup').read().splitlines()\n"
            "report({line.split(':', 2)[2] for line in lines} == {'/'})"
        ),
        True,
    ),
    "root: there is nothing": (
        "user root",
        "report([os.listdir('/'), os.path.exists(FILE), os.path.exists('/proc')])",
        [[], False, False],
    ),
    "root: nothing can be made": (
        "user root",
        "report([attempt(os.mkdir, '/new'), attempt(open, '/new', 'w')])",
        ["EROFS", "EROFS"],
    ),
    "root: the old one cannot be reached by going up": (
        "user root",
        (
            "for _ in range(40): os.chdir('..')\n"
            "os.chroot('.')\nreport([os.listdir('.'), os.listdir('/'), attempt(open, FILE)])"
        ),
        [[], [], "ENOENT"],
    ),
    "root: the old one cannot be reached by a descriptor": (
        "user root",
        (
            "folder = os.open('/', os.O_RDONLY)\nos.chroot('/')\nos.fchdir(folder)\n"
            "for _ in range(40): os.chdir('..')\nreport([os.listdir('.'), attempt(open, FILE[1:])])"
        ),
        [[], "ENOENT"],
    ),
    "root: the old one cannot be unmounted into": (
        "user root",
        "report([call('umount2', b'/', 2)['answer'], os.listdir('/')])",
        [-1, []],
    ),
    "root: it cannot be written again": (
        "user root capabilities",
        (
            "report([call('mount', b'none', b'/', 0, 32, 0)['errno'] == errno.EPERM,"
            " attempt(os.mkdir, '/new')])"
        ),
        [True, "EROFS"],
    ),
    "uid: it is not the hub's user": (
        "user root uid",
        "report([os.getuid(), os.geteuid(), attempt(os.setuid, 65534)])",
        [os.geteuid(), os.geteuid(), "EINVAL"],
    ),
    "capabilities: none in its own namespace": (
        "user capabilities",
        (
            "report([attempt(socket.sethostname, 'owned'), attempt(os.chroot, '/'),"
            " call('unshare', 0x00020000)['errno'] == errno.EPERM])"
        ),
        ["EPERM", "EPERM", True],
    ),
    "capabilities: none comes back with a program": (
        "user capabilities",
        (
            "reader, writer = os.pipe()\n"
            "if not os.fork():\n"
            "    os.dup2(writer, 1)\n"
            "    os.execv('/bin/grep', ['grep', '^Cap', '/proc/self/status'])\n"
            "os.close(writer)\n"
            "os.wait()\n"
            "lines = os.read(reader, 4096).decode().splitlines()\n"
            "report(sorted({line.split()[1] for line in lines}))"
        ),
        ["0000000000000000"],
    ),
    "no_new_privileges: said so by the kernel, for good": (
        "no_new_privileges",
        (
            "report([call('prctl', 38, 0, 0, 0, 0)['errno'] == errno.EINVAL,"
            " call('prctl', 39, 0, 0, 0, 0)['answer']])"
        ),
        [True, 1],
    ),
    "not_dumpable: said so by the kernel": (
        "not_dumpable",
        "report(call('prctl', 3, 0, 0, 0, 0)['answer'])",
        0,
    ),
    "rlimits: descriptors end": (
        "rlimits",
        (
            "try:\n    while True: last = os.dup(0)\n"
            "except OSError as error: report([errno.errorcode[error.errno], last])"
        ),
        ["EMFILE", LIMITS["NOFILE"] - 1],
    ),
    "rlimits: memory ends": (
        "rlimits",
        "report([attempt(bytearray, 1 << 30), attempt(mmap.mmap, -1, 1 << 30, mmap.MAP_PRIVATE)])",
        ["MemoryError", "ENOMEM"],
    ),
    "rlimits: they cannot be raised": (
        "user capabilities rlimits",
        "report(attempt(resource.setrlimit, resource.RLIMIT_NOFILE, (4096, 4096)))",
        "ValueError",
    ),
    "landlock: no file": (
        "no_new_privileges landlock",
        (
            f"{WRITE}\nreport([attempt(open, FILE), attempt(write), attempt(os.listdir, '/'),"
            " attempt(open, '/proc/self/environ'), attempt(os.unlink, FILE),"
            " attempt(os.mkdir, FILE + '.d'), attempt(os.rename, FILE, FILE + '.new'),"
            " attempt(os.truncate, FILE, 0)])"
        ),
        ["EACCES"] * 8,
    ),
    "landlock: no program": (
        "no_new_privileges landlock",
        "report(attempt(os.execv, '/bin/true', ['true']))",
        "EACCES",
    ),
    "seccomp: no file": (
        "no_new_privileges seccomp",
        (
            f"{WRITE}\nreport([attempt(open, FILE), attempt(write), attempt(os.listdir, '/'),"
            " attempt(os.unlink, FILE), attempt(os.chmod, FILE, 0)])"
        ),
        ["EPERM"] * 5,
    ),
    "seccomp: no socket": (
        "no_new_privileges seccomp",
        f"{CONNECT}\n{ABSTRACT}\nreport([attempt(tcp), attempt(abstract)])",
        ["EPERM", "EPERM"],
    ),
    "seccomp: no signal to the hub": (
        "no_new_privileges seccomp",
        "report([attempt(os.kill, HUB, signal.SIGUSR1), attempt(os.kill, -1, signal.SIGUSR1)])",
        ["EPERM", "EPERM"],
    ),
    "seccomp: no machine code": (
        "no_new_privileges seccomp",
        (
            "page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE)\n"
            "address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
            "report([attempt(mmap.mmap, -1, 4096, mmap.MAP_PRIVATE, 7),"
            " call('mprotect', address, 4096, 5)['errno'] == errno.EPERM])"
        ),
        ["EPERM", True],
    ),
    "seccomp: no memory that is not counted": (
        "no_new_privileges seccomp",
        (
            "report([attempt(mmap.mmap, -1, 4096, mmap.MAP_SHARED),"
            " attempt(mmap.mmap, -1, 4096, mmap.MAP_PRIVATE | 0x100)])"
        ),
        ["EPERM", "EPERM"],
    ),
    "seccomp: no child": (
        "no_new_privileges seccomp",
        "report(attempt(os.fork))",
        "EPERM",
    ),
}


@pytest.mark.parametrize("what", ALONE)
async def test_layer_holds_alone(launcher: Launcher, targets: Targets, what: str) -> None:
    """A layer keeps its promise where it is the only one."""
    layers, code, expected = ALONE[what]
    outcome = await attack(launcher, targets, layers, code)
    assert outcome.said == expected, outcome.stderr


async def test_attacks_succeed_without_any_layer(launcher: Launcher, tmp_path: Path) -> None:
    """The attacks are real: with nothing around them each of them reaches its target."""
    folder = tmp_path / "hub"
    folder.mkdir()
    with aimed_at(folder) as targets:
        code = (
            f"{CONNECT}\n{ABSTRACT}\n"
            "vector = ctypes.create_string_buffer(b'own!')\n"
            "ours = struct.pack('QQ', ctypes.addressof(vector), 4)\n"
            "theirs = struct.pack('QQ', ADDRESS, 4)\n"
            "report([attempt(tcp), attempt(abstract), open(FILE).read(),"
            " attempt(os.kill, HUB, signal.SIGUSR1), os.path.exists('/proc/1'),"
            " call('process_vm_readv', HUB, ours, 1, theirs, 1, 0)['answer'],"
            " vector.raw[:4].decode()])"
        )
        outcome = await attack(launcher, targets, "", code)
        assert outcome.said == ["done", "done", SECRET, "done", True, 4, SECRET[:4]], outcome
        assert targets.signals == [signal.SIGUSR1]
        targets.signals.clear()
        for listener in (targets.tcp, targets.abstract):
            listener.accept()[0].close()


@pytest.mark.parametrize("what", ["tcp", "bind", "abstract", "signal"])
async def test_landlock_closes_what_the_kernel_lets_it(
    launcher: Launcher, targets: Targets, what: str
) -> None:
    """Connections, abstract sockets and signals are refused where its version covers them."""
    [result] = [each for each in await launcher.probe() if each.name == "landlock"]
    covered = "TCP" if what in {"tcp", "bind"} else "signals"
    if covered in result.reason:
        pytest.skip(result.reason)
    code, expected = {
        "tcp": (f"{CONNECT}\nreport(attempt(tcp))", "EACCES"),
        "bind": ("report(attempt(socket.create_server, ('127.0.0.1', 0)))", "EACCES"),
        "abstract": (f"{ABSTRACT}\nreport(attempt(abstract))", "EPERM"),
        "signal": ("report(attempt(os.kill, HUB, signal.SIGUSR1))", "EPERM"),
    }[what]
    outcome = await attack(launcher, targets, "no_new_privileges landlock", code)
    assert outcome.said == expected, outcome.stderr


async def test_shared_memory_of_another_is_not_there(launcher: Launcher, targets: Targets) -> None:
    """A segment that everybody may use cannot be found from another namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    key = 0x504C0000 + os.getpid() % 0xFFFF
    segment = libc.shmget(key, 4096, 0o1666)
    assert segment >= 0
    try:
        find = f"report(call('shmget', {key}, 0, 0)['errno'])"
        open_to_all = await attack(launcher, targets, "", find)
        outcome = await attack(launcher, targets, "user ipc", find)
    finally:
        libc.shmctl(segment, 0, None)
    assert open_to_all.said == 0
    assert outcome.said == 2  # ENOENT


async def test_fork_bomb_fizzles(launcher: Launcher, targets: Targets) -> None:
    """Without the filter of calls, processes are counted by user, and end with the first one."""
    code = (
        "born = 0\n"
        "try:\n"
        "    while born < 1000:\n"
        "        if not os.fork(): time.sleep(60)\n"
        "        born += 1\n"
        "except OSError as error: report([errno.errorcode[error.errno], born])"
    )
    layers = "user pid root uid capabilities rlimits"
    outcome = await attack(launcher, targets, layers, code, NPROC=20)
    assert outcome.said == ["EAGAIN", 19]


async def test_thread_bomb_fizzles(launcher: Launcher, targets: Targets) -> None:
    """Threads end at their limit, under the whole plan."""
    code = (
        "started = 0\n"
        "try:\n"
        "    while started < 1000:\n"
        "        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "        started += 1\n"
        "except RuntimeError: report(started)\n"
        "os._exit(0)"
    )
    plan = await launcher.plan()
    if not {"user", "uid"} <= plan:
        pytest.skip("threads are counted for the hub's whole user on this machine")
    outcome = await attack_python(launcher, code, plan, NPROC=20)
    assert outcome.said == 19


async def test_two_guests_have_two_users(launcher: Launcher, targets: Targets) -> None:
    """Seen from the host, each guest's user is its own, and neither is the hub's."""
    plan = await launcher.plan()
    if "uid" not in plan:
        pytest.skip("only root can give a guest a user of its own")
    code = "report(open('/proc/self/uid_map').read().split()[1])"
    plan -= {"root", "seccomp", "landlock"}  # or it could not look
    first = await attack_python(launcher, code, plan)
    second = await attack_python(launcher, code, plan)
    assert first.said != second.said
    assert str(os.getuid()) not in {first.said, second.said}


@pytest.mark.parametrize("name", sorted(LAYERS))
async def test_machine_without_a_layer_still_runs_guests(name: str) -> None:
    """What one layer less leaves is put on all the same."""
    launcher = make_launcher(without=frozenset({name}))
    try:
        plan = await launcher.plan()
        assert name not in plan
        outcome = await attack_python(launcher, "report(1)", plan)
        assert (outcome.said, outcome.status) == (1, 0), outcome.stderr
    finally:
        launcher.close()


async def test_layer_that_cannot_be_put_on_stops_the_start(launcher: Launcher) -> None:
    """Nothing is started with less than the plan says, and the layer is named."""
    plan = await launcher.plan()
    with pytest.raises(PluginLoadError, match=r"could not be started: rlimits: "):
        await attack_python(launcher, "report(1)", plan, NOFILE=1 << 40)
