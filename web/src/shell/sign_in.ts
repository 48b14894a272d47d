/** The sign-in page. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import type WaInput from "@awesome.me/webawesome/dist/components/input/input.js";
import { css, html, LitElement, nothing } from "lit";
import { define } from "../components/hub_element.ts";
import { notice, noticeStyles } from "../components/notice.ts";
import type { Api } from "../data/api.ts";
import { type ApiError, asApiError, errorText } from "../data/error.ts";
import type { Session } from "../data/types.ts";
import { base } from "../styles/shared.ts";

interface Step {
  ticket: string;
  prompt: string;
}

export class HubSignIn extends LitElement {
  static override properties = {
    api: { attribute: false },
    hubName: {},
    reason: {},
    logo: {},
    problem: { state: true },
    step: { state: true },
    busy: { state: true },
  };
  static override styles = [
    base,
    noticeStyles,
    css`
      :host {
        display: grid;
        min-height: 100dvh;
        place-items: center;
        padding: 24px 16px 10vh;
        overflow: auto;
        background: var(--hub-side);
      }
      main {
        width: 100%;
        max-width: 372px;
      }
      .brand {
        display: grid;
        justify-items: center;
        gap: 12px;
        margin-bottom: 20px;
        text-align: center;
      }
      .brand img {
        width: 44px;
        height: 44px;
      }
      h1 {
        font-size: 20px;
        font-weight: 640;
        letter-spacing: -0.012em;
      }
      form {
        display: grid;
        gap: 16px;
        padding: 26px 24px 24px;
        background: var(--hub-raised);
        border: 1px solid var(--hub-line);
        border-radius: 14px;
        box-shadow: var(--hub-shadow);
      }
      /* Room kept free, so that the form does not jump when a message comes. */
      .message {
        min-height: 44px;
        display: grid;
        align-items: center;
      }
      .hint {
        margin-top: 6px;
        text-align: center;
        font-size: 13px;
        color: var(--hub-quiet);
      }
      .below {
        min-height: 56px;
        margin-top: 16px;
      }
      wa-button {
        width: 100%;
      }
    `,
  ];
  declare api: Api;
  declare hubName: string;
  declare reason: string;
  declare logo: string;
  declare problem: string;
  /** What else is asked for after the password; null while the password is. */
  declare step: Step | null;
  declare busy: boolean;

  constructor() {
    super();
    this.problem = "";
    this.step = null;
    this.reason = "";
    this.busy = false;
  }

  override firstUpdated(): void {
    document.title = `Sign in · ${this.hubName}`;
    void this.#focus("username");
  }

  override render() {
    const reason = this.reason && !this.problem ? notice("info", this.reason) : nothing;
    return html`
      <main>
        <div class="brand">
          <img src=${this.logo} alt="" width="44" height="44" />
          <h1>Sign in to ${this.hubName}</h1>
        </div>
        ${this.step ? this.#stepForm(this.step) : this.#passwordForm()}
        <div class="below">
          ${this.problem ? notice("bad", this.problem) : reason}
          ${this.problem || this.reason || this.step
            ? nothing
            : html`<p class="hint">First time here? The hub printed
                a username and a password in the terminal where it was started.</p>`}
        </div>
      </main>
    `;
  }

  #passwordForm() {
    return html`
      <form @submit=${this.#submit} novalidate>
        <wa-input name="username" label="Username" autocomplete="username" autocapitalize="off"
          spellcheck="false" autofocus></wa-input>
        <wa-input name="password" label="Password" type="password"
          autocomplete="current-password"></wa-input>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Sign in</wa-button>
      </form>
    `;
  }

  #stepForm(step: Step) {
    return html`
      <form @submit=${this.#verify} novalidate>
        <p>${step.prompt}</p>
        <wa-input name="code" label="Code" autocomplete="one-time-code" autocapitalize="off"
          spellcheck="false" maxlength="200"></wa-input>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Continue</wa-button>
        <wa-button appearance="plain" size="s" @click=${() => this.#restart("")}>
          Use another account
        </wa-button>
      </form>
    `;
  }

  #field(name: string): WaInput {
    return this.renderRoot.querySelector<WaInput>(`wa-input[name=${name}]`)!;
  }

  async #focus(name: string): Promise<void> {
    await this.updateComplete;
    const field = this.#field(name);
    await field.updateComplete;
    field.focus();
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    const username = (this.#field("username").value ?? "").trim();
    const password = this.#field("password").value ?? "";
    if (!username || !password) return this.#complain("Fill in both fields.", username);
    await this.#enter(
      this.api.session.signIn(username, password),
      (thrown) => this.#refused(thrown, username),
    );
  };

  #verify = async (event: Event): Promise<void> => {
    event.preventDefault();
    const code = (this.#field("code").value ?? "").trim();
    if (this.busy || !this.step) return;
    if (!code) return this.#complainOf("code", "Fill in the code.");
    await this.#enter(this.api.session.verify(this.step.ticket, code), this.#notVerified);
  };

  async #enter(answer: Promise<Session>, refused: (thrown: unknown) => void): Promise<void> {
    this.busy = true;
    try {
      const session = await answer;
      this.dispatchEvent(new CustomEvent<Session>("signed-in", { detail: session }));
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code === "second_factor_required") this.#ask(error);
      else refused(thrown);
    } finally {
      this.busy = false;
    }
  }

  #ask(error: ApiError): void {
    this.step = { ticket: error.ticket, prompt: error.message };
    this.problem = "";
    this.reason = "";
    void this.#clear("code");
  }

  async #clear(name: string): Promise<void> {
    await this.updateComplete;
    this.#field(name).value = "";
    await this.#focus(name);
  }

  #notVerified = (thrown: unknown): void => {
    if (asApiError(thrown).code === "second_factor_expired") this.#restart(errorText(thrown));
    else {
      this.#complainOf("code", errorText(thrown));
      void this.#clear("code");
    }
  };

  #restart(problem: string): void {
    this.step = null;
    this.#complainOf("username", problem);
  }

  #refused(thrown: unknown, username: string): void {
    const wrong = asApiError(thrown).code === "bad_credentials";
    const text = wrong
      ? "Username or password is wrong. Check both and try again."
      : errorText(thrown);
    if (wrong) this.#field("password").value = "";
    this.#complain(text, username);
  }

  #complain(text: string, username: string): void {
    this.#complainOf(username ? "password" : "username", text);
  }

  #complainOf(field: string, text: string): void {
    this.problem = text;
    void this.#focus(field);
  }
}

define("hub-sign-in", HubSignIn);
