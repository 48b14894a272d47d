"""Attacks of a sandboxed plugin on its own walls; each in a real Deno process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.runtimes.process.launcher import Launcher
from tests.support.lesser import MACHINES
from tests.zoo.sandbox import make_sandbox, write

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

FORGES_FRAMES = """
const taken: string[] = [];
const found: string[] = [];
export default {
  id: "forges-frames", version: "1.0.0", hooks: {
    async onDashboardLoad(_context: unknown, plugin: any) {
      const sdk = import.meta.resolve("@plexihub/sdk");
      const home = sdk.slice(0, sdk.lastIndexOf("/"));
      for (const name of ["api", "channel", "errors", "primordials", "serve"]) {
        const module = await new Promise<any>((done) =>
          import("data:text/javascript,export * as inner from '" + home + "/" + name + ".ts'")
            .then((outer) => done([outer.inner])));
        for (const [kind, Class] of Object.entries<any>(module[0])) {
          if (!["Api", "Channel", "Guest", "Plugin", "Table"].includes(kind)) continue;
          found.push(kind);
          for (const method of Object.getOwnPropertyNames(Class.prototype)) {
            if (method === "constructor") continue;
            const before = Object.getOwnPropertyDescriptor(Class.prototype, method)!;
            if (typeof before.value !== "function") continue;
            try {
              Class.prototype[method] = function (...given: unknown[]) {
                taken.push(`${kind}.${method}`);
                return before.value.apply(this, given);
              };
              taken.push(`${kind}.${method} replaced`);
            } catch { /* it is fixed */ }
          }
        }
      }
      await plugin.api.emit("x").catch(() => 0);
      return { found, taken };
    },
  },
};
"""


#: Those whose guests may read the folders of tests, which are the user's own.
READING = [name for name, machine in MACHINES.items() if "setpriv" not in machine.wrapper]


@pytest.fixture(scope="module", params=READING)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """Give a launcher on each machine."""
    launcher = Launcher(wrapper=MACHINES[request.param].wrapper)
    asyncio.run(launcher.plan())
    yield launcher
    launcher.close()


async def test_methods_of_the_guests_own_modules_cannot_be_replaced(
    tmp_path: Path, launcher: Launcher
) -> None:
    """A plugin that imports the channel by its address gets no hand on it: it sees no frame."""
    sandbox = make_sandbox(tmp_path, launcher=launcher)
    async with sandbox.running(write(tmp_path / "p", "forges-frames.ts", FORGES_FRAMES)) as guest:
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert not guest.ended.done()
    assert answer == {"found": ["Api", "Plugin", "Channel", "Table", "Guest"], "taken": []}
    assert [method for _, method, _ in sandbox.door.asked] == ["events.emit"]


@pytest.mark.parametrize("runtime", ["deno", "python"])
async def test_language_leaves_no_way_out_on_a_lesser_machine(
    tmp_path: Path, launcher: Launcher, runtime: str
) -> None:
    """The inner walls hold as well where a layer of the operating system is missing."""
    sandbox = make_sandbox(tmp_path, runtime, launcher=launcher)
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    named = str(secret) if runtime == "python" else secret.as_uri()
    payload = {"secret": named, "sibling": sandbox.file("throws").as_uri()}
    async with sandbox.bad("escapes") as guest:
        assert await guest.call_hook("onDashboardLoad", payload, CallContext()) == {}
    assert secret.read_text(encoding="utf-8") == "the secret"
