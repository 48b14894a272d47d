/** What plugins ask for and nobody decided yet: for the administrator who is there. */

import { css, html, nothing } from "lit";
import "@awesome.me/webawesome/dist/components/button/button.js";
import { define, HubElement } from "../../components/hub_element.ts";
import { ago, exactTime } from "../../components/time.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Page, WaitingPermission } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import { RISKS } from "./asked.ts";
import { askedStyles } from "./asked_styles.ts";

const TONES: Record<WaitingPermission["risk"], string> = { high: "bad", medium: "warn", low: "" };

export class PermissionsWaiting extends HubElement {
  static override properties = { ...HubElement.properties, _busy: { state: true } };
  static override styles = [
    base,
    page,
    pill,
    askedStyles,
    css`
      :host {
        display: block;
        height: auto;
        overflow: visible;
      }
      section {
        margin-bottom: 18px;
      }
      .asked {
        padding: 12px 16px;
      }
      .lead {
        margin: 2px 0 10px;
      }
    `,
  ];
  declare _busy: boolean;
  readonly #waiting = new Resource<Page<WaitingPermission>>(
    this,
    () => this.hub.api.plugins.waiting(),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    const reload = () => void this.#waiting.reload();
    const { live } = this.hub;
    this.whileConnected(
      live.on("plugin.permission.changed", reload),
      live.on("plugin.changed", reload),
      live.on("reset", reload),
    );
    reload();
  }

  override render() {
    const items = this.#waiting.value?.items ?? [];
    if (items.length === 0) return nothing;
    return html`
      <section aria-label="Waiting for you">
        <h2>Waiting for you <span class="pill warn">${items.length}</span></h2>
        <p class="lead">Plugins ask for these. Until somebody decides, they run without.</p>
        <ul class="card" role="list" aria-label="Permissions that wait for a decision">
          ${items.map((one) => this.#item(one))}
        </ul>
      </section>
    `;
  }

  #item(one: WaitingPermission) {
    const what = ` ${one.name} for ${one.plugin_name}`;
    const { plugins } = this.hub.api;
    return html`
      <li class="asked">
        <div class="row">
          <a href=${this.hub.href(`/admin/plugins/${one.plugin}`)}>${one.plugin_name}</a>
          <code>${one.name}</code>
          <span class="pill ${TONES[one.risk]}">${RISKS[one.risk]}</span>
          <wa-button size="s" appearance="outlined" variant="brand" ?disabled=${this._busy}
            @click=${() =>
              void this.#decide(() =>
                plugins.approvePermission(one.plugin, one.name, one.digest)
              )}>Approve<span class="unseen">${what}</span></wa-button>
          <wa-button size="s" appearance="outlined" variant="danger" ?disabled=${this._busy}
            @click=${() => void this.#decide(() => plugins.refusePermission(one.plugin, one.name))}
          >Refuse<span class="unseen">${what}</span></wa-button>
        </div>
        <p class="quiet small">${one.says}</p>
        ${one.asked_words ? html`<p class="small">${one.asked_words}</p>` : nothing}
        <p class="quiet small">
          Asked for by ${one.requested_by_name}
          <span title=${exactTime(one.requested_at)}>${ago(
            one.requested_at,
          )}</span>${one.refused_times === 0 ? "." : `, refused ${one.refused_times} times so far.`}
          ${one.reason ? html`<q>${one.reason}</q>` : nothing}
        </p>
      </li>
    `;
  }

  async #decide(act: () => Promise<unknown>): Promise<void> {
    this._busy = true;
    try {
      await act();
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    this._busy = false;
    await this.#waiting.reload();
  }
}

define("permissions-waiting", PermissionsWaiting);
