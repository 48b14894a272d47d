import { chart } from "https://cdn.example/chart@4/mod.ts"; // caught

export default { hooks: { onDashboardLoad: () => chart() } };
