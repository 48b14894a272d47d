import { deepEqual, equal } from "node:assert/strict";
import { LiveClient, type LiveSocket } from "./live.ts";

class Line implements LiveSocket {
  onopen: LiveSocket["onopen"] = null;
  onmessage: LiveSocket["onmessage"] = null;
  onclose: LiveSocket["onclose"] = null;
  sent: unknown[] = [];
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {}
  hear(frame: unknown) {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  opened() {
    this.onopen?.(new Event("open"));
  }
  cut() {
    this.onclose?.(new CloseEvent("close"));
  }
}

function world() {
  const lines: Line[] = [];
  const timers = new Map<number, { run: () => void; ms: number }>();
  let next = 0;
  const client = new LiveClient(new URL("http://hub.test/team/"), {
    open: () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    random: () => 1,
    setTimer: (run, ms) => {
      timers.set(++next, { run, ms });
      return next;
    },
    clearTimer: (timer) => void (timer && timers.delete(timer)),
  });
  const line = () => lines.at(-1)!;
  const elapse = (ms: number) => {
    for (const [id, timer] of [...timers]) {
      if (timer.ms !== ms) continue;
      timers.delete(id);
      timer.run();
    }
  };
  return { client, lines, line, elapse };
}

Deno.test("a cut line is opened again and resumes after the last event", () => {
  const { client, line, elapse } = world();
  const heard: unknown[] = [];
  client.on("message.created", (data) => heard.push(data));
  client.start();
  line().opened();
  line().hear({ type: "hello", epoch: "e1", seq: 3 });
  line().hear({ type: "event", seq: 4, topic: "message.created", data: { n: 4 } });
  line().cut();
  equal(client.state, "waiting");
  elapse(500);
  line().opened();
  deepEqual(line().sent, [{ type: "resume", epoch: "e1", after: 4 }]);
  line().hear({ type: "hello", epoch: "e1", seq: 5 });
  line().hear({ type: "event", seq: 4, topic: "message.created", data: { n: 4 } });
  line().hear({ type: "event", seq: 5, topic: "message.created", data: { n: 5 } });
  deepEqual(heard, [{ n: 4 }, { n: 5 }]);
  client.stop();
});

Deno.test("a silent line is given up", () => {
  const { client, line, elapse } = world();
  client.start();
  line().opened();
  line().hear({ type: "hello", epoch: "e1", seq: 0 });
  elapse(45_000);
  equal(client.state, "waiting");
  client.stop();
});

Deno.test("an attempt that ends unanswered is told, and the wait grows", () => {
  const { client, lines, line, elapse } = world();
  let lost = 0;
  client.on("lost", () => lost += 1);
  client.start();
  line().cut();
  elapse(500);
  line().cut();
  elapse(500);
  equal(lines.length, 2);
  elapse(1000);
  deepEqual([lost, lines.length], [2, 3]);
  client.stop();
});

Deno.test("a ping is answered and a stopped client opens nothing", () => {
  const { client, lines, line, elapse } = world();
  client.start();
  line().opened();
  line().hear({ type: "ping" });
  deepEqual(line().sent.at(-1), { type: "pong" });
  client.stop();
  elapse(500);
  deepEqual([client.state, lines.length], ["off", 1]);
});
