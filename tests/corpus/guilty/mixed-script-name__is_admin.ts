const isAdmin = false;
const isАdmin = true; // caught
export default { hooks: { onDashboardLoad: () => ({ text: String(isAdmin || isАdmin) }) } };
