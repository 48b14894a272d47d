const scope = globalThis as unknown as Record<string, (text: string) => unknown>;

export default {
  hooks: {
    onDashboardLoad() {
      return self["ev" + "al"]("1 + 1"); // caught
    },
  },
};
