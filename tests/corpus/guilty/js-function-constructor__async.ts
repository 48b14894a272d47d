const AsyncMaker = Object.getPrototypeOf(async () => {}).constructor;
const work = (() => 1).constructor("return 1"); // caught
export { AsyncMaker, work };
