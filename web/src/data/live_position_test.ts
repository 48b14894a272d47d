import { deepEqual, equal } from "node:assert/strict";
import { advance, decodeFrame, type Frame, type Position, START } from "./live_position.ts";

function play(start: Position, frames: Frame[]) {
  const delivered: string[] = [];
  let stale = 0;
  let position = start;
  for (const frame of frames) {
    const step = advance(position, frame);
    position = step.position;
    if (step.deliver) delivered.push(step.deliver.topic);
    if (step.stale) stale += 1;
  }
  return { position, delivered, stale };
}

const event = (seq: number): Frame => ({ type: "event", seq, topic: `t${seq}`, data: {} });

Deno.test("the first hello sets the position and makes nothing stale", () => {
  const seen = play(START, [{ type: "hello", epoch: "e1", seq: 7 }, event(7), event(8)]);
  deepEqual(seen, { position: { epoch: "e1", after: 8 }, delivered: ["t8"], stale: 0 });
});

Deno.test("a resumed stream delivers what was missed, once and in order", () => {
  const seen = play({ epoch: "e1", after: 3 }, [
    { type: "hello", epoch: "e1", seq: 5 },
    event(4),
    event(5),
    event(5),
    event(6),
  ]);
  deepEqual(seen.delivered, ["t4", "t5", "t6"]);
  equal(seen.stale, 0);
});

Deno.test("a restarted hub makes what was loaded stale", () => {
  const seen = play({ epoch: "e1", after: 30 }, [{ type: "hello", epoch: "e2", seq: 2 }, event(3)]);
  deepEqual(seen, { position: { epoch: "e2", after: 3 }, delivered: ["t3"], stale: 1 });
});

Deno.test("a reset that skips events makes what was loaded stale", () => {
  const seen = play({ epoch: "e1", after: 3 }, [
    { type: "hello", epoch: "e1", seq: 5000 },
    { type: "reset", epoch: "e1", seq: 5000 },
  ]);
  deepEqual(seen, { position: { epoch: "e1", after: 5000 }, delivered: [], stale: 1 });
});

Deno.test("a reset straight after the first hello skips nothing", () => {
  const seen = play(START, [
    { type: "hello", epoch: "e1", seq: 5 },
    { type: "reset", epoch: "e1", seq: 5 },
  ]);
  equal(seen.stale, 0);
});

Deno.test("a ping asks for a pong", () => {
  equal(advance(START, { type: "ping" }).pong, true);
});

Deno.test("a frame that is not understood is passed over", () => {
  deepEqual([decodeFrame("{"), decodeFrame('{"type":"new"}'), decodeFrame("null")], [
    null,
    null,
    null,
  ]);
});
