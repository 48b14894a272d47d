/** Keeps every payload that it was ever given. */
const kept: unknown[] = [];

export default {
  id: "keeps-all",
  version: "1.0.0",
  hooks: {
    onDashboardLoad(payload: unknown) {
      kept.push(JSON.parse(JSON.stringify(payload)));
      return { kept: kept.length };
    },
  },
};
