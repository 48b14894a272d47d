/** Keeps the event loop busy with timers and never answers. */
export default {
  id: "timer-loop",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: () =>
      new Promise(() => {
        const again = () => setTimeout(again, 0);
        again();
      }),
  },
};
