"""Sandboxed plugins reach nothing of what trusted plugins may add to the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.conftest import Target
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio

REACHES = """
const methods = [
  "ui.inject_script", "ui.inject_css", "ui.register_panel", "ui.register_widget",
  "ui.register_profile_tab", "ui.register_settings_button", "ui.register_message_action",
  "ui.register_file",
];
const element = { id: "w", element: "person-tabs", module: "plugins/reaches/main.ts" };
export default {
  id: "reaches", version: "1.0.0", permissions: ["ui:render"],
  hooks: {
    async onDashboardLoad(_context: any, plugin: any) {
      const answers: string[] = [];
      for (const name of methods) {
        await plugin.api.call(name, { file: "main.js", id: "w", css: "*{display:none}" }).then(
          () => answers.push(name), () => 0);
      }
      await plugin.api.call("ui.render_widget", { component: "x-y", ...element }).then(
        () => answers.push("element"), () => 0);
      return { customWidgets: [
        { ...element, component: "x-y", props: { reached: answers.join() || "nothing" } },
      ] };
    },
  },
};
"""


@pytest.mark.checklist("P-65")
async def test_sandboxed_plugin_injects_nothing(target: Target, tmp_path: Path) -> None:
    """No call of the gateway and no field of a widget brings code or style into a page."""
    await target.install(write(tmp_path, "reaches.ts", REACHES))
    ada = await target.person("ada", "admin")
    made = (await ada.post("/api/v1/dashboards", json={"title": "One"})).json()
    board = (await ada.get(f"/api/v1/dashboards/{made['id']}")).json()
    widgets = [one for one in board["widgets"] if one["plugin"] == "reaches"]
    assert [one["props"] for one in widgets] == [{"reached": "nothing"}], board
    assert not any({"element", "module"} & set(one) for one in board["widgets"])
    shown = (await ada.get("/api/v1/ui")).json()
    del shown["hub"]
    owned = [one for found in shown.values() for one in found if one.get("owner") == "reaches"]
    assert owned == []
    assert (await ada.get("/plugins/reaches/main.js")).status_code == 404
