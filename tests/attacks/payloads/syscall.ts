// Makes one system call past Deno, by its number, and tells what the kernel answered.

const { number, given } = JSON.parse(Deno.args[0]) as {
  number: number;
  given: (number | string)[];
};
const libc = Deno.dlopen("libc.so.6", {
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], result: "i64" },
  __errno_location: { parameters: [], result: "pointer" },
});
const texts: Uint8Array<ArrayBuffer>[] = [];

function value(of: number | string | undefined): bigint {
  if (of === undefined) return 0n;
  if (typeof of === "number") return BigInt(of);
  const text = Uint8Array.from(of + "\0".repeat(64), (letter) => letter.charCodeAt(0));
  texts.push(text);
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(text));
}

const [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map((at) => value(given[at]));
const answer = libc.symbols.syscall(BigInt(number), a, b, c, d, e, f);
const errno = new Deno.UnsafePointerView(libc.symbols.__errno_location()!).getInt32();
Deno.stdout.writeSync(
  new TextEncoder().encode(
    JSON.stringify({ answer: Number(answer), errno: answer < 0n ? errno : 0 }) + "\n",
  ),
);
