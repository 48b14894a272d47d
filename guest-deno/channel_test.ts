import { Channel, MAX_MESSAGE, TooLarge } from "./channel.ts";
import { framed, MemoryPipe, refuses, same } from "./testing.ts";

async function received(pipe: MemoryPipe, isIdle = false): Promise<string[]> {
  const channel = new Channel(pipe);
  const found: string[] = [];
  while (await channel.receive(isIdle)) {
    for (let json = channel.take(); json !== undefined; json = channel.take()) found.push(json);
  }
  return found;
}

Deno.test("frames come whole, however they are cut", async () => {
  const texts = ['{"a":"ä"}', "[]", JSON.stringify("x".repeat(20_000)), "1"];
  const stream = new Uint8Array(texts.flatMap((text) => [...framed(text)]));
  for (const size of [1, 3, 7, 4096, stream.length]) {
    const pipe = new MemoryPipe();
    for (let at = 0; at < stream.length; at += size) {
      pipe.chunks.push(stream.subarray(at, at + size));
    }
    same(await received(pipe), texts);
  }
});

Deno.test("an impossible length is refused", async () => {
  for (const size of [0, MAX_MESSAGE + 1, 0xffffffff]) {
    const pipe = new MemoryPipe();
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, size);
    pipe.chunks.push(header);
    const channel = new Channel(pipe);
    await channel.receive(false);
    refuses(() => channel.take(), /a frame of/);
  }
});

Deno.test("texts of every width are written as they are", () => {
  const pipe = new MemoryPipe();
  const channel = new Channel(pipe);
  const texts = ["ascii", "ä€😀".repeat(9000), "", "x".repeat(20_000)];
  for (const text of texts) channel.post(JSON.stringify(text));
  channel.flush();
  same(pipe.frames(), texts);
});

Deno.test("a message beyond the limit is refused and leaves no trace", () => {
  const pipe = new MemoryPipe();
  const channel = new Channel(pipe);
  for (const text of ["x".repeat(MAX_MESSAGE + 1), "ä".repeat(MAX_MESSAGE / 2 + 1)]) {
    try {
      channel.post(text);
      throw new Error("it was taken");
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
    }
  }
  channel.post("1");
  channel.flush();
  same(pipe.frames(), [1]);
});

Deno.test("reading blocks only while nothing is pending", async () => {
  const waits = async (isIdle: boolean, isBusy: boolean) => {
    const pipe = new MemoryPipe();
    pipe.isBusy = isBusy;
    pipe.chunks.push(framed("1"), framed("2"), framed("3"));
    await received(pipe, isIdle);
    return [...new Set(pipe.waits.slice(1))];
  };
  same(await waits(true, false), ["block"]);
  same(await waits(true, true), ["loop"]);
  same(await waits(false, false), ["loop"]);
});
