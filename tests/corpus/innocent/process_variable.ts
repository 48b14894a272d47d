interface Step {
  name: string;
  minutes: number;
}

const process: Step[] = [{ name: "boil", minutes: 4 }, { name: "cool", minutes: 9 }];

export default {
  hooks: { onDashboardLoad: () => ({ minutes: process.reduce((sum, one) => sum + one.minutes, 0) }) },
};
