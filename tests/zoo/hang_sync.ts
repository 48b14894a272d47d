/** Never gives the thread back. */
export default {
  id: "hang-sync",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      for (;;);
    },
  },
};
