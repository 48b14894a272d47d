/** One setting: its value and source; in place, the form that changes it. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, LitElement, nothing } from "lit";
import { define } from "../../components/hub_element.ts";
import { notice, noticeStyles } from "../../components/notice.ts";
import type { Hub } from "../../context/hub.ts";
import { errorText } from "../../data/error.ts";
import type { Setting } from "../../data/types.ts";
import { base, pill, toggle } from "../../styles/shared.ts";
import { settingStyles } from "./setting_styles.ts";
import { readValue, showValue } from "./value.ts";

export class HubSetting extends LitElement {
  static override properties = {
    hub: { attribute: false },
    setting: { attribute: false },
    editing: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  static override styles = [base, pill, toggle, noticeStyles, settingStyles];
  declare hub: Hub;
  declare setting: Setting;
  declare editing: boolean;
  declare problem: string;
  declare busy: boolean;

  constructor() {
    super();
    this.editing = false;
    this.problem = "";
    this.busy = false;
  }

  override render() {
    const { setting } = this;
    return html`
      <div class="setting">
        <div class="what">
          <code>${setting.key}</code>
          <p class="quiet small">${setting.doc}</p>
        </div>
        ${this.editing ? this.#form() : this.#shown()}
      </div>
    `;
  }

  #shown() {
    const { setting } = this;
    return html`
      <div class="value">
        <span class="is mono">${showValue(setting.value)}</span>
        <span class="pill square ${setting.source === "default" ? "" : "accent"}">
          ${setting.source}
        </span>
        <wa-button size="s" appearance="plain" @click=${this.#edit}
        >Edit<span class="sr"> ${setting.key}</span></wa-button>
      </div>
    `;
  }

  #form() {
    const { setting } = this;
    return html`
      <form @submit=${this.#submit}>
        ${setting.type === "bool" ? this.#switch() : this.#input()}
        ${this.problem ? notice("bad", this.problem) : nothing}
        <div class="buttons">
          <wa-button size="s" type="submit" variant="brand" ?loading=${this.busy}>Save</wa-button>
          <wa-button size="s" appearance="outlined" @click=${this.#close}>Cancel</wa-button>
          ${setting.source === "stored"
            ? html`<wa-button size="s" appearance="plain" @click=${this.#reset}>Back to default</wa-button>`
            : nothing}
        </div>
      </form>
    `;
  }

  #switch() {
    return html`
      <label class="toggle">
        <input
          class="toggle"
          type="checkbox"
          role="switch"
          name="value"
          value="true"
          .checked=${this.setting.value === true}
        />
        ${this.setting.key}
      </label>
    `;
  }

  #input() {
    const { setting } = this;
    const number = setting.type === "int" || setting.type === "float";
    const current = setting.secret || setting.value === null ? "" : String(setting.value);
    return html`
      <wa-input
        name="value"
        size="s"
        label="New value of ${setting.key}"
        type=${setting.secret ? "password" : number ? "number" : "text"}
        step=${setting.type === "int" ? 1 : "any"}
        value=${current}
        autocomplete="off"
        hint=${setting.secret
          ? "The stored value is never shown."
          : `Default: ${showValue(setting.default)}`}
      ></wa-input>
    `;
  }

  #edit = async (): Promise<void> => {
    this.editing = true;
    this.problem = "";
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("[name=value]")?.focus();
  };

  #close = (): void => {
    this.editing = false;
  };

  #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const { key, type } = this.setting;
    const text = String(form.get("value") ?? (type === "bool" ? "false" : ""));
    void this.#run(() => this.hub.api.config.set(key, readValue(type, text)), "Saved.");
  };

  #reset = (): void => {
    const { key } = this.setting;
    void this.#run(() => this.hub.api.config.reset(key), `${key} is back to its default.`);
  };

  async #run(change: () => Promise<unknown>, done: string): Promise<void> {
    this.busy = true;
    try {
      await change();
      this.editing = false;
      this.hub.say(done, "good");
      this.dispatchEvent(new Event("changed"));
    } catch (thrown) {
      this.problem = thrown instanceof Error && !("code" in thrown)
        ? thrown.message
        : errorText(thrown);
    } finally {
      this.busy = false;
    }
  }
}

define("hub-setting", HubSetting);
