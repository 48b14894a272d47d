/** Answers with what is small to say and large to keep: a million empty lists. */
export default {
  id: "huge-json",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: () => ({ lists: new Array(1_000_000).fill([]) }),
  },
};
