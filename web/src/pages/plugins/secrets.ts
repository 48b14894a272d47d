/** The secrets that the hub fills into a plugin's requests: set, replaced and deleted, never read. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, nothing, type PropertyValues } from "lit";
import "../../components/confirm.ts";
import type { HubConfirm } from "../../components/confirm.ts";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, noticeStyles, skeletons } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Plugin, PluginSecret, PluginSecrets } from "../../data/types.ts";
import { base, page, pill } from "../../styles/shared.ts";
import { cardStyles } from "./card_styles.ts";
import "./secret_dialog.ts";
import type { SecretDialog } from "./secret_dialog.ts";

export class PluginSecretsCard extends HubElement {
  static override properties = { ...HubElement.properties, plugin: { attribute: false } };
  static override styles = [base, page, pill, noticeStyles, cardStyles];
  declare plugin: Plugin;
  readonly #secrets = new Resource<PluginSecrets>(
    this,
    () => this.hub.api.plugins.secrets(this.plugin.id),
  );
  #shown = "";

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin")) return;
    const same = this.#shown === this.plugin.id;
    this.#shown = this.plugin.id;
    void (same ? this.#secrets.reload() : this.#secrets.restart());
  }

  override render() {
    const { value, error } = this.#secrets;
    return html`
      <section class="card" aria-label="Secrets">
        <div class="title">
          <h2>Secrets</h2>
          <wa-button size="s" appearance="outlined" ?disabled=${!value}
            @click=${() => this.#dialog.set(null)}>Set a secret</wa-button>
        </div>
        <p class="quiet small">
          The hub fills them into its requests where it writes
          <code>{{secret:NAME}}</code>. Nobody reads a value again, the plugin neither.
        </p>
        ${error ? failure(error, () => void this.#secrets.reload()) : nothing}
        ${value ? this.#list(value.items) : error ? nothing : skeletons(1)}
      </section>
      <secret-dialog .hub=${this.hub} .plugin=${this.plugin} @created=${this.#set}></secret-dialog>
      <hub-confirm></hub-confirm>
    `;
  }

  get #dialog(): SecretDialog {
    return this.renderRoot.querySelector<SecretDialog>("secret-dialog")!;
  }

  #list(items: PluginSecret[]) {
    if (items.length === 0) return html`<p class="quiet">None is set.</p>`;
    return html`<ul role="list">${items.map((one) => this.#item(one))}</ul>`;
  }

  #item(one: PluginSecret) {
    return html`
      <li data-secret=${one.name}>
        <div class="row">
          <code>${one.name}</code>
          <wa-button size="s" appearance="outlined" @click=${() => this.#dialog.set(one)}>
            Replace<span class="sr">${` ${one.name}`}</span>
          </wa-button>
          <wa-button size="s" appearance="outlined" variant="danger"
            @click=${() => void this.#delete(one)}>
            Delete<span class="sr">${` ${one.name}`}</span>
          </wa-button>
        </div>
        <div class="chips">${one.hosts.map((host) =>
          html`<code class="pill square">${host}</code>`
        )}</div>
        ${one.set_by === "" ? nothing : html`<p class="quiet small">Set by ${one.set_by}.</p>`}
      </li>
    `;
  }

  #set = (event: CustomEvent<PluginSecrets>): void => {
    this.#secrets.put(event.detail);
    this.hub.say(`The secret of ${this.plugin.name} was set.`, "good");
  };

  async #delete(one: PluginSecret): Promise<void> {
    const sure = await this.renderRoot.querySelector<HubConfirm>("hub-confirm")!.ask({
      title: `Delete the secret ${one.name}?`,
      text: `Requests of ${this.plugin.name} that name it are refused from then on.`,
      action: "Yes, delete",
    });
    if (!sure) return;
    try {
      await this.hub.api.plugins.deleteSecret(this.plugin.id, one.name);
      this.hub.say(`The secret ${one.name} was deleted.`, "good");
    } catch (thrown) {
      this.hub.sayError(thrown);
    }
    await this.#secrets.reload();
  }
}

define("plugin-secrets", PluginSecretsCard);
