/** The hub's REST door, one method an operation. Paths are relative to the document's base. */

import { Http, type Query } from "./http.ts";
import type {
  AuditRecord,
  AuditVerdict,
  Channel,
  Dashboard,
  DashboardSummary,
  Message,
  Page,
  Plugin,
  Role,
  Session,
  Setting,
  SettingValue,
  UiInfo,
  User,
} from "./types.ts";

export interface NewUser {
  username: string;
  display_name: string;
  password: string;
  role: Role;
}

export type UserChange = Partial<
  Pick<User, "display_name" | "role" | "is_active" | "tags"> & { password: string }
>;

const id = encodeURIComponent;

class SessionApi {
  constructor(private readonly http: Http) {}
  async current(): Promise<Session> {
    return this.#keep(await this.http.get<Session>("session"));
  }
  async signIn(username: string, password: string): Promise<Session> {
    const body = { username, password };
    return this.#keep(await this.http.send<Session>("POST", "session", { body }));
  }
  async signOut(): Promise<void> {
    await this.http.send("DELETE", "session");
    this.http.csrf = null;
  }
  #keep(session: Session): Session {
    this.http.csrf = session.csrf;
    return session;
  }
}

class UsersApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Page<User>> {
    return this.http.get("users");
  }
  get(key: string): Promise<User> {
    return this.http.get(`users/${id(key)}`);
  }
  create(body: NewUser): Promise<User> {
    return this.http.send("POST", "users", { body });
  }
  change(key: string, body: UserChange): Promise<User> {
    return this.http.send("PATCH", `users/${id(key)}`, { body });
  }
  remove(key: string): Promise<void> {
    return this.http.send("DELETE", `users/${id(key)}`);
  }
}

class PluginsApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Page<Plugin>> {
    return this.http.get("plugins");
  }
  get(key: string): Promise<Plugin> {
    return this.http.get(`plugins/${id(key)}`);
  }
  setEnabled(key: string, enabled: boolean): Promise<Plugin> {
    return this.http.send("POST", `plugins/${id(key)}/${enabled ? "enable" : "disable"}`);
  }
  remove(key: string): Promise<void> {
    return this.http.send("DELETE", `plugins/${id(key)}`);
  }
}

class AuditApi {
  constructor(private readonly http: Http) {}
  list(query: Query): Promise<Page<AuditRecord>> {
    return this.http.get("audit", query);
  }
  verify(): Promise<AuditVerdict> {
    return this.http.send("POST", "audit/verify");
  }
}

class ConfigApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Page<Setting>> {
    return this.http.get("config");
  }
  get(key: string): Promise<Setting> {
    return this.http.get(`config/${id(key)}`);
  }
  set(key: string, value: SettingValue): Promise<Setting> {
    return this.http.send("PUT", `config/${id(key)}`, { body: { value } });
  }
  reset(key: string): Promise<unknown> {
    return this.http.send("DELETE", `config/${id(key)}`);
  }
}

class DashboardsApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Page<DashboardSummary>> {
    return this.http.get("dashboards");
  }
  get(key: string): Promise<Dashboard> {
    return this.http.get(`dashboards/${id(key)}`);
  }
  create(title: string): Promise<DashboardSummary> {
    return this.http.send("POST", "dashboards", { body: { title } });
  }
}

class ChatApi {
  constructor(private readonly http: Http) {}
  channels(): Promise<Page<Channel>> {
    return this.http.get("chat/channels");
  }
  createChannel(name: string, topic: string): Promise<Channel> {
    return this.http.send("POST", "chat/channels", { body: { name, topic } });
  }
  messages(channel: string, query: Query): Promise<Page<Message>> {
    return this.http.get(`chat/channels/${id(channel)}/messages`, query);
  }
  post(channel: string, body: { text: string; client_id: string }): Promise<Message> {
    return this.http.send("POST", `chat/channels/${id(channel)}/messages`, { body });
  }
  markRead(channel: string, seq: number): Promise<void> {
    return this.http.send("POST", `chat/channels/${id(channel)}/read`, { body: { seq } });
  }
}

export class Api {
  readonly http: Http;
  readonly session: SessionApi;
  readonly users: UsersApi;
  readonly plugins: PluginsApi;
  readonly audit: AuditApi;
  readonly config: ConfigApi;
  readonly dashboards: DashboardsApi;
  readonly chat: ChatApi;

  constructor(http: Http) {
    this.http = http;
    this.session = new SessionApi(http);
    this.users = new UsersApi(http);
    this.plugins = new PluginsApi(http);
    this.audit = new AuditApi(http);
    this.config = new ConfigApi(http);
    this.dashboards = new DashboardsApi(http);
    this.chat = new ChatApi(http);
  }

  ui(): Promise<UiInfo> {
    return this.http.get("ui");
  }

  /** Call a plugin's route and give what it says to the person. */
  async callRoute(route: string, body?: unknown): Promise<string> {
    const path = route.replace(/^\/api\/v1\//, "");
    const answer = await this.http.send<{ message?: unknown } | null>("POST", path, { body });
    return typeof answer?.message === "string" ? answer.message : "Done.";
  }
}
