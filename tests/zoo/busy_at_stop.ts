/** Answers, and from then on hears nobody who asks it to stop. */
export default {
  id: "busy-at-stop",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      setTimeout(() => {
        for (;;);
      }, 0);
      return { done: true };
    },
  },
};
