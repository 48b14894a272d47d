/** The hub's REST door, one method an operation. Paths are relative to the document's base. */

import { AuditApi } from "./audit.ts";
import { BackupsApi } from "./backups.ts";
import type { ActionDone, Clicked } from "./blocks.ts";
import { DashboardsApi } from "./dashboards.ts";
import { DevelopmentApi } from "./development.ts";
import { FilesApi } from "./files.ts";
import { Http, type Query } from "./http.ts";
import { JobsApi } from "./jobs.ts";
import type {
  AskedPermissions,
  Channel,
  CommandResult,
  Isolation,
  Kept,
  Membership,
  Message,
  Page,
  PermissionWho,
  PermissionWhy,
  Plugin,
  PluginAccess,
  PluginHosts,
  PluginLimits,
  PluginSecret,
  PluginUsage,
  Role,
  RoleInfo,
  Roles,
  Scalar,
  Session,
  SessionInfo,
  Setting,
  Settings,
  SettingValue,
  UiInfo,
  User,
  WaitingPermission,
} from "./types.ts";

export interface NewUser {
  username: string;
  display_name: string;
  password: string;
  role: Role;
}

export type UserChange = Partial<
  & Pick<User, "display_name" | "role" | "is_active" | "tags" | "permissions">
  & {
    password: string;
    current_password: string;
    extensions: Record<string, Scalar | null>;
  }
>;

export interface NewMessage {
  text: string;
  client_id: string;
  thread_id: string | null;
  files: string[];
}

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
  async verify(ticket: string, answer: string): Promise<Session> {
    const body = { ticket, answer };
    return this.#keep(await this.http.send<Session>("POST", "session/second-factor", { body }));
  }
  /** Sign in by the link that the author's own hub printed. */
  async enterByLink(secret: string): Promise<Session> {
    return this.#keep(await this.http.send("POST", "session/link", { body: { secret } }));
  }
  async signOut(): Promise<void> {
    await this.http.send("DELETE", "session");
    this.http.csrf = null;
  }
  /** Let this browser act as somebody else; the page has to be loaded anew. */
  actAs(key: string): Promise<Session> {
    return this.http.send("POST", `users/${id(key)}/impersonate`, { body: {} });
  }
  #keep(session: Session): Session {
    this.http.csrf = session.csrf;
    return session;
  }
}

class SessionsApi {
  constructor(private readonly http: Http) {}
  of(user: string): Promise<Page<SessionInfo>> {
    return this.http.get(`users/${id(user)}/sessions`);
  }
  end(key: string): Promise<void> {
    return this.http.send("DELETE", `sessions/${id(key)}`);
  }
  endOthers(): Promise<{ ended: number }> {
    return this.http.send("DELETE", "sessions");
  }
  endAllOf(user: string): Promise<{ ended: number }> {
    return this.http.send("DELETE", `users/${id(user)}/sessions`);
  }
}

class RolesApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Roles> {
    return this.http.get("roles");
  }
  create(body: Omit<RoleInfo, "builtin">): Promise<RoleInfo> {
    return this.http.send("POST", "roles", { body });
  }
  change(name: string, body: Partial<Pick<RoleInfo, "title" | "permissions">>): Promise<RoleInfo> {
    return this.http.send("PATCH", `roles/${id(name)}`, { body });
  }
  remove(name: string): Promise<void> {
    return this.http.send("DELETE", `roles/${id(name)}`);
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
  /** `others` lets what it needs, or what needs it, be switched as well. */
  setEnabled(key: string, enabled: boolean, others = false): Promise<Plugin> {
    const path = `plugins/${id(key)}/${enabled ? "enable" : "disable"}`;
    const body = enabled ? { with_dependencies: others } : { with_dependents: others };
    return this.http.send("POST", path, { body });
  }
  reload(key: string): Promise<Plugin> {
    return this.http.send("POST", `plugins/${id(key)}/reload`);
  }
  rollback(key: string): Promise<Plugin> {
    return this.http.send("POST", `plugins/${id(key)}/rollback`);
  }
  /** With `purge`, what it keeps is deleted as well. */
  remove(key: string, purge: boolean): Promise<void> {
    return this.http.send("DELETE", `plugins/${id(key)}${purge ? "?purge=true" : ""}`);
  }
  kept(key: string): Promise<Kept> {
    return this.http.get(`plugins/${id(key)}/data`);
  }
  isolation(): Promise<Isolation> {
    return this.http.get("isolation");
  }
  leftovers(): Promise<Page<Kept>> {
    return this.http.get("leftovers");
  }
  purge(key: string): Promise<Kept> {
    return this.http.send("DELETE", `leftovers/${id(key)}`);
  }
  /** Enable or reload a trusted plugin with what was typed under the text of this digest. */
  agree(
    key: string,
    { to, others }: { to: "enable" | "reload"; others: boolean },
    consent: string,
    digest: string,
  ): Promise<Plugin> {
    const body = {
      consent,
      consent_digest: digest,
      ...(others ? { with_dependencies: true } : {}),
    };
    return this.http.send("POST", `plugins/${id(key)}/${to}`, { body });
  }
  permissions(key: string): Promise<AskedPermissions> {
    return this.http.get(`plugins/${id(key)}/permissions`);
  }
  waiting(): Promise<Page<WaitingPermission>> {
    return this.http.get("permissions/waiting");
  }
  who(permission: string): Promise<PermissionWho> {
    return this.http.get(`permissions/${id(permission)}/who`);
  }
  why(key: string, permission: string): Promise<PermissionWhy> {
    return this.http.get(`plugins/${id(key)}/permissions/${id(permission)}/why`);
  }
  /** `digest` names the files that were shown to who approves. */
  approvePermission(key: string, permission: string, digest: string): Promise<AskedPermissions> {
    const path = `plugins/${id(key)}/permissions/${id(permission)}`;
    return this.http.send("PUT", path, { body: { digest } });
  }
  requestPermission(key: string, permission: string): Promise<AskedPermissions> {
    return this.http.send("POST", `plugins/${id(key)}/permissions/${id(permission)}`);
  }
  refusePermission(key: string, permission: string): Promise<AskedPermissions> {
    const path = `plugins/${id(key)}/permissions/${id(permission)}`;
    return this.http.send("DELETE", path, { query: { only: "request" } });
  }
  takePermission(key: string, permission: string): Promise<AskedPermissions> {
    return this.http.send("DELETE", `plugins/${id(key)}/permissions/${id(permission)}`);
  }
  hosts(key: string): Promise<PluginHosts> {
    return this.http.get(`plugins/${id(key)}/hosts`);
  }
  decideHost(key: string, host: string, decision: string): Promise<PluginHosts> {
    return this.http.send("POST", `plugins/${id(key)}/hosts`, { body: { host, decision } });
  }
  secrets(key: string): Promise<{ items: PluginSecret[] }> {
    return this.http.get(`plugins/${id(key)}/secrets`);
  }
  setSecret(key: string, name: string, value: string, hosts: string[]): Promise<unknown> {
    const path = `plugins/${id(key)}/secrets/${id(name)}`;
    return this.http.send("PUT", path, { body: { value, hosts } });
  }
  forgetSecret(key: string, name: string): Promise<void> {
    return this.http.send("DELETE", `plugins/${id(key)}/secrets/${id(name)}`);
  }
  limits(key: string): Promise<PluginLimits> {
    return this.http.get(`plugins/${id(key)}/limits`);
  }
  /** Null takes back what this plugin was allowed. */
  setLimits(key: string, limits: Record<string, number | null>): Promise<PluginLimits> {
    return this.http.send("PATCH", `plugins/${id(key)}/limits`, { body: { limits } });
  }
  /** Answers what it used, and lets its usage be told over the live door for half a minute. */
  watchUsage(key: string): Promise<PluginUsage> {
    return this.http.send("POST", `plugins/${id(key)}/usage/watch`);
  }
  access(key: string): Promise<PluginAccess> {
    return this.http.get(`plugins/${id(key)}/access`);
  }
  setGrant(key: string, grant: string, granted: boolean): Promise<unknown> {
    const path = `plugins/${id(key)}/grants/${id(grant)}`;
    return this.http.send(granted ? "PUT" : "DELETE", path);
  }
}

class ConfigApi {
  constructor(private readonly http: Http) {}
  list(): Promise<Settings> {
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

class ChatApi {
  constructor(private readonly http: Http) {}
  channels(): Promise<Page<Channel>> {
    return this.http.get("chat/channels");
  }
  createChannel(name: string, topic: string): Promise<Channel> {
    return this.http.send("POST", "chat/channels", { body: { name, topic } });
  }
  changeChannel(channel: string, body: { name: string; topic: string }): Promise<Channel> {
    return this.http.send("PATCH", `chat/channels/${id(channel)}`, { body });
  }
  deleteChannel(channel: string): Promise<void> {
    return this.http.send("DELETE", `chat/channels/${id(channel)}`);
  }
  members(channel: string, after: string | null): Promise<Page<Membership>> {
    return this.http.get(`chat/channels/${id(channel)}/members`, { after });
  }
  join(channel: string): Promise<Membership> {
    return this.http.send("POST", `chat/channels/${id(channel)}/members`);
  }
  leave(channel: string): Promise<void> {
    return this.http.send("DELETE", `chat/channels/${id(channel)}/members/me`);
  }
  messages(channel: string, query: Query): Promise<Page<Message>> {
    return this.http.get(`chat/channels/${id(channel)}/messages`, query);
  }
  replies(message: string, query: Query): Promise<Page<Message>> {
    return this.http.get(`chat/messages/${id(message)}/replies`, query);
  }
  message(message: string): Promise<Message> {
    return this.http.get(`chat/messages/${id(message)}`);
  }
  post(channel: string, body: NewMessage): Promise<Message> {
    return this.http.send("POST", `chat/channels/${id(channel)}/messages`, { body });
  }
  command(channel: string, body: { text: string; thread_id: string | null }) {
    return this.http.send<CommandResult>("POST", `chat/channels/${id(channel)}/commands`, { body });
  }
  click(message: string, body: Clicked): Promise<ActionDone> {
    return this.http.send("POST", `chat/messages/${id(message)}/actions`, { body });
  }
  edit(message: string, text: string): Promise<Message> {
    return this.http.send("PATCH", `chat/messages/${id(message)}`, { body: { text } });
  }
  remove(message: string): Promise<void> {
    return this.http.send("DELETE", `chat/messages/${id(message)}`);
  }
  react(message: string, emoji: string, on: boolean): Promise<unknown> {
    const path = `chat/messages/${id(message)}/reactions/${id(emoji)}`;
    return this.http.send(on ? "PUT" : "DELETE", path);
  }
  markRead(channel: string, seq: number): Promise<void> {
    return this.http.send("POST", `chat/channels/${id(channel)}/read`, { body: { seq } });
  }
}

export class Api {
  readonly http: Http;
  readonly session: SessionApi;
  readonly sessions: SessionsApi;
  readonly users: UsersApi;
  readonly roles: RolesApi;
  readonly plugins: PluginsApi;
  readonly audit: AuditApi;
  readonly config: ConfigApi;
  readonly dashboards: DashboardsApi;
  readonly chat: ChatApi;
  readonly jobs: JobsApi;
  readonly backups: BackupsApi;
  readonly files: FilesApi;
  readonly development: DevelopmentApi;

  constructor(http: Http) {
    this.http = http;
    this.session = new SessionApi(http);
    this.sessions = new SessionsApi(http);
    this.users = new UsersApi(http);
    this.roles = new RolesApi(http);
    this.plugins = new PluginsApi(http);
    this.audit = new AuditApi(http);
    this.config = new ConfigApi(http);
    this.dashboards = new DashboardsApi(http);
    this.chat = new ChatApi(http);
    this.jobs = new JobsApi(http);
    this.backups = new BackupsApi(http);
    this.files = new FilesApi(http);
    this.development = new DevelopmentApi(http);
  }

  ui(): Promise<UiInfo> {
    return this.http.get("ui");
  }

  /** Call a plugin's route and give what it says to the person. */
  async callRoute(route: string, body?: unknown): Promise<string> {
    const { message } = await this.askRoute(route, body);
    return typeof message === "string" ? message : "Done.";
  }

  /** Call a plugin's route and give what it answers. */
  async askRoute(route: string, body?: unknown): Promise<Record<string, unknown>> {
    const path = route.replace(/^\/api\/v1\//, "");
    return await this.http.send<Record<string, unknown> | null>("POST", path, { body }) ?? {};
  }
}
