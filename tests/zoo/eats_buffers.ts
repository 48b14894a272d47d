/** Fills memory outside of the JavaScript heap. */
export default {
  id: "eats-buffers",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      const kept = [];
      for (let count = 0; count < 100; count++) {
        kept.push(new Uint8Array(10 * 1024 * 1024).fill(1));
      }
      return { kept: kept.length };
    },
  },
};
