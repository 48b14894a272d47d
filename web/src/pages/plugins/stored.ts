/** How much a sandboxed plugin keeps with the hub, and how much it may. */

import { css, html, LitElement, type PropertyValues } from "lit";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Kept, Plugin } from "../../data/types.ts";
import { base, page, table } from "../../styles/shared.ts";
import { sizeText } from "./kept.ts";

export class PluginStored extends LitElement {
  static override properties = { hub: { attribute: false }, plugin: { attribute: false } };
  static override styles = [
    base,
    page,
    table,
    noticeStyles,
    css`
      :host {
        display: block;
        height: auto;
        overflow: visible;
        scrollbar-gutter: auto;
      }
      .card {
        padding: 16px 18px 18px;
      }
      td,
      th {
        padding-inline: 0 14px;
      }
      td {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare hub: Hub;
  declare plugin: Plugin;
  readonly #kept = new Resource<Kept>(this, () => this.hub.api.plugins.kept(this.plugin.id));
  #shown = "";

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    void (same ? this.#kept.reload() : this.#kept.restart());
  }

  override render() {
    const kept = this.#kept.value;
    return html`
      <section class="card" aria-label="Stored">
        <h2>Stored</h2>
        ${kept !== null
          ? this.#table(kept)
          : this.#kept.error !== null
          ? failure(this.#kept.error, () => this.#kept.restart())
          : skeletons(3)}
      </section>
    `;
  }

  #table(kept: Kept) {
    const { limits } = kept;
    const rows = Object.values(kept.tables).reduce((sum, count) => sum + count, 0);
    return html`
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Number</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          ${row("Values by key", kept.keys, limits["keys"], kept.stored, limits["stored"])}
          ${row("Rows in its tables", rows, limits["rowCount"], kept.rows, limits["rows"])}
          ${row("Files", kept.files, limits["files"], kept.size, limits["size"])}
        </tbody>
      </table>
    `;
  }
}

function row(what: string, count: number, most = 0, size: number, largest = 0) {
  return html`
    <tr>
      <th scope="row">${what}</th>
      <td class="nums">${count.toLocaleString()}${of(most.toLocaleString())}</td>
      <td class="nums">${sizeText(size)}${of(sizeText(largest))}</td>
    </tr>
  `;
}

function of(most: string) {
  return html`
    <span class="quiet small">of ${most}</span>
  `;
}

define("plugin-stored", PluginStored);
