Object.defineProperty(Object.prototype, "role", { get: () => "admin" }); // caught
