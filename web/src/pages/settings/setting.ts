/** One setting: what it is, its value in a field of the right kind, and where the value is from. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import { html, LitElement, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { define } from "../../components/hub_element.ts";
import { icon } from "../../components/icon.ts";
import type { Hub } from "../../context/hub.ts";
import { asApiError, errorText } from "../../data/error.ts";
import type { Setting, SettingValue } from "../../data/types.ts";
import { base, choice, pill, toggle } from "../../styles/shared.ts";
import { settingStyles } from "./setting_styles.ts";
import { besideField, editable, fixedBy, nameOf, readValue, showValue, SOURCES } from "./value.ts";

const KINDS: Record<string, string> = { email: "email", uri: "url", date: "date" };

/** A setting was changed here: the page asks for all of them anew. */
export class SettingChanged extends Event {
  constructor(readonly before: Setting, readonly after: Setting) {
    super("changed");
  }
}

export class HubSetting extends LitElement {
  static override properties = {
    hub: { attribute: false },
    setting: { attribute: false },
    draft: { state: true },
    wanted: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  static override styles = [base, pill, choice, toggle, settingStyles];
  declare hub: Hub;
  declare setting: Setting;
  /** What was typed and not yet saved; null where nothing was. */
  declare draft: string | null;
  /** What is on its way to the hub: the field shows it until the answer is there. */
  declare wanted: SettingValue | undefined;
  declare problem: string;
  declare busy: boolean;

  constructor() {
    super();
    this.draft = null;
    this.problem = "";
    this.busy = false;
  }

  override render() {
    const { setting } = this;
    return html`
      <form class="setting" novalidate @submit=${this.#submit} @keydown=${this.#key}>
        <div class="what">
          <label for="control">${nameOf(setting)}</label>
          <code class="quiet small">${setting.key}</code>
          <p class="quiet small" id="doc">${setting.doc}</p>
        </div>
        <div class="value">
          ${this.#control()}
          ${this.problem
            ? html`<p class="problem" id="problem" role="alert">${
              icon("warning")
            } ${this.problem}</p>`
            : nothing}
          <div class="facts">${this.draft === null ? this.#facts() : this.#buttons()}</div>
        </div>
      </form>
    `;
  }

  #facts() {
    const { setting } = this;
    const fixed = fixedBy(setting);
    return html`
      <span class="pill square ${setting.source === "default" ? "" : "accent"}">
        ${SOURCES[setting.source]}
      </span>
      ${setting.acts === "at once" || fixed
        ? nothing
        : html`<span class="pill square warn">takes effect after a restart</span>`}
      ${fixed ? html`<span class="quiet small">${fixed}</span>` : nothing}
      ${setting.source === "stored"
        ? html`
          <wa-button size="s" appearance="plain" ?loading=${this.busy} @click=${this.#reset}>
            Reset<span class="sr"> ${nameOf(setting)}</span>
          </wa-button>
        `
        : nothing}
    `;
  }

  #buttons() {
    const name = nameOf(this.setting);
    return html`
      <wa-button size="s" type="submit" variant="brand" ?loading=${this.busy}>
        Save<span class="sr"> ${name}</span>
      </wa-button>
      <wa-button size="s" appearance="outlined" @click=${this.#cancel}>
        Cancel<span class="sr"> ${name}</span>
      </wa-button>
    `;
  }

  #control() {
    const { setting } = this;
    if (setting.type === "bool") return this.#switch();
    if (setting.choices.length > 0) return this.#choice();
    return setting.type === "list" ? this.#lines() : this.#input();
  }

  get #describedBy(): string {
    return this.problem ? "problem doc" : "doc";
  }

  get #shown(): SettingValue {
    return this.wanted === undefined ? this.setting.value : this.wanted;
  }

  get #disabled(): boolean {
    return this.busy || fixedBy(this.setting) !== "";
  }

  #switch() {
    return html`
      <span class="switch">
        <input
          id="control"
          class="toggle"
          type="checkbox"
          role="switch"
          aria-describedby=${this.#describedBy}
          .checked=${live(this.#shown === true)}
          ?disabled=${this.#disabled}
          @change=${this.#switched}
        />
        <span class="quiet" aria-hidden="true">${showValue(this.#shown)}</span>
      </span>
    `;
  }

  #choice() {
    const { choices } = this.setting;
    const value = this.#shown;
    return html`
      <label class="choice"><span class="field">
        <select
          id="control"
          aria-describedby=${this.#describedBy}
          aria-invalid=${this.problem ? "true" : "false"}
          .value=${live(String(value ?? ""))}
          ?disabled=${this.#disabled}
          @change=${this.#chosen}
        >
          ${value === null ? html`<option value="" selected>not set</option>` : nothing}
          ${choices.map((one) =>
            html`<option value=${one} ?selected=${one === value}>${one}</option>`
          )}
        </select>
        ${icon("chevron-down")}
      </span></label>
    `;
  }

  #lines() {
    const text = this.draft ?? editable(this.setting);
    return html`
      <textarea
        id="control"
        rows=${Math.min(8, Math.max(2, text.split("\n").length))}
        placeholder="One entry a line"
        aria-describedby=${this.#describedBy}
        aria-invalid=${this.problem ? "true" : "false"}
        .value=${live(text)}
        ?disabled=${this.#disabled}
        @input=${this.#typed}
      ></textarea>
    `;
  }

  #input() {
    const { setting } = this;
    const number = setting.type === "int" || setting.type === "float";
    const kind = setting.secret ? "password" : number ? "number" : KINDS[setting.format] ?? "text";
    const unset = setting.value === null || setting.value === "";
    const set = this.#disabled ? "set, not shown" : "set; type to replace it";
    const hint = setting.secret && !unset ? set : "not set";
    return html`
      <input
        id="control"
        type=${kind}
        min=${setting.minimum ?? nothing}
        max=${setting.maximum ?? nothing}
        step=${setting.type === "int" ? 1 : "any"}
        placeholder=${hint}
        autocomplete=${setting.secret ? "new-password" : "off"}
        aria-describedby=${this.#describedBy}
        aria-invalid=${this.problem ? "true" : "false"}
        .value=${live(this.draft ?? editable(setting))}
        ?disabled=${this.#disabled}
        @input=${this.#typed}
      />
    `;
  }

  #typed = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value;
    this.draft = text === editable(this.setting) ? null : text;
    this.problem = "";
  };

  #switched = (event: Event): void => {
    void this.#set((event.target as HTMLInputElement).checked);
  };

  #chosen = (event: Event): void => {
    void this.#set(this.#read((event.target as HTMLSelectElement).value));
  };

  #read(text: string): SettingValue {
    return readValue(this.setting.type, text);
  }

  #cancel = (): void => {
    this.draft = null;
    this.problem = "";
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.draft !== null) this.#cancel();
  };

  #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.draft === null) return;
    try {
      void this.#set(this.#read(this.draft));
    } catch (thrown) {
      this.problem = (thrown as Error).message;
    }
  };

  #set(value: SettingValue): Promise<void> {
    const { key } = this.setting;
    this.wanted = value;
    return this.#run(
      () => this.hub.api.config.set(key, value),
      `${nameOf(this.setting)} is saved.`,
    );
  }

  #reset = (): void => {
    const { key } = this.setting;
    const again = async () => {
      await this.hub.api.config.reset(key);
      return await this.hub.api.config.get(key);
    };
    void this.#run(again, `${nameOf(this.setting)} is as it was before it was set here.`);
  };

  async #run(change: () => Promise<Setting>, done: string): Promise<void> {
    const before = this.setting;
    this.busy = true;
    this.problem = "";
    try {
      this.setting = await change();
      this.draft = null;
      this.hub.say(done, "good");
      this.dispatchEvent(new SettingChanged(before, this.setting));
    } catch (thrown) {
      // A refused value stands beside its own field, in the hub's words.
      const error = asApiError(thrown);
      this.problem = error.code === "config_invalid"
        ? besideField(error.message)
        : errorText(error);
    } finally {
      this.wanted = undefined;
      this.busy = false;
    }
  }
}

define("hub-setting", HubSetting);
