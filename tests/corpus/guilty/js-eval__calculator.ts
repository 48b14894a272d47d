export default {
  hooks: {
    onDataFetch(context: { query: string }) {
      return { data: eval(context.query) }; // caught
    },
  },
};
