"""How long a sandboxed plugin takes to start, confined, and what each layer of that costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.case import Case
from bench.guests import LANGUAGES, guests
from bench.peers import forked, python_started
from plexihub.runtimes._spawn import spawn
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.flags import environment
from plexihub.runtimes.process.confine.plan import FULL

CLAIM_GOAL = 15.0
GOALS = {"Python": 5.0, "Deno": 45.0}
#: Without it the launcher would wait in vain for the guest to let go of what it inherited.
ONE = FULL - {"descriptors"}
#: What goes together: a user of one's own needs a user namespace and a root.
_PARTS = (
    ("user and uid", frozenset({"user", "uid"})),
    ("root", frozenset({"root", "uid"})),
    *((name, frozenset({name})) for name in ("pid", "network", "ipc", "landlock", "seccomp")),
)


def _bare_deno(folder: Path) -> float:
    """Start Deno with a script that writes one byte, in milliseconds."""
    script = folder / "empty.ts"
    script.write_text("Deno.stdout.writeSync(new Uint8Array([1]));", encoding="utf-8")
    begin = perf_counter()
    child = spawn(
        [str(find_deno()), "run", "--quiet", "--no-config", str(script)],
        env=environment(folder / "bare"),
        cwd=folder,
    )
    child.pipe.setblocking(True)
    child.pipe.recv(1)
    taken = (perf_counter() - begin) * 1000
    child.kill()
    child.reap()
    child.pipe.close()
    return taken


def _starts(stack: ExitStack, language: str) -> Iterator[Case]:
    group = f"cold start of a {language} plugin"
    if language == "Python":
        yield Case(group=group, name="fork", sample=forked, unit="ms", baseline=True)
        yield Case(group=group, name="python -c pass", sample=python_started, unit="ms")
    else:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        note = "until its first byte, with a cache on disk and without confinement"
        sample = partial(_bare_deno, folder)
        yield Case(group=group, name="deno run", sample=sample, unit="ms", baseline=True, note=note)
    made = stack.enter_context(guests(language))
    yield Case(group=group, name="PlexiHub", sample=made.cold, unit="ms", goal=GOALS[language])
    if language == "Deno":
        made = stack.enter_context(guests(language, ready=1))
        name = "PlexiHub, by a process that was ready"
        yield Case(group=group, name=name, sample=made.claimed, unit="ms", goal=CLAIM_GOAL)


def _layers(stack: ExitStack, language: str) -> Iterator[Case]:
    group = f"processor time of a {language} plugin's start"
    whole: frozenset[str] = frozenset()
    for name, without in (("nothing", whole), *_PARTS, ("all but descriptors", ONE)):
        made = stack.enter_context(guests(language, without=without))
        yield Case(
            group=group,
            name=f"without {name}",
            sample=made.cold_processor_time,
            unit="ms",
            baseline=not without,
            note="hub, launcher and guest together" if not without else "",
        )


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with ExitStack() as stack:
        yield [
            *(case for language in LANGUAGES for case in _starts(stack, language)),
            *(case for language in LANGUAGES for case in _layers(stack, language)),
        ]
