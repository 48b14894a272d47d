const helper = new Worker(new URL("./work.ts", import.meta.url), { type: "module" }); // caught
helper.postMessage("start");
