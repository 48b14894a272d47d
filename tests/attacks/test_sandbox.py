"""Attacks of a sandboxed plugin on its own walls; each in a real Deno process."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from tests.zoo.sandbox import make_sandbox, write

pytestmark = pytest.mark.anyio

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


async def test_methods_of_the_guests_own_modules_cannot_be_replaced(tmp_path: Path) -> None:
    """A plugin that imports the channel by its address gets no hand on it: it sees no frame."""
    sandbox = make_sandbox(tmp_path)
    async with sandbox.running(write(tmp_path / "p", "forges-frames.ts", FORGES_FRAMES)) as guest:
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert not guest.ended.done()
    assert answer == {"found": ["Api", "Plugin", "Channel", "Table", "Guest"], "taken": []}
    assert [method for _, method, _ in sandbox.door.asked] == ["events.emit"]
