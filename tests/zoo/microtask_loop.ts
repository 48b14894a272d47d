/** Starves the event loop with promise callbacks. */
const again = (): Promise<void> => Promise.resolve().then(again);

export default {
  id: "microtask-loop",
  version: "1.0.0",
  hooks: { onDashboardLoad: again },
};
