/** Fills its memory within every call, half of it outside of the heap. */
export default {
  id: "eats",
  version: "1.0.0",
  permissions: ["ui:render"],
  hooks: {
    onDashboardLoad() {
      const kept: unknown[] = [];
      try {
        for (;;) kept.push(new Uint8Array(1 << 20).fill(1));
      } catch {
        for (;;) kept.push(new Array(1000).fill(kept.length));
      }
    },
  },
};
