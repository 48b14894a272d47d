export default { hooks: { onDashboardLoad: () => ({}) } };
