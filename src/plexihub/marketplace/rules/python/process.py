"""`py-process`: other programs and processes."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-process",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`subprocess`, `os.system`, `os.fork`, `pty`, `multiprocessing`, signals",
    next="Programs are for trusted plugins; ask the hub by plugin.api.",
    check=python_names(
        "{} starts or signals processes.",
        "subprocess.",
        "os.system",
        "os.popen",
        "os.fork",
        "os.forkpty",
        "os.kill",
        "os.killpg",
        "os._exit",
        "os.abort",
        "os.execv",
        "os.execve",
        "os.execvp",
        "os.execl",
        "os.execlp",
        "os.spawnv",
        "os.spawnl",
        "os.spawnvp",
        "os.spawnlp",
        "os.posix_spawn",
        "posix.",
        "pty.",
        "multiprocessing.",
        "signal.",
        "_posixsubprocess.",
        "concurrent.futures.ProcessPoolExecutor",
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "asyncio.subprocess.",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
