export default {
  hooks: {
    onDashboardLoad: () => ({ text: process.env.DATABASE_URL }), // caught
  },
};
