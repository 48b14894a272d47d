/**
 * The application element: who is signed in, where one is, and which of sign-in page, frame or
 * notice stands on the screen.
 */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { define } from "../components/hub_element.ts";
import { failure, noticeStyles } from "../components/notice.ts";
import "../components/stale.ts";
import "../components/toasts.ts";
import type { HubToasts } from "../components/toasts.ts";
import type { Hub, Tone } from "../context/hub.ts";
import { Api } from "../data/api.ts";
import { type ApiError, asApiError, errorText } from "../data/error.ts";
import { Http } from "../data/http.ts";
import { LiveClient } from "../data/live.ts";
import type { HubInfo, Session, UiInfo, User } from "../data/types.ts";
import { base } from "../styles/shared.ts";
import "./development.ts";
import "./frame.ts";
import { Injection } from "./injection.ts";
import { takeSecret } from "./link.ts";
import { type Place, placesFor } from "./place.ts";
import { addressOf, parseRoute, type Route } from "./route.ts";
import { startRouting } from "./routing.ts";
import "./sign_in.ts";

const WELCOME_MS = 2000;
const GATHER_MS = 60;
const ENDED = "Your session ended. Sign in again to go on.";

export class HubApp extends LitElement {
  static override properties = {
    hub: { state: true },
    info: { state: true },
    places: { state: true },
    route: { state: true },
    phase: { state: true },
    reason: { state: true },
    error: { state: true },
    stale: { state: true },
  };
  static override styles = [base, noticeStyles];
  declare hub: Hub | null;
  declare info: HubInfo;
  declare places: Place[];
  declare route: Route;
  declare phase: "starting" | "failed" | "signed-out" | "ready";
  declare reason: string;
  declare error: ApiError | null;
  /** Whether a script runs in this page that its plugin took away. */
  declare stale: boolean;
  readonly #base = new URL(document.baseURI);
  readonly #http = new Http(this.#base);
  readonly #api = new Api(this.#http);
  readonly #live = new LiveClient(this.#base);
  readonly #injection = new Injection(this.#base, (text) => this.#say(text, "bad"));
  #session: Session | null = null;
  #asked = 0;
  #gather: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.hub = null;
    this.info = { name: "PlexiHub", version: "" };
    this.places = [];
    this.phase = "starting";
    this.reason = "";
    this.error = null;
    this.stale = false;
    this.#http.onSignedOut = () => this.#leave(ENDED);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    startRouting(this.#base, (path, replace) => this.#navigate(path, replace), this.#arrive);
    this.#arrive();
    this.#hearLive();
    void this.#start();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const at = changed.has("route") || changed.has("places");
    const first = this.places[0];
    if (at && this.route.path === "/" && first) this.#navigate(first.path, true);
  }

  override render() {
    const stale = this.stale ? html`<hub-stale></hub-stale>` : nothing;
    const development = this.hub?.info.development && this.hub.may("admin")
      ? html`<hub-development .hub=${this.hub}></hub-development>`
      : nothing;
    return html`${this.#screen()}${stale}${development}<hub-toasts></hub-toasts>`;
  }

  #screen() {
    switch (this.phase) {
      case "starting":
        return html`<slot></slot>`;
      case "failed":
        return html`<main style="padding:15vh 16px;max-width:560px;margin:auto">
          ${failure(this.error!, () => void this.#start())}
        </main>`;
      case "signed-out":
        return html`
          <hub-sign-in
            .api=${this.#api}
            hubName=${this.info.name}
            reason=${this.reason}
            logo=${addressOf("/assets/logo.svg", this.#base).href}
            @signed-in=${(event: CustomEvent<Session>) =>
              void this.#enterWith(() => Promise.resolve(event.detail))}
          ></hub-sign-in>
        `;
      case "ready":
        return html`
          <hub-frame
            .hub=${this.hub}
            .route=${this.route}
            .places=${this.places}
            @sign-out=${() => void this.#signOut()}
            @stop-acting=${() => void this.#stopActing()}
          ></hub-frame>
        `;
    }
  }

  async #start(): Promise<void> {
    const secret = takeSecret();
    await this.#enterWith(() => secret ? this.#byLink(secret) : this.#api.session.current());
  }

  /** Who is signed in here already needs no link that works. */
  async #byLink(secret: string): Promise<Session> {
    try {
      return await this.#api.session.enterByLink(secret);
    } catch (thrown) {
      this.reason = errorText(thrown);
      return await this.#api.session.current();
    }
  }

  async #enterWith(session: () => Promise<Session>): Promise<void> {
    try {
      await this.#enter(await session());
    } catch (thrown) {
      this.error = asApiError(thrown);
      this.phase = "failed";
    }
  }

  async #enter(session: Session): Promise<void> {
    this.info = session.hub;
    const { user } = session;
    if (!user) {
      this.phase = "signed-out";
      return;
    }
    this.reason = "";
    this.#live.start();
    const [ui] = await Promise.all([this.#api.ui(), this.#welcomed()]);
    this.#show(session, ui);
    this.phase = "ready";
  }

  /** Wait for the live line for a moment, so that nothing happens between fetching and hearing. */
  async #welcomed(): Promise<void> {
    const late = new Promise<"late">((done) => setTimeout(() => done("late"), WELCOME_MS));
    const { welcomed } = this.#live;
    if (await Promise.race([welcomed, late]) !== "late") return;
    void welcomed.then(() => this.#live.dispatchEvent(new CustomEvent("reset")));
  }

  #hubFor(user: User, session: Session, ui: UiInfo): Hub {
    const rights = new Set(session.rights);
    return {
      user,
      ui,
      acting: session.acting,
      may: (permission) => user.role === "admin" || rights.has(permission),
      info: this.info,
      api: this.#api,
      live: this.#live,
      navigate: (path, options) => this.#navigate(path, options?.replace ?? false),
      href: (path) => addressOf(path, this.#base).href,
      setTitle: (...parts) => document.title = [...parts, this.info.name].join(" · "),
      say: (text, tone = "info") => this.#say(text, tone),
      sayError: (thrown) => this.#say(errorText(thrown), "bad"),
    };
  }

  #hearLive(): void {
    this.#live.on("ui.changed", this.#changed);
    this.#live.on("reset", () => void this.#refresh());
    this.#live.on("session.revoked", () => void this.#check());
    this.#live.on("lost", () => void this.#check());
    this.#live.on<{ id: string }>("user.changed", ({ id }) => {
      if (id === this.hub?.user.id) void this.#check();
    });
    globalThis.addEventListener("online", () => this.#live.hurry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#live.hurry();
    });
  }

  /** Ask who is signed in; the live line cannot tell why it was refused. */
  async #check(): Promise<void> {
    try {
      const session = await this.#api.session.current();
      if (!session.user) this.#leave(ENDED);
      else if (this.hub) await this.#become(session);
    } catch {
      return; // the hub is away: the live line goes on trying, and says so
    }
  }

  async #become(session: Session): Promise<void> {
    if (JSON.stringify(session) === JSON.stringify(this.#session)) return;
    await this.#refresh(session);
  }

  /** A plugin that starts adds several things at once: they become one question. */
  #changed = (): void => {
    clearTimeout(this.#gather);
    this.#gather = setTimeout(() => void this.#refresh(), GATHER_MS);
  };

  /** Ask what plugins add now; of several questions at once only the last answer counts. */
  async #refresh(session = this.#session): Promise<void> {
    if (!session) return;
    const asked = ++this.#asked;
    try {
      const ui = await this.#api.ui();
      if (asked === this.#asked && this.hub) this.#show(session, ui);
    } catch (thrown) {
      this.#say(errorText(thrown), "bad");
    }
  }

  #show(session: Session, ui: UiInfo): void {
    this.stale = this.#injection.follow(ui);
    if (JSON.stringify([session, ui]) === JSON.stringify([this.#session, this.hub?.ui])) return;
    this.#session = session;
    const hub = this.hub = this.#hubFor(session.user!, session, ui);
    this.places = placesFor(hub.may, ui);
  }

  async #signOut(): Promise<void> {
    try {
      await this.#api.session.signOut();
      this.#leave("You are signed out.");
    } catch (thrown) {
      this.#say(errorText(thrown), "bad");
    }
  }

  /** Back to one's own session: everything is asked for anew, as whom one is then. */
  async #stopActing(): Promise<void> {
    try {
      await this.#api.session.signOut();
      location.assign(this.#base);
    } catch (thrown) {
      this.#say(errorText(thrown), "bad");
    }
  }

  #leave(reason: string): void {
    if (this.phase === "signed-out") return;
    this.#session = null;
    this.#live.stop();
    this.#injection.follow({ styles: [], scripts: [] });
    this.stale = false;
    this.hub = null;
    this.places = [];
    this.reason = reason;
    this.phase = "signed-out";
  }

  #navigate(path: string, replace: boolean): void {
    const address = addressOf(path, this.#base);
    if (replace) history.replaceState(null, "", address);
    else if (address.href !== location.href) history.pushState(null, "", address);
    this.#arrive();
  }

  #arrive = (): void => {
    const route = parseRoute(new URL(location.href), this.#base);
    this.route = route ?? { path: "/", segments: [], query: new URLSearchParams() };
  };

  #say(text: string, tone: Tone): void {
    this.renderRoot.querySelector<HubToasts>("hub-toasts")?.show(text, tone);
  }
}

define("hub-app", HubApp);
