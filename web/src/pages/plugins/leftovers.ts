/** What removed plugins left behind, and deleting it for good. */

import { css, html, nothing } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Kept, Page } from "../../data/types.ts";
import { base, page } from "../../styles/shared.ts";
import { keptText } from "./kept.ts";

export class PluginLeftovers extends HubElement {
  static override styles = [
    base,
    page,
    css`
      section {
        margin-top: 22px;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 4px 18px;
        align-items: center;
        padding: 12px 16px;
        border-bottom: 1px solid var(--hub-line);
      }
      li:last-child {
        border: 0;
      }
      p {
        overflow-wrap: anywhere;
      }
      .lead {
        margin: 2px 0 10px;
      }
    `,
  ];
  readonly #left = new Resource<Page<Kept>>(this, () => this.hub.api.plugins.leftovers());

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#left.reload();
    const { live } = this.hub;
    this.whileConnected(live.on("plugin.changed", reload), live.on("reset", reload));
    reload();
  }

  override render() {
    const items = this.#left.value?.items ?? [];
    if (items.length === 0) return nothing;
    return html`
      <section aria-label="Left behind">
        <h2>Left behind</h2>
        <p class="lead">What removed plugins stored. Installed again, they find it as it was.</p>
        <ul class="card" role="list" aria-label="Left behind by removed plugins">
          ${items.map((kept) =>
            html`
              <li>
                <div>
                  <b>${kept.plugin}</b>
                  <p class="quiet small">${keptText(kept)}</p>
                </div>
                <wa-button size="s" appearance="outlined" variant="danger"
                  @click=${() => this.#purge(kept)}>Delete<span class="unseen">
                    what ${kept.plugin} left</span></wa-button>
              </li>
            `
          )}
        </ul>
      </section>
      <hub-confirm></hub-confirm>
    `;
  }

  async #purge(kept: Kept): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Delete what ${kept.plugin} left?`,
      text: `This deletes for good: ${keptText(kept)}.`,
      action: "Yes, delete",
    });
    if (!sure) return;
    try {
      await this.hub.api.plugins.purge(kept.plugin);
      this.hub.say(`What ${kept.plugin} left was deleted.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    await this.#left.reload();
  }
}

define("plugin-leftovers", PluginLeftovers);
