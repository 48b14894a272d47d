/** Never finishes loading. */
await new Promise(() => {});

export default { id: "hang-at-load", version: "1.0.0", hooks: {} };
