/** Interactive blocks of a plugin: data drawn with the hub's own parts, never HTML. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Block, BlockButton, Clicked, InputBlock, SelectBlock } from "../data/blocks.ts";
import { base, choice } from "../styles/shared.ts";
import { blockStyles } from "./block_styles.ts";
import "./chart.ts";
import { define } from "./hub_element.ts";
import { markdown } from "./markdown.ts";
import { asText, readSeries } from "./props.ts";

/** The field's own limit on the hub. */
const LONGEST_ANSWER = 2000;

export class HubBlocks extends LitElement {
  static override properties = {
    blocks: { attribute: false },
    me: {},
    fileHref: { attribute: false },
    run: { attribute: false },
    pending: { state: true },
    broken: { state: true },
  };
  static override styles = [base, choice, blockStyles];
  declare blocks: readonly Block[];
  /** Of who reads: a mention of them stands out. */
  declare me: string;
  declare fileHref: (id: string) => string;
  /** Does what a button is for. */
  declare run: (clicked: Clicked) => Promise<void>;
  /** The button that was clicked and has no answer yet, as its place among all. */
  declare pending: string;
  /** Files of pictures that could not be shown. */
  declare broken: ReadonlySet<string>;
  readonly #values = new Map<string, string>();

  constructor() {
    super();
    this.blocks = [];
    this.me = this.pending = "";
    this.broken = new Set();
  }

  override render() {
    return this.blocks.map((block, index) => this.#block(block, index));
  }

  #block(block: Block, index: number): TemplateResult | typeof nothing {
    switch (block.type) {
      case "text":
        return html`<div class="text">${markdown(block.text, this.me)}</div>`;
      case "note":
        return html`<p class="note">${block.text}</p>`;
      case "buttons":
        return html`
          <div class="buttons">
            ${block.buttons.map((button, at) => this.#button(button, `${index}.${at}`))}
          </div>
        `;
      case "select":
        return this.#select(block);
      case "input":
        return this.#input(block);
      case "progress":
        return bar(block);
      case "chart": {
        const series = readSeries({ ...block });
        if (series.points.length === 0) return nothing;
        return html`<hub-chart .series=${series} label=${block.title ?? "Chart"}></hub-chart>`;
      }
      case "image":
        return this.#image(block.file, block.alt);
      case "divider":
        return html`<hr>`;
    }
  }

  #button(button: BlockButton, place: string): TemplateResult {
    const busy = this.pending === place;
    // Not disabled: that would take the focus from who clicked with the keyboard.
    return html`
      <button
        type="button"
        class=${button.style ?? "plain"}
        aria-disabled=${this.pending ? "true" : "false"}
        aria-busy=${busy ? "true" : "false"}
        @click=${() => void this.#click(button, place)}
      >${button.label}</button>
    `;
  }

  async #click({ action, value }: BlockButton, place: string): Promise<void> {
    if (this.pending) return;
    this.pending = place;
    try {
      await this.run({ action, value: value ?? null, values: this.#filled() });
    } finally {
      this.pending = "";
    }
  }

  /** What stands in the fields that are shown now. */
  #filled(): Record<string, string> {
    const fields = this.blocks.filter((one) => one.type === "select" || one.type === "input");
    return Object.fromEntries(fields.map((field) => [field.id, this.#valueOf(field)]));
  }

  #valueOf(field: SelectBlock | InputBlock): string {
    const typed = this.#values.get(field.id);
    if (field.type === "input") return typed ?? field.initial ?? "";
    const known = field.options.some(({ value }) => value === typed);
    return known ? typed! : field.initial ?? field.options[0]!.value;
  }

  #select(field: SelectBlock): TemplateResult {
    const chosen = this.#valueOf(field);
    return html`
      <label class="field">
        <span>${field.label}</span>
        <select @change=${(event: Event) =>
          this.#values.set(field.id, (event.target as HTMLSelectElement).value)}>
          ${field.options.map(({ value, label }) =>
            html`<option value=${value} ?selected=${value === chosen}>${label}</option>`
          )}
        </select>
      </label>
    `;
  }

  #input(field: InputBlock): TemplateResult {
    const typed = (event: Event) =>
      void this.#values.set(field.id, (event.target as HTMLInputElement).value);
    const hint = field.placeholder ?? "";
    return html`
      <label class="field">
        <span>${field.label}</span>
        ${field.multiline
          ? html`
            <textarea rows="3" dir="auto" maxlength=${LONGEST_ANSWER} placeholder=${hint}
              .value=${this.#valueOf(field)} @input=${typed}></textarea>
          `
          : html`
            <input type="text" dir="auto" maxlength=${LONGEST_ANSWER} placeholder=${hint}
              .value=${this.#valueOf(field)} @input=${typed}>
          `}
      </label>
    `;
  }

  #image(file: string, alt: string): TemplateResult {
    if (this.broken.has(file)) return html`<p class="note">Picture: ${alt}</p>`;
    return html`
      <img src=${this.fileHref(file)} alt=${alt} loading="lazy"
        @error=${() => this.broken = new Set([...this.broken, file])}>
    `;
  }
}

/** A labelled bar, in a block or as a widget. */
export function bar(
  { value, most = 100, label = "", hint = "" }: {
    value: number;
    most?: number;
    label?: string;
    hint?: string;
  },
): TemplateResult {
  const top = most > 0 ? most : 1;
  return html`
    <div class="bar">
      ${label ? html`<span class="label">${label}</span>` : nothing}
      <progress max=${top} value=${Math.min(value, top)} aria-label=${label || hint || "Progress"}>
      </progress>
      ${hint ? html`<span class="hint">${asText(hint)}</span>` : nothing}
    </div>
  `;
}

define("hub-blocks", HubBlocks);
