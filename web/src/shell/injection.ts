/**
 * Keeps the page in step with the style sheets and scripts that plugins inject.
 *
 * Sheets come and go. A script runs once in a page and cannot be taken back: when its plugin is
 * disabled or brings another version, the page is out of date until it is loaded again.
 */

import { injectStyles } from "../components/injected_styles.ts";
import type { Injected, UiInfo } from "../data/types.ts";

export class Injection {
  readonly #base: URL;
  readonly #onProblem: (text: string) => void;
  readonly #ran = new Map<string, string>();
  readonly #sheets = new Map<string, Promise<CSSStyleSheet | null>>();
  #turn = 0;

  constructor(base: URL, onProblem: (text: string) => void) {
    this.#base = base;
    this.#onProblem = onProblem;
  }

  /** Follow what the hub says now. Answers whether something runs here that should not any more. */
  follow(ui: Pick<UiInfo, "styles" | "scripts">): boolean {
    void this.#dress(ui.styles);
    const wanted = new Map(ui.scripts.map((script) => [nameOf(script), script]));
    for (const [name, script] of wanted) if (!this.#ran.has(name)) this.#run(name, script);
    return [...this.#ran].some(([name, address]) => wanted.get(name)?.address !== address);
  }

  async #dress(styles: readonly Injected[]): Promise<void> {
    const turn = ++this.#turn;
    const wanted = new Set(styles.map(({ address }) => address));
    for (const known of this.#sheets.keys()) if (!wanted.has(known)) this.#sheets.delete(known);
    const sheets = await Promise.all(styles.map((style) => this.#sheet(style)));
    if (turn === this.#turn) injectStyles(sheets.filter((sheet) => sheet !== null));
  }

  #sheet(style: Injected): Promise<CSSStyleSheet | null> {
    const known = this.#sheets.get(style.address);
    if (known) return known;
    const fresh = this.#load(style).catch(() => {
      this.#sheets.delete(style.address);
      this.#onProblem(`The style sheet ${style.id} of ${style.owner} could not be loaded.`);
      return null;
    });
    this.#sheets.set(style.address, fresh);
    return fresh;
  }

  async #load({ address }: Injected): Promise<CSSStyleSheet> {
    const url = new URL(address, this.#base);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
    return await new CSSStyleSheet({ baseURL: url.href }).replace(await answer.text());
  }

  #run(name: string, script: Injected): void {
    this.#ran.set(name, script.address);
    const tag = document.createElement("script");
    tag.type = "module";
    tag.src = new URL(script.address, this.#base).href;
    tag.dataset.plugin = script.owner;
    tag.onerror = () => {
      this.#ran.delete(name);
      tag.remove();
      this.#onProblem(`The script ${script.id} of ${script.owner} could not be loaded.`);
    };
    document.head.append(tag);
  }
}

function nameOf(script: Injected): string {
  return `${script.owner}/${script.id}`;
}
