import { chunk } from "lodash"; // caught

export default { hooks: { onDashboardLoad: () => ({ rows: chunk([1, 2, 3], 2) }) } };
