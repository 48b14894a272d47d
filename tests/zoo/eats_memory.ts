/** Fills the heap. */
export default {
  id: "eats-memory",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      const kept = [];
      for (;;) kept.push(new Array(10_000).fill({ some: "thing" }));
    },
  },
};
