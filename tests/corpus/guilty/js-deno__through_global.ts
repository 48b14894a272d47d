const host = globalThis["De" + "no"]; // caught
export const version = host?.version;
