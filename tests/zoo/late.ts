/** Answers when nobody waits any more. */
export default {
  id: "late",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: () => new Promise((done) => setTimeout(() => done({ late: true }), 900)),
  },
};
