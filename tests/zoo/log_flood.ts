/** Writes far more to the log than anyone reads. */
export default {
  id: "log-flood",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      for (let line = 0; line < 20_000; line++) console.log("noise", line, "x".repeat(100));
      return { done: true };
    },
  },
};
