/**
 * Bundles the web UI into the package that serves it. Installs nothing: run `deno install` first.
 *
 * Entries keep fixed names (the hub's panels name them); shared chunks carry a hash.
 */

import { spriteSheet } from "./src/components/icon_data.ts";

const ROOT = new URL("./", import.meta.url);
const TARGET = new URL("../src/plexihub/web_dist/", ROOT);
const ASSETS = new URL("assets/", TARGET);
const MODULES = new URL("node_modules/", ROOT);
const FONTS = "@fontsource-variable/inter/files/inter-";
const IMPORT = /@import url\(['"]([^'"]+)['"]\);/g;
const ENTRIES = ["shell", "chat", "dashboards"].map((name) => `src/entries/${name}.ts`);

async function deno(...args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "null" });
  const { code } = await command.spawn().status;
  if (code !== 0) {
    throw new Error(`deno ${args[0]} failed: read its message above, mend and repeat.`);
  }
}

/** Give the text of a style sheet with every import put in its place, each file once. */
async function inlineStyles(sheet: URL, seen = new Set<string>()): Promise<string> {
  if (seen.has(sheet.href)) return "";
  seen.add(sheet.href);
  const text = await Deno.readTextFile(sheet);
  const imported: string[] = [];
  for (const [, target] of text.matchAll(IMPORT)) {
    const address = new URL(target!, target!.startsWith("@") ? MODULES : sheet);
    imported.push(await inlineStyles(address, seen));
  }
  return [...imported, text.replace(IMPORT, "")].join("\n");
}

/** Drop comments and indentation; the sheets hold no strings in which either would matter. */
function squeeze(styles: string): string {
  return styles.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s*\n\s*/g, "\n").trim();
}

async function bundle(): Promise<void> {
  const common = ["--platform", "browser", "--minify", "--quiet"];
  await deno("bundle", ...common, "--code-splitting", "--outdir", ASSETS.pathname, ...ENTRIES);
  const theme = new URL("theme.js", ASSETS).pathname;
  await deno("bundle", ...common, "--format", "iife", "-o", theme, "src/entries/theme.ts");
}

async function copyStatic(): Promise<void> {
  const styles = await inlineStyles(new URL("src/styles/app.css", ROOT));
  await Deno.writeTextFile(new URL("app.css", ASSETS), squeeze(styles));
  await Deno.writeTextFile(new URL("icons.svg", ASSETS), spriteSheet());
  await Deno.copyFile(new URL("src/styles/logo.svg", ROOT), new URL("logo.svg", ASSETS));
  for (const part of ["latin", "latin-ext"]) {
    const font = new URL(`${FONTS}${part}-wght-normal.woff2`, MODULES);
    await Deno.copyFile(font, new URL(`inter-${part}.woff2`, ASSETS));
  }
  await Deno.copyFile(new URL("index.html", ROOT), new URL("index.html", TARGET));
}

await Deno.remove(TARGET, { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
await Deno.mkdir(ASSETS, { recursive: true });
await bundle();
await copyStatic();
