/** Everything that `import … from "zod"` gives a sandboxed plugin. */

export * from "zod";
export { default } from "zod";
