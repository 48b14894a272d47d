import { deepEqual, equal } from "node:assert/strict";
import { addressOf, bestMatch, parseRoute } from "./route.ts";

const root = new URL("http://hub.test/");
const mounted = new URL("http://hub.test/team/");

Deno.test("an address under the base becomes segments and query", () => {
  const route = parseRoute(new URL("http://hub.test/team/people/a%20b?x=1"), mounted);
  deepEqual(route?.segments, ["people", "a b"]);
  equal(route?.query.get("x"), "1");
});

Deno.test("the base itself is the root, with and without its last slash", () => {
  equal(parseRoute(new URL("http://hub.test/team"), mounted)?.path, "/");
  equal(parseRoute(root, root)?.path, "/");
});

Deno.test("an address outside the base or of another origin is not ours", () => {
  equal(parseRoute(new URL("http://hub.test/teams/x"), mounted), null);
  equal(parseRoute(new URL("http://else.test/team/x"), mounted), null);
});

Deno.test("a damaged escape does not break the route", () => {
  equal(parseRoute(new URL("http://hub.test/people/%E0%A4%A"), root)?.segments[0], "people");
});

Deno.test("a path becomes an address under the base", () => {
  equal(addressOf("/chat/1", mounted).href, "http://hub.test/team/chat/1");
});

Deno.test("the longest whole prefix wins", () => {
  const all = [{ path: "/chat" }, { path: "/chat/old" }, { path: "/cha" }];
  const route = parseRoute(new URL("http://hub.test/chat/old/3"), root)!;
  equal(bestMatch(route, all)?.path, "/chat/old");
  equal(bestMatch({ ...route, path: "/chats" }, all), null);
});
