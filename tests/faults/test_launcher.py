"""The launcher killed, starved, left alone, or run by an ordinary user."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginSource
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.confine.plan import FULL, LAYERS, Order
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.errors import PluginCrashedError, PluginLoadError
from tests.support.confined import ROOT, aimed_at, attack_python, make_launcher
from tests.zoo.sandbox import Door

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
HELLO = ROOT / "examples" / "sandboxed" / "hello-world.ts"
NOBODY = 65534


@pytest.fixture
def launcher() -> Iterator[Launcher]:
    """Give a launcher of the test's own."""
    launcher = Launcher()
    yield launcher
    launcher.close()


def deno(launcher: Launcher, data: Path) -> DenoRuntime:
    """Make a runtime on a launcher."""
    return DenoRuntime(Door().dispatch, find_deno(), launcher=launcher, data_root=data)


async def test_every_layer_is_tried(launcher: Launcher) -> None:
    """The probe names each layer once, and has a reason for each that does not hold."""
    results = await launcher.probe()
    assert [each.name for each in results] == list(LAYERS)
    assert all(each.reason for each in results if not each.holds)
    assert all(isinstance(each.holds, bool) for each in results)


async def test_launcher_holds_nothing_of_the_hub(launcher: Launcher) -> None:
    """No variable, no file, no listening socket: three ends of pipes and what it waits on."""
    await launcher.plan()
    folder = Path(f"/proc/{launcher.pid}")
    opened = sorted(os.readlink(each) for each in (folder / "fd").iterdir())  # noqa: PTH115
    kinds = {text.partition(":")[0] for text in opened}
    assert kinds == {"socket", "pipe", "anon_inode"}
    assert len(opened) == 4
    assert (folder / "environ").read_bytes() == b""
    mapped = (folder / "maps").read_text()
    assert "sqlalchemy" not in mapped
    assert "msgspec" not in mapped


@pytest.mark.checklist("A-23")
async def test_guests_end_with_the_launcher_and_the_next_start_brings_another(
    launcher: Launcher, tmp_path: Path
) -> None:
    """Whoever kills the launcher costs what runs, not the tier."""
    runtime = deno(launcher, tmp_path)
    manifest = await runtime.describe(HELLO)
    source = PluginSource(root=HELLO.parent, manifest=manifest, data_dir=tmp_path)
    guest = await runtime.start(source)
    before = launcher.pid
    os.kill(before or 0, signal.SIGKILL)
    end = await asyncio.wait_for(asyncio.shield(guest.ended), 10)
    assert (end.expected, end.reason) == (False, "was ended by SIGKILL")
    with pytest.raises(PluginCrashedError):
        await guest.call_hook("onDashboardLoad", {}, CallContext())
    again = await runtime.start(source)
    assert await again.call_hook("onDashboardLoad", {}, CallContext())
    assert launcher.pid != before
    await again.stop()


async def test_start_that_nobody_waits_for_leaves_no_guest(launcher: Launcher) -> None:
    """A caller that goes away in the middle leaves nothing running, and the next is served."""
    attacks = make_launcher()
    try:
        plan = await attacks.plan()
        code = b"time.sleep(60)"
        order = Order(kind="python", plan=plan)
        abandoned = asyncio.create_task(attacks.start(order, code))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        abandoned.cancel()
        with pytest.raises(asyncio.CancelledError):
            await abandoned
        await asyncio.to_thread(_wait_for_childless, attacks.pid)
        outcome = await attack_python(attacks, "report('served')", plan)
        assert outcome.said == "served"
    finally:
        attacks.close()


def _wait_for_childless(pid: int | None) -> None:
    end = time.monotonic() + 10
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text():
        assert time.monotonic() < end, f"{children} live on"
        time.sleep(0.01)


async def test_unknown_kind_is_refused(launcher: Launcher) -> None:
    """What the launcher does not know it does not start."""
    with pytest.raises(PluginLoadError, match="ruby"):
        await launcher.start(Order(kind="ruby"))  # type: ignore[arg-type] # on purpose


async def test_program_that_is_not_there_is_one_sentence(launcher: Launcher) -> None:
    """The reason comes back from the other side of two forks."""
    order = Order(kind="deno", plan=await launcher.plan(), argv=("/nowhere/deno",))
    with pytest.raises(PluginLoadError, match="No such file"):
        await launcher.start(order)


async def test_launcher_that_cannot_start_is_one_sentence() -> None:
    """What is wrong with it is what its own last words say."""
    broken = Launcher("plexihub.runtimes.process.absent")
    with pytest.raises(PluginLoadError, match=r"ModuleNotFoundError: No module named"):
        await broken.plan()
    broken.close()


async def test_everything_dies_with_the_hub(tmp_path: Path) -> None:
    """A hub that is killed leaves neither the launcher nor a guest."""
    hub = tmp_path / "hub.py"
    hub.write_text(
        "import asyncio, sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}]\n"
        "from plexihub.runtimes.process.confine.plan import Order\n"
        "from tests.support.confined import make_launcher\n"
        "async def main():\n"
        "    launcher = make_launcher()\n"
        "    order = Order(kind='python', plan=await launcher.plan())\n"
        "    child = await launcher.start(order, b'time.sleep(60)')\n"
        "    print(launcher.pid, child.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n",
        encoding="utf-8",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(hub), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 20)
    handles = [os.pidfd_open(int(pid)) for pid in line.split()]
    process.kill()
    await process.wait()
    loop = asyncio.get_running_loop()
    for pidfd in handles:
        ended = asyncio.Event()
        loop.add_reader(pidfd, ended.set)
        await asyncio.wait_for(ended.wait(), 10)
        loop.remove_reader(pidfd)
        os.close(pidfd)
    assert len(handles) == 2


# --- an ordinary user ---


@pytest.fixture
def nobody() -> Iterator[Launcher]:
    """Give a launcher that is not root's."""
    wrapper: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if not _open_to_all(find_deno(), HELLO):
            pytest.skip("this clone can be read by root only")
        setpriv = shutil.which("setpriv") or pytest.skip("setpriv is not installed")
        user = f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"
        wrapper = (setpriv, *user, "--bounding-set=-all", "--")
    launcher = make_launcher(wrapper=wrapper)
    yield launcher
    launcher.close()


def _open_to_all(*paths: Path) -> bool:
    folders = {parent for path in paths for parent in path.resolve().parents}
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


async def test_ordinary_user_gets_all_but_a_user_number(nobody: Launcher, tmp_path: Path) -> None:
    """What takes root is named; every other layer is put on, and Deno runs in it."""
    results = {each.name: each for each in await nobody.probe()}
    if not results["user"].holds:
        pytest.skip(f"no user namespaces: {results['user'].reason}")
    lost = {name for name, each in results.items() if not each.holds}
    assert lost == {"uid"}
    assert "only root" in results["uid"].reason
    with tempfile.TemporaryDirectory() as data:
        runtime = deno(nobody, Path(data))
        manifest = await runtime.describe(HELLO)
        source = PluginSource(root=HELLO.parent, manifest=manifest, data_dir=tmp_path)
        guest = await runtime.start(source)
        status = await asyncio.to_thread(Path(f"/proc/{guest.stats().pid}/status").read_text)
        assert await guest.call_hook("onDashboardLoad", {}, CallContext())
        await guest.stop()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    user = str(NOBODY if os.geteuid() == 0 else os.geteuid())
    assert set(fields["Uid"].split()) == {user}
    assert fields["Seccomp"].strip() == "2"
    assert fields["NSpid"].split()[-1] == "1"
    assert {fields[name].strip("0\n") for name in ("CapEff", "CapBnd", "CapPrm")} == {""}


async def test_ordinary_users_guest_reaches_nothing(nobody: Launcher, tmp_path: Path) -> None:
    """The walls that an ordinary user builds hold as well, also without the filter of calls."""
    folder = tmp_path / "hub"
    folder.mkdir()
    plan = await nobody.plan()
    if "user" not in plan:
        pytest.skip("no user namespaces")
    with aimed_at(folder) as targets:
        code = (
            f"FILE, PORT, HUB = {str(targets.file)!r}, {targets.port}, {os.getpid()}\n"
            "def tcp(): socket.socket().connect(('127.0.0.1', PORT))\n"
            "report([attempt(open, FILE), attempt(tcp), attempt(os.kill, HUB, 10), os.getpid()])"
        )
        outcome = await attack_python(nobody, code, plan - {"seccomp", "landlock"})
        assert outcome.said == ["ENOENT", "ENETUNREACH", "ESRCH", 1]
        outcome = await attack_python(nobody, code, plan)
        assert outcome.said == ["EPERM", "EPERM", "EPERM", 1]


NAMESPACES = frozenset({"user", "pid", "network", "ipc", "uts", "cgroup", "root", "uid"})


@pytest.mark.parametrize(
    "lost",
    [frozenset({name}) for name in ("root", "landlock", "seccomp", "pid", "capabilities")]
    + [NAMESPACES, FULL],
    ids=["root", "landlock", "seccomp", "pid", "capabilities", "namespaces", "everything"],
)
async def test_deno_runs_with_what_is_left(lost: frozenset[str], tmp_path: Path) -> None:
    """A machine that cannot hold some layers still runs plugins, in those that it can."""
    launcher = Launcher(without=lost)
    try:
        await run_hello(launcher, tmp_path)
        assert not await launcher.plan() & lost
        cached = (tmp_path / "deno").exists() and list((tmp_path / "deno").iterdir())
        assert bool(cached) == ("root" in lost)
    finally:
        launcher.close()


async def test_user_without_namespaces_keeps_every_other_layer(tmp_path: Path) -> None:
    """Where namespaces are switched off, each says so, and Landlock and seccomp hold a Deno."""
    unshare, setpriv = shutil.which("unshare"), shutil.which("setpriv")
    if unshare is None or setpriv is None:
        pytest.skip("util-linux is not installed")
    switch_off = "echo 0 > /proc/sys/user/max_user_namespaces; exec "  # of that namespace alone
    drop = f"{setpriv} --inh-caps=-all --ambient-caps=-all --bounding-set=-all --"
    user = (unshare, "--user", "--map-user=1000", "--map-group=1000", "--keep-caps")
    launcher = Launcher(wrapper=(*user, "/bin/sh", "-c", f'{switch_off}{drop} "$@"', "sh"))
    try:
        results = {each.name: each for each in await launcher.probe()}
        assert {name for name, each in results.items() if not each.holds} == NAMESPACES
        assert "user.max_user_namespaces" in results["user"].reason
        await run_hello(launcher, tmp_path)
    finally:
        launcher.close()


async def run_hello(launcher: Launcher, data: Path) -> None:
    """Start a plugin, and have it answer."""
    runtime = deno(launcher, data)
    manifest = await runtime.describe(HELLO)
    source = PluginSource(root=HELLO.parent, manifest=manifest, data_dir=data)
    guest = await runtime.start(source)
    try:
        assert await guest.call_hook("onDashboardLoad", {}, CallContext())
    finally:
        await guest.stop()


async def test_plan_of_the_launcher_is_what_the_kernel_shows(
    launcher: Launcher, tmp_path: Path
) -> None:
    """Seen from outside, a running guest has every layer that the plan names."""
    plan = await launcher.plan()
    runtime = deno(launcher, tmp_path)
    manifest = await runtime.describe(HELLO)
    source = PluginSource(root=HELLO.parent, manifest=manifest, data_dir=tmp_path)
    guest = await runtime.start(source)
    folder = Path(f"/proc/{guest.stats().pid}")
    try:
        for layer, kind in (("user", "user"), ("network", "net"), ("ipc", "ipc"), ("pid", "pid")):
            own = os.readlink(folder / "ns" / kind) != os.readlink(f"/proc/self/ns/{kind}")  # noqa: PTH115
            assert own == (layer in plan)
        if plan == FULL:
            status = (folder / "status").read_text()
            assert "NoNewPrivs:\t1" in status
            assert "Seccomp:\t2" in status
            assert f"Uid:\t{os.geteuid()}\t" not in status
            mounts = (folder / "mounts").read_text().splitlines()
            writable = [line for line in mounts if " rw," in line]
            assert all(line.startswith("scratch ") for line in writable)
            assert len(writable) == 1
    finally:
        await guest.stop()
