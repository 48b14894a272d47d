/** The tab's element. The hub sets `hub` and `person` before it enters the page. */
const BUTTON = `min-height:36px;padding:0 14px;border:1px solid var(--hub-quiet);border-radius:
  var(--hub-radius);background:var(--hub-raised);color:var(--hub-text);font:inherit;cursor:pointer`;
const FIELD = `display:block;width:min(220px,100%);margin:6px 0 12px;padding:8px 10px;font:inherit;
  border:1px solid var(--hub-quiet);border-radius:var(--hub-radius);background:var(--hub-page);
  color:var(--hub-text)`;

class TotpSettings extends HTMLElement {
  connectedCallback() {
    this.style.cssText = "display:grid;gap:14px;justify-items:start;max-width:60ch";
    if (this.hub.user.id === this.person.id) this.#act(() => this.#overview());
    else this.#ofAnother();
  }

  async #overview() {
    const { enabled, recovery_left } = await this.#ask("GET", "");
    if (enabled) {
      const left = `${recovery_left} recovery ${recovery_left === 1 ? "code" : "codes"} left.`;
      this.#show(text(`One-time codes are on. ${left}`), this.#codeForm("Switch off", "disable"));
    } else {
      this.#show(
        text("After your password the hub can ask for a code that your phone shows."),
        this.#button("Set up one-time codes", () => this.#enrol()),
      );
    }
  }

  async #enrol() {
    const { secret, qr } = await this.#ask("POST", "/enrol");
    const picture = Object.assign(new Image(), { src: qr, alt: "QR code with your key" });
    picture.style.cssText = "width:190px;height:190px;border-radius:8px";
    this.#show(
      text("Scan this with your authenticator, or type the key into it."),
      picture,
      text(secret, "code"),
      this.#codeForm("Confirm", "confirm", ({ recovery }) => this.#recovery(recovery)),
    );
  }

  #recovery(codes) {
    const list = document.createElement("ul");
    list.setAttribute("aria-label", "Recovery codes");
    list.style.cssText = "margin:0;padding:0;list-style:none;columns:2;font-family:var(--hub-mono)";
    list.append(...codes.map((code) => text(code, "li")));
    this.#show(
      text("One-time codes are on. Keep these recovery codes; each works once, without the phone."),
      list,
      this.#button("I have kept them", () => this.#overview()),
    );
  }

  #ofAnother() {
    if (this.hub.user.role !== "admin") {
      return this.#show(text("Only they see this."));
    }
    const reset = () =>
      this.#ask("POST", `/reset/${this.person.id}`).then(({ message }) => this.hub.say(message));
    this.#show(
      text("If their phone is lost, a reset lets them in with the password alone."),
      this.#button("Reset one-time codes", reset),
    );
  }

  #codeForm(label, path, then = () => this.#overview()) {
    const form = document.createElement("form");
    const field = document.createElement("label");
    const input = Object.assign(document.createElement("input"), {
      name: "code",
      autocomplete: "one-time-code",
      required: true,
    });
    input.style.cssText = FIELD;
    field.append("Code", input);
    const button = this.#button(label, () => {});
    button.type = "submit";
    form.append(field, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#act(async () => then(await this.#ask("POST", `/${path}`, { code: input.value })));
    });
    return form;
  }

  #button(label, run) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: label,
    });
    button.style.cssText = BUTTON;
    if (run) button.addEventListener("click", () => this.#act(run));
    return button;
  }

  #ask(method, path, body) {
    return this.hub.api.http.send(method, `totp${path}`, body ? { body } : {});
  }

  async #act(run) {
    try {
      await run();
    } catch (error) {
      this.hub.sayError(error);
    }
  }

  #show(...parts) {
    this.replaceChildren(...parts);
  }
}

function text(content, tag = "p") {
  const element = Object.assign(document.createElement(tag), { textContent: content });
  if (tag === "p") element.style.margin = "0";
  return element;
}

// A second load of the page's modules must not define it twice.
if (!customElements.get("totp-settings")) customElements.define("totp-settings", TotpSettings);
