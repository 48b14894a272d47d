/** Starves the event loop with promise callbacks. */
const again = (): void => void Promise.resolve().then(again); // keeps no chain, so no memory

export default {
  id: "microtask-loop",
  version: "1.0.0",
  hooks: { onDashboardLoad: () => new Promise(again) },
};
