/** Raises while it is loaded. */
throw new Error("not today");
