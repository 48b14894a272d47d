const make = [].constructor.constructor; // caught

export default { hooks: { onDashboardLoad: () => make("return this")() } };
