import { equal } from "node:assert/strict";
import { deviceOf } from "./device.ts";

Deno.test("a browser is named with its system, a program by its own name", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
  const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1";
  equal(deviceOf(chrome), "Chrome on Linux");
  equal(deviceOf(phone), "Safari on iOS");
  equal(deviceOf("python-httpx/0.28.1"), "python-httpx");
  equal(deviceOf(""), "Unknown program");
});
