import { fromWire, PermissionDenied, PlexiHubError, toWire, Veto } from "./errors.ts";
import { same } from "./testing.ts";

Deno.test("a denial names the permission", () => {
  const data = { permission: "data:read", where: "data.query", next: "Ask." };
  const error = fromWire({ code: "permission_denied", message: "No.", data });
  if (!(error instanceof PermissionDenied)) throw error;
  same([error.permission, error.message, error.where, error.next, error.name], [
    "data:read",
    "No.",
    "data.query",
    "Ask.",
    "PermissionDenied",
  ]);
});

Deno.test("any other code is kept", () => {
  const error = fromWire({ code: "not_found", message: "Gone.", data: {} });
  same([error instanceof PlexiHubError, error.code, error.where], [true, "not_found", ""]);
});

Deno.test("whatever is thrown can be told", () => {
  same(toWire(new Veto("no")), { code: "vetoed", message: "no", data: {} });
  same(toWire("text").message, "It threw text.");
  same(toWire(null).message, "It threw null.");
  same(toWire({ any: 1 }).message, "It threw an object that is no Error.");
  same(toWire(new RangeError("far")).message, "RangeError: far");
  same(toWire(new Error("x".repeat(9000))).message.length, 4001);
  const hostile = new Error("x");
  Object.defineProperty(hostile, "message", {
    get: () => {
      throw 5;
    },
  });
  same(toWire(hostile).message, "It threw something that cannot be shown.");
});
