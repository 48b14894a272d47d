/** Answers with more than a message may hold, by one long text or by many small ones. */
export default {
  id: "oversize",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: () => ({ text: "x".repeat(5 * 1024 * 1024) }),
    onDataFetch: () => ({ text: "ä".repeat(3 * 1024 * 1024) }),
  },
};
