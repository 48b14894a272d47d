"""Plans and orders, and what a program needs to run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.process.confine.landlock import left_open
from plexihub.runtimes.process.confine.plan import (
    FULL,
    Bind,
    Order,
    make_plan,
    without_needy,
)
from plexihub.runtimes.process.elf import needed_files


def test_order_survives_the_wire() -> None:
    """What the launcher reads is what the hub wrote."""
    order = Order(
        kind="deno",
        plan=FULL - {"uid"},
        argv=("/bin/deno", "run"),
        env={"HOME": "/"},
        binds=(Bind(path="/bin/deno", runs=True), Bind(path="/dev/urandom", device=True)),
        scratch="/cache",
        scratch_mb=3,
        limits={"NOFILE": 7},
    )
    assert Order.decode(json.loads(json.dumps(order.encode()))) == order


def test_unknown_layer_is_named() -> None:
    """A layer that nobody puts on is no layer."""
    with pytest.raises(ValueError, match="moat"):
        make_plan({"seccomp", "moat"})


def test_layer_goes_with_what_it_needs() -> None:
    """A user of one's own, without a root of one's own, could read nothing at all."""
    assert without_needy(FULL) == FULL
    assert without_needy(FULL - {"root"}) == FULL - {"root", "uid"}


def test_program_names_its_libraries() -> None:
    """Each file that is named is there, and the loader is among them."""
    files = needed_files(find_deno().resolve())
    assert all(file.is_file() for file in files)
    assert any(file.name.startswith("ld-linux") for file in files)
    assert any(file.name.startswith("libc.") for file in files)


def test_no_program_is_refused(tmp_path: Path) -> None:
    """A script has no libraries; whoever asks is told what it is not."""
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(OSError, match="no program of 64 bits"):
        needed_files(script)


def test_old_landlock_says_what_it_leaves_open() -> None:
    """Each version is said to cover what it covers."""
    assert left_open(7) == ""
    assert "TCP" in left_open(3)
    assert "signals" in left_open(5)
    assert "TCP" not in left_open(5)


def test_launcher_loads_nothing_of_the_hub() -> None:
    """Confinement and launcher stand on the standard library: nothing of the kernel comes along."""
    folder = Path(__file__).parents[4] / "src" / "plexihub" / "runtimes" / "process"
    own = {"birth.py", "probe.py", "wire.py", "zygote.py", "__init__.py"}
    files = [*(folder / "confine").glob("*.py"), *(folder / name for name in own)]
    strangers = {
        line
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from "))
        and line.split()[1].partition(".")[0] not in sys.stdlib_module_names
        and not line.split()[1].startswith("plexihub.runtimes.process.")
    }
    assert strangers == set()
