const answer = 1;
const ㅤ = 2; // caught
export default { hooks: { onDashboardLoad: () => ({ text: answer }) } };
