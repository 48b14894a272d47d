/** `plexihub plugin test` runs these: a hub in memory, and this plugin in its real sandbox. */

import assert from "node:assert/strict";
import { testHub } from "@plexihub/sdk/testing";

Deno.test("the command greets and counts", async () => {
  await using hub = await testHub();
  const plugin = await hub.load(".");
  const ada = await hub.person("ada");
  const answer = await ada.command("/starter-kit Ada");
  assert.equal(answer.text, "Hello, Ada! That makes 1.");
  assert.deepEqual(await plugin.stored(), { greetings: 1 });
});

Deno.test("the card shows the count", async () => {
  await using hub = await testHub();
  const plugin = await hub.load(".");
  const { customWidgets: [card] } = await plugin.call("onDashboardLoad");
  assert.equal(card.props.value, 0);
});
