import { deepEqual, equal } from "node:assert/strict";
import { ApiError } from "../../data/error.ts";
import { isPassing, Outbox } from "./outbox.ts";
import type { Outgoing } from "./timeline.ts";

const away = new ApiError(0, { code: "unreachable", message: "away" });
const refused = new ApiError(403, { code: "vetoed", message: "no" });

/** An outbox whose posts fail as told, then arrive. */
function boxThat(...failures: Error[]) {
  const marks: string[] = [];
  const arrived: string[] = [];
  const mine = (client_id: string): Outgoing => ({
    client_id,
    text: client_id,
    files: [],
    created_at: "",
    status: "sending",
    problem: "",
  });
  const post = ({ text }: Outgoing) => {
    const failure = failures.shift();
    if (failure) return Promise.reject(failure);
    arrived.push(text);
    return Promise.resolve();
  };
  const box = new Outbox(post, mine, (_id, { status }) => marks.push(status), () => 0);
  return { box, marks, arrived };
}

Deno.test("what did not get through is tried again, in order", async () => {
  const { box, marks, arrived } = boxThat(away, away);
  await Promise.all([box.send("one"), box.send("two")]);
  deepEqual([arrived, marks], [["one", "two"], ["waiting", "waiting"]]);
});

Deno.test("what the hub refused is not tried again by itself", async () => {
  const { box, marks, arrived } = boxThat(refused);
  await Promise.all([box.send("one"), box.send("two")]);
  deepEqual([arrived, marks], [["two"], ["failed"]]);
});

Deno.test("an overloaded hub is asked again, a wrong request is not", () => {
  const answered = (status: number) => new ApiError(status, { code: "x", message: "x" });
  deepEqual([429, 503, 400, 404, 500].map((status) => isPassing(answered(status))), [
    true,
    true,
    false,
    false,
    false,
  ]);
  equal(isPassing(new Error("a mistake of ours")), false);
});
