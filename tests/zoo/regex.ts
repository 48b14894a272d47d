/** Matches a pattern that takes longer than the world. */
export default {
  id: "regex",
  version: "1.0.0",
  hooks: { onDashboardLoad: () => ({ found: /^(a+)+$/.test("a".repeat(64) + "b") }) },
};
