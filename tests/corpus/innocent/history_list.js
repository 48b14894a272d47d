const history = [];

export default {
  hooks: {
    onActionExecute({ action }) {
      history.push(action);
      return { length: history.length };
    },
  },
};
