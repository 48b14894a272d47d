Object.assign(globalThis, { plugin: { api: {} } }); // caught
