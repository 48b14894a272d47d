"""One guest against the hub's memory, processor and loop: everybody else goes on.

The guests write to their pipe themselves, as whoever digs in a Python guest can: nothing of the
guest's own modules stands in between.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.runtimes._framing import decode
from plexihub.runtimes._session import LONGEST_MESSAGE, LONGEST_STACK
from plexihub.runtimes._values import MAX_VALUES, price
from plexihub.services.guest.sandbox import PER_MINUTE
from plexihub.services.ui.offered import MOST_EACH, OfferedWidgets
from plexihub_sdk.errors import PluginError, PluginRaisedError, PluginTimeoutError, ProtocolError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio

RAW = """
import contextlib, time

posix = contextlib.__builtins__["__import__"]("posix")
number = 1_000_000


def request(method, params):
    global number
    number += 1
    head = b'{"type":"request","id":%d,"call":0,"method":"%s","params":' % (number, method)
    body = head + params + b"}"
    left = memoryview(len(body).to_bytes(4, "big") + body)
    while left:
        left = left[posix.write(0, left) :]


def on_action_execute(payload):
    what = dict(payload)["context"]["what"]
    if what == "bomb":
        while True:
            request(b"events.emit", b'{"name":"x","data":[' + b"{}," * 1_300_000 + b"1]}")
    if what == "values":
        while True:
            request(b"events.emit", b'{"name":"x","data":[' + b"{}," * 90_000 + b"1]}")
    if what == "error":
        body = b'{"type":"error","id":%d,"error":{"code":"plugin_raised",'
        body += b'"message":"%s","data":{"stack":"%s"}}}'
        body %= (dict(payload)["context"]["id"], b"m" * 1_000_000, b"s" * 2_000_000)
        posix.write(0, len(body).to_bytes(4, "big") + body)
    if what == "fill":
        request(b"files.write", b'{"path":"big","content":"' + b"x" * 2_900_000 + b'"}')
    if what == "unread":
        for _ in range(60):
            request(b"files.read", b'{"path":"big"}')
        time.sleep(3)
    return {}
"""


async def install(target: Target, folder: Path, code: str, name: str, *permissions: str) -> Any:
    """Install a Python or TypeScript guest that answers actions, and answer its instance."""
    root = folder / name
    root.mkdir()
    main = "main.ts" if "export default" in code else "main.py"
    manifest = {
        "id": name,
        "version": "1.0.0",
        "entrypoint": main,
        "permissions": list(permissions),
        "hooks": ["onActionExecute"],
    }
    (root / "plugin.json").write_text(json.dumps(manifest))
    (root / main).write_text(code)
    # What it does is to meet the sandbox; the rules alone would not let it in.
    await target.hub.kernel.config.change("plugins.validation", "warn", target.operator_ctx)
    plugin = await target.install(root)
    return target.hub.kernel.registry.get(PluginId(plugin)).instance


async def act(instance: Any, **context: Any) -> Any:
    """Have it do something."""
    ctx = CallContext(rights=ROLE_RIGHTS["member"])
    return await instance.call_hook("onActionExecute", {"action": "go", "context": context}, ctx)


def resident_mb() -> float:
    """Answer what this process holds."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def test_message_of_many_values_is_refused_before_it_is_read() -> None:
    """Two bytes that become an object are counted without making it; commas of a text are not."""
    few = b'{"type":"log","level":"info","text":"' + b'1,\\",' * 400_000 + b'"}'
    assert decode(few)
    assert price(few) > len(few)
    for value in (b"{},", b"[],", b'"",', b"0,", b'"a,\\"b",'):
        with pytest.raises(ProtocolError, match="values"):
            price(b'{"data":[' + value * (MAX_VALUES + 1) + b"1]}")
    assert price(b'{"data":[' + b"{}," * (MAX_VALUES - 1) + b"1]}")


async def test_bomb_of_values_ends_its_guest(target: Target, tmp_path: Path) -> None:
    """Four megabytes that would become a million objects are never made into them."""
    instance = await install(target, tmp_path, RAW, "bomber", "events:emit")
    spent = time.process_time()
    with pytest.raises(PluginError, match="more than 100,000 values"):
        await act(instance, what="bomb")
    assert time.process_time() - spent < 1
    assert "broke the protocol" in (await instance.ended).reason


@pytest.mark.sandbox
async def test_guest_that_sends_without_end_is_read_slowly(target: Target, tmp_path: Path) -> None:
    """Five seconds of the largest messages there may be cost the hub less than one of its own."""
    instance = await install(target, tmp_path, RAW, "flooder", "events:emit")
    spent = time.process_time()
    with pytest.raises(PluginError, match="within"):
        await act(instance, what="values")
    assert time.process_time() - spent < 1.2  # without the limit: all of a core


@pytest.mark.sandbox
async def test_answers_that_nobody_reads_do_not_fill_the_hub(
    target: Target, tmp_path: Path
) -> None:
    """Sixty answers of three megabytes wait in a bounded room; beyond it there are errors."""
    instance = await install(target, tmp_path, RAW, "deaf", "files:own")
    await act(instance, what="fill")
    await asyncio.sleep(0.5)
    before, most = resident_mb(), 0.0
    work = asyncio.create_task(act(instance, what="unread"))
    while not work.done():
        await asyncio.sleep(0.02)
        most = max(most, resident_mb())
    assert await work == {}
    assert most - before < 120  # without the bound: 360


async def test_endless_error_of_a_guest_is_shortened(
    target: Target, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What a guest says of its failure is logged, recorded and shown: a page of it at most."""
    instance = await install(target, tmp_path, RAW, "wordy")
    with pytest.raises(PluginRaisedError) as raised:
        await act(instance, what="error", id=1)
    assert len(raised.value.message) == LONGEST_MESSAGE
    written = sum(len(record.getMessage()) for record in caplog.records)
    assert written <= LONGEST_STACK + LONGEST_MESSAGE


BOXER = """
const burn = `
  const end = Date.now() + 300;
  while (Date.now() < end) {}
  export default { hooks: { onActionExecute() { return {}; } } };
`;
export default {
  hooks: {
    async onActionExecute(payload: any, plugin: any) {
      const { most, code } = payload.context;
      let made = 0;
      const refused: string[] = [];
      const end = Date.now() + 3000;
      const one = async () => {
        while (made + refused.length < most && Date.now() < end) {
          try {
            const box = await plugin.api.call("sandbox.create", { code: code ?? burn });
            made++;
            await plugin.api.call("sandbox.close", box);
          } catch (error) { refused.push(String(error)); }
        }
      };
      await Promise.all([one(), one()]);
      return { result: { made, refused } };
    },
  },
};
"""


@pytest.mark.sandbox
async def test_sandboxes_one_after_another_bring_no_processor_time(
    target: Target, tmp_path: Path
) -> None:
    """Each sandbox that a plugin makes pays from one budget, whose starts are not free."""
    instance = await install(target, tmp_path, BOXER, "boxer", "sandbox:run")
    began = time.monotonic()
    # The last of them may wait for processor time until the call's own deadline.
    with suppress(PluginTimeoutError):
        answer = await act(instance, most=100)
        assert answer["result"]["made"] >= 1
    (window,) = target.hub.tiers.box_windows.values()
    now = time.monotonic()
    assert now - began < 10
    # Each burns its 300 ms twice, when it is described and when it starts: of that a start is
    # given a tenth of a second, and all else was counted.
    assert 0.1 < window.used(now) < 1.3


@pytest.mark.sandbox
async def test_sandboxes_of_a_minute_are_counted(target: Target, tmp_path: Path) -> None:
    """Starting processes costs the hub: a plugin makes so many sandboxes a minute."""
    instance = await install(target, tmp_path, BOXER, "maker", "sandbox:run")
    made = 0
    refused: list[str] = []
    for _ in range(10):
        answer = (await act(instance, most=6, code="export default { hooks: {} };"))["result"]
        made, refused = made + answer["made"], refused + answer["refused"]
        if any("a minute" in one for one in refused):
            break
    assert made <= PER_MINUTE
    assert any(f"{PER_MINUTE} sandboxes a minute" in one for one in refused), refused


HEARER = """
export default {
  hooks: {
    async "plugin.teller.x"() { await new Promise((done) => setTimeout(done, 4000)); },
  },
};
"""
TELLER = """
export default {
  hooks: {
    async onActionExecute(payload: any, plugin: any) {
      const said: string[] = [];
      for (const size of payload.context.sizes) {
        const data = "e".repeat(size);
        await plugin.api.emit("x", data).catch((error: any) => said.push(String(error)));
      }
      return { result: said };
    },
  },
};
"""


async def test_events_that_are_not_heard_yet_are_bounded(target: Target, tmp_path: Path) -> None:
    """Two that work together, one that tells and one that is slow, keep little in memory."""
    root = tmp_path / "hearer"
    root.mkdir()
    manifest = {
        "id": "hearer",
        "version": "1.0.0",
        "entrypoint": "main.ts",
        "hooks": ["plugin.teller.x"],
    }
    (root / "plugin.json").write_text(json.dumps(manifest))
    (root / "main.ts").write_text(HEARER)
    await target.install(root)
    instance = await install(target, tmp_path, TELLER, "teller", "events:emit")
    (said,) = (await act(instance, sizes=[65 * 1024]))["result"]
    assert "64 KiB" in said
    said = (await act(instance, sizes=[10] * 220))["result"]
    assert target.hub.kernel.events.waiting_for("plugin.teller.") == 200
    assert len(said) >= 19
    assert "have not heard" in said[0]


def test_widgets_of_one_plugin_push_nobody_elses_out() -> None:
    """A plugin with ever new widgets fills a place of its own, for each person."""
    offered = OfferedWidgets()
    buttons = {"buttons": [{"action": "go", "label": "Go"}]}
    widget = {"plugin": "quiet", "id": "one", "component": "Buttons", "props": buttons}
    offered.remember("ada", [widget])
    for number in range(20_000):
        offered.remember("ada", [{**widget, "plugin": "loud", "id": str(number)}])
    assert offered.find("ada", "quiet", "one") is not None
    found = [offered.find("ada", "loud", str(number)) for number in range(20_000)]
    assert sum(blocks is not None for blocks in found) == MOST_EACH
    assert found[-1] is not None
