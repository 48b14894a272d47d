/** Stands in the place of Node's modules, which are not there inside the sandbox. */

throw new Error("Node's modules are not available to a sandboxed plugin: use plugin.api instead.");

export default undefined;
