/** Raises: an error, nothing in particular, and something that bites whoever looks at it. */
export default {
  id: "throws",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      throw new RangeError("the widget is out of range");
    },
    onDataFetch() {
      throw undefined;
    },
    onActionExecute() {
      throw new Proxy({}, {
        get() {
          throw new Error("do not look");
        },
        getPrototypeOf() {
          throw new Error("do not look");
        },
      });
    },
    async onAuthSuccess() {
      setTimeout(() => {
        throw new Error("later, and nobody catches it");
      }, 0);
      Promise.reject(new Error("rejected, and nobody handles it"));
      await new Promise((done) => setTimeout(done, 20));
      return { alive: true };
    },
  },
};
