const run = (0, eval); // caught

export default { hooks: { onActionExecute: ({ context }) => run(context.value) } };
