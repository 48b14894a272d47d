/** Answers with what JSON cannot carry. */
export default {
  id: "unsendable",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      return circle;
    },
    onDataFetch: () => ({ big: 10n }),
    onActionExecute: () => ({ text: "lone \ud800 surrogate", gap: undefined, bad: NaN }),
    onAuthSuccess: () => () => 5,
  },
};
