/** A trusted plugin's access: what it can do, its system grants, and what it did with them. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { live } from "lit/directives/live.js";
import { define } from "../../components/hub_element.ts";
import { failure, notice, noticeStyles, skeletons } from "../../components/notice.ts";
import { ago, exactTime } from "../../components/time.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Done, Plugin, PluginAccess, SystemGrant } from "../../data/types.ts";
import { base, page, pill, table, toggle } from "../../styles/shared.ts";
import { consentStyles, dangers, uses } from "./consent_text.ts";

const SHOWN = 12;

export class PluginAccessCards extends LitElement {
  static override properties = { hub: { attribute: false }, plugin: { attribute: false } };
  static override styles = [
    base,
    page,
    pill,
    table,
    toggle,
    noticeStyles,
    consentStyles,
    css`
      :host {
        height: auto;
        overflow: visible;
        scrollbar-gutter: auto;
        display: grid;
        gap: 14px;
        margin-top: 14px;
      }
      .card {
        display: grid;
        gap: 12px;
        min-width: 0;
        padding: 16px 18px 18px;
      }
      .grants li {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 8px 0;
        border-bottom: 1px solid var(--hub-line);
      }
      .grants li > div {
        flex: 1;
        min-width: 0;
      }
      h3 {
        font-size: 12.5px;
        font-weight: 540;
        color: var(--hub-quiet);
        margin-top: 4px;
      }
      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: 5px;
      }
      td {
        padding-inline: 0 14px;
        overflow-wrap: anywhere;
      }
      th {
        padding-inline: 0 14px;
      }
    `,
  ];
  declare hub: Hub;
  declare plugin: Plugin;
  readonly #access = new Resource<PluginAccess>(
    this,
    () => this.hub.api.plugins.access(this.plugin.id),
  );
  #shown = "";

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    void (same ? this.#access.reload() : this.#access.restart());
  }

  override render() {
    const { value, error } = this.#access;
    if (error) return failure(error, () => void this.#access.reload());
    if (!value) return html`<div class="card">${skeletons(5)}</div>`;
    return html`
      <section class="card" aria-label="What it can do">
        <h2>What it can do</h2>
        ${value.agreed ? nothing : notice(
          "bad",
          "Its files are not those that somebody agreed to. Enabling it needs a new consent.",
        )}
        ${dangers(value.consent)} ${uses(value.consent)}
      </section>
      <section class="card" aria-label="System access">
        <h2>System access</h2>
        ${this.#grants(value)} ${this.#runs(value)} ${this.#did(value.did)}
      </section>
    `;
  }

  #grants(access: PluginAccess) {
    return html`
      <ul class="grants" role="list">${access.grants.map((grant) =>
        html`
          <li>
            <div>
              <strong>${grant.title}</strong>
              <p class="quiet small">${grant.says}</p>
            </div>
            <input
              class="toggle"
              type="checkbox"
              role="switch"
              aria-label="Grant ${grant.title.toLowerCase()}"
              .checked=${live(grant.granted)}
              @change=${() => void this.#flip(grant)}
            />
          </li>
        `
      )}</ul>
    `;
  }

  async #flip(grant: SystemGrant): Promise<void> {
    try {
      await this.hub.api.plugins.setGrant(this.plugin.id, grant.name, !grant.granted);
      const past = grant.granted ? "taken from" : "given to";
      this.hub.say(`${grant.title}: ${past} ${this.plugin.name}.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    await this.#access.reload();
  }

  #runs(access: PluginAccess) {
    return html`
      ${access.left.length === 0 ? nothing : notice(
        "warn",
        html`When it stopped it left ${access.left.join(", ")}, which cannot be ended from outside.
          Restart the hub to be rid of it.`,
      )}
      ${access.running.length === 0 ? nothing : html`
        <h3>Runs now</h3>
        <div class="chips">${access.running.map((one) =>
          html`<code class="pill square">${one}</code>`
        )}</div>
      `}
    `;
  }

  #did(done: Done[]) {
    if (done.length === 0) {
      return html`<p class="quiet">
        Since the hub started it used no file outside its own folders, no network and no program.
      </p>`;
    }
    const [first, rest] = [done.slice(0, SHOWN), done.slice(SHOWN)];
    return html`
      <h3>What it did since the hub started</h3>
      ${this.#table(first)}
      ${rest.length === 0 ? nothing : html`
        <details><summary>${rest.length} more</summary>${this.#table(rest)}</details>
      `}
    `;
  }

  #table(done: Done[]) {
    return html`
      <div class="scroll">
        <table aria-label="What it did">
          <thead>
            <tr>
              <th>Did</th>
              <th>To</th>
              <th class="end">Times</th>
              <th>Last</th>
            </tr>
          </thead>
          <tbody>${done.map((one) =>
            html`
              <tr>
                <td>${one.verb} ${one.allowed
                  ? nothing
                  : html`<span class="pill bad">refused</span>`}</td>
                <td><code>${one.target}</code></td>
                <td class="end nums">${one.times.toLocaleString()}</td>
                <td class="quiet">${one.last_at
                  ? html`<span title=${exactTime(one.last_at)}>${ago(one.last_at)}</span>`
                  : "–"}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
    `;
  }
}

define("plugin-access", PluginAccessCards);
