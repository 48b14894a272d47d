/** Answers with a promise that is never kept. */
export default {
  id: "hang-promise",
  version: "1.0.0",
  hooks: { onDashboardLoad: () => new Promise(() => {}) },
};
