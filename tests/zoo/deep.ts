/** Answers with arrays inside one another. */
const nest = (levels: number): unknown => levels === 0 ? [] : [nest(levels - 1)];

export default {
  id: "deep",
  version: "1.0.0",
  hooks: {
    onDashboardLoad: () => ({ nested: nest(62) }),
    onDataFetch: () => ({ nested: nest(63) }),
    onActionExecute: () => ({ nested: nest(2000) }),
  },
};
