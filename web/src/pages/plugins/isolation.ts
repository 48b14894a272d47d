/** How well this machine holds sandboxed plugins: the level, what it lacks, and what to do. */

import { css, html, nothing } from "lit";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, notice, noticeStyles } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Isolation, IsolationLayer } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";

const TONES: Record<Isolation["level"], "good" | "warn" | "bad"> = {
  full: "good",
  strong: "good",
  partial: "warn",
  weak: "bad",
  none: "bad",
};

export class PluginIsolation extends HubElement {
  static override styles = [
    base,
    page,
    pill,
    noticeStyles,
    css`
      :host {
        height: auto;
        overflow: visible;
        margin-bottom: 18px;
      }
      section {
        padding: 12px 16px;
        display: grid;
        gap: 8px;
        overflow-wrap: anywhere;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
      }
      ul.losses {
        list-style: disc;
        padding-inline-start: 20px;
        display: grid;
        gap: 3px;
      }
      summary {
        width: fit-content;
        font-size: 12.5px;
        color: var(--hub-accent);
        cursor: pointer;
      }
      ul.layers {
        display: grid;
        gap: 4px;
        margin-top: 8px;
      }
      ul.layers li {
        display: grid;
        grid-template-columns: 150px minmax(0, 1fr);
        gap: 2px 12px;
      }
      @media (max-width: 520px) {
        ul.layers li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  readonly #found = new Resource<Isolation>(this, () => this.hub.api.plugins.isolation());

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#found.reload();
    const { live } = this.hub;
    this.whileConnected(live.on("plugin.changed", reload), live.on("reset", reload));
    reload();
  }

  override render() {
    const { value, error } = this.#found;
    if (error) return failure(error, () => void this.#found.reload());
    if (!value) return nothing;
    return html`
      <section class="card" aria-label="Isolation">
        <div class="line">
          <h2>Isolation of sandboxed plugins</h2>
          <span class="pill square ${TONES[value.level]}" data-level>${value.level}</span>
          <span class="small quiet">${value.says}</span>
        </div>
        ${value.enough ? nothing : notice(
          "bad",
          html`
            <strong>Sandboxed plugins do not run:</strong> this hub asks for the level ${value
              .least}.
          `,
        )}
        ${value.losses.length === 0 ? nothing : html`
          <ul class="losses small" aria-label="What this machine lacks">
            ${value.losses.map((loss) => html`<li>${loss.says}</li>`)}
          </ul>
        `} ${steps(value).map((step) => html`<p class="small"><b>To do:</b> ${step}</p>`)}
        <details>
          <summary>${value.layers.length} layers, ${held(value)} hold here</summary>
          <ul class="layers small" role="list" aria-label="Layers">
            ${value.layers.map(row)}
          </ul>
        </details>
      </section>
    `;
  }
}

function held({ layers }: Isolation): number {
  return layers.filter((layer) => layer.holds).length;
}

/** What to do, each once, however many layers it would give. */
function steps({ layers }: Isolation): string[] {
  return [...new Set(layers.map((layer) => layer.next).filter(Boolean))];
}

function row(layer: IsolationLayer) {
  const state = layer.holds ? "holds" : "does not hold";
  return html`
    <li>
      <code>${layer.name}</code>
      <span class=${layer.holds ? "quiet" : ""}>${[state, layer.reason].filter(Boolean).join(
        ": ",
      )}</span>
    </li>
  `;
}

define("plugin-isolation", PluginIsolation);
