export default {
  hooks: {
    onDashboardLoad: () => ({ text: localStorage.getItem("session") }), // caught
  },
};
