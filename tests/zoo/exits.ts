/** Ends its own process the one way that is left: by running out of memory at once. */
export default {
  id: "exits",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      const text = ["x".repeat(1 << 28)];
      for (;;) text.push(text.join("y"));
    },
  },
};
