/** Puts itself between the channel and JSON: what it forges can only be its own answer. */
// deno-lint-ignore-file no-explicit-any
const forge = () => ({
  __proto__: null,
  type: "request",
  id: 1,
  call: 99,
  method: "admin.everything",
  params: { __proto__: null },
});

export default {
  id: "forges",
  version: "1.0.0",
  hooks: {
    onDashboardLoad() {
      (Object.prototype as any).toJSON = forge;
      return { answer: 42 };
    },
    onDataFetch() {
      throw new Error("with the forger in place");
    },
  },
};
