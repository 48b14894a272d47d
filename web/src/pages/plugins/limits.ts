/** What a sandboxed plugin may use: the list of its limits, and the dialog that changes them. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Plugin, PluginLimit, PluginLimits } from "../../data/types.ts";
import { base, page, pill, table } from "../../styles/shared.ts";
import "./limit_dialog.ts";
import type { LimitDialog } from "./limit_dialog.ts";

export class PluginLimitsCard extends LitElement {
  static override properties = { hub: { attribute: false }, plugin: { attribute: false } };
  static override styles = [
    base,
    page,
    pill,
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
      .title {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        margin-bottom: 6px;
      }
      td,
      th {
        padding-inline: 0 14px;
      }
      td:last-child {
        white-space: nowrap;
      }
    `,
  ];
  declare hub: Hub;
  declare plugin: Plugin;
  readonly #limits = new Resource<PluginLimits>(
    this,
    () => this.hub.api.plugins.limits(this.plugin.id),
  );
  #shown = "";

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    void (same ? this.#limits.reload() : this.#limits.restart());
  }

  override render() {
    const { value, error } = this.#limits;
    if (error && !value) return failure(error, () => void this.#limits.reload());
    return html`
      <section class="card" aria-label="Limits">
        <div class="title">
          <h2>Limits</h2>
          <wa-button size="s" appearance="outlined" ?disabled=${!value}
            @click=${() => this.#dialog.show()}>Change limits</wa-button>
        </div>
        ${value ? this.#table(value.items) : skeletons(7)}
      </section>
      <limit-dialog .hub=${this.hub} .plugin=${this.plugin} .limits=${value?.items ?? []}
        @created=${this.#changed}></limit-dialog>
    `;
  }

  get #dialog(): LimitDialog {
    return this.renderRoot.querySelector<LimitDialog>("limit-dialog")!;
  }

  #changed = (event: CustomEvent<PluginLimits>): void => {
    this.#limits.put(event.detail);
    const waits = event.detail.items.some((one) => one.waits);
    const late = waits ? " Some act when it starts next: reload it to let them act now." : "";
    this.hub.say(`The limits of ${this.plugin.name} were changed.${late}`, "good");
  };

  #table(limits: PluginLimit[]) {
    return html`
      <div class="scroll">
        <table aria-label="Limits">
          <thead>
            <tr>
              <th>Limit</th>
              <th class="end">It may use</th>
              <th class="end">Reached</th>
              <th><span class="sr">Remarks</span></th>
            </tr>
          </thead>
          <tbody>${limits.map((one) =>
            html`
              <tr>
                <td title=${one.held}>${one.title}</td>
                <td class="end nums">${one.value.toLocaleString()} ${one.unit}</td>
                <td class="end nums">${one.reached === 0 ? "–" : one.reached.toLocaleString()}</td>
                <td>${this.#remarks(one)}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
    `;
  }

  #remarks(limit: PluginLimit) {
    return html`
      ${limit.override === null ? nothing : html`
        <span class="pill info" title="All others: ${limit.default} ${limit.unit}">its own</span>
      `}
      ${limit.waits ? html`<span class="pill warn">at its next start</span>` : nothing}
    `;
  }
}

define("plugin-limits", PluginLimitsCard);
