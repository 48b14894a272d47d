/** The shapes the hub's REST and live doors speak. Names follow the wire, so they stay in snake case. */

export type Role = "admin" | "member";

export interface User {
  id: string;
  username: string;
  display_name: string;
  role: Role;
  tags: string[];
  is_active: boolean;
  created_at: string;
  avatar_hue: number;
}

export interface HubInfo {
  name: string;
  version: string;
}

export interface Session {
  user: User | null;
  csrf: string | null;
  hub: HubInfo;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface PanelInfo {
  id: string;
  owner: string;
  title: string;
  icon: string;
  path: string;
  element: string;
  module: string;
  order: number;
  admin: boolean;
}

interface Contribution {
  id: string;
  owner: string;
}

export interface ProfileTab extends Contribution {
  title: string;
  element: string;
  module: string;
}

/** A button whose click calls a route of its plugin. */
export interface SettingsButton extends Contribution {
  label: string;
  route: string;
  text: string;
}

export interface MessageAction extends Contribution {
  label: string;
  route: string;
  icon: string;
}

/** A style sheet or script that a plugin gives to every page. */
export interface Injected extends Contribution {
  address: string;
}

/** What plugins add to this person's page. */
export interface UiInfo {
  panels: PanelInfo[];
  profile_tabs: ProfileTab[];
  settings_buttons: SettingsButton[];
  message_actions: MessageAction[];
  styles: Injected[];
  scripts: Injected[];
  hub: HubInfo;
}

export type PluginState =
  | "disabled"
  | "enabling"
  | "enabled"
  | "restarting"
  | "quarantined"
  | "failed";

export interface PluginHealth {
  status: "healthy" | "degraded" | "down" | "off";
  calls: number;
  failures: number;
  restarts: number;
  deaths: number;
  last_error: string;
  last_call_ms: number | null;
  memory_mb: number | null;
  pid: number | null;
  started_at: string | null;
}

export interface Contributes {
  panels: string[];
  widgets: string[];
  routes: string[];
  profile_tabs?: string[];
  settings_buttons?: string[];
  message_actions?: string[];
  styles?: string[];
  scripts?: string[];
}

export interface Plugin {
  id: string;
  name: string;
  version: string;
  author: string;
  description: string;
  tier: "trusted" | "sandboxed";
  runtime: string;
  builtin: boolean;
  state: PluginState;
  reason: string;
  health: PluginHealth;
  permissions: { asked: string[]; granted: string[] };
  hooks: string[];
  contributes: Contributes;
  digest: string;
  installed_at: string;
}

export type Outcome = "ok" | "denied" | "failed" | "timeout" | "crashed" | "vetoed";

export interface AuditRecord {
  seq: number;
  time: string;
  trace: string;
  actor: { kind: string; id: string; name: string };
  on_behalf_of: string | null;
  action: string;
  target: string;
  outcome: Outcome;
  reason: string;
  execution_ms: number | null;
  memory_mb: number | null;
  details: Record<string, unknown>;
  prev: string;
  hash: string;
}

export interface AuditVerdict {
  ok: boolean;
  records: number;
  first_bad: { seq: number; file: string; line: number; problem: string } | null;
}

export type SettingValue = string | number | boolean | null;

export interface Setting {
  key: string;
  value: SettingValue;
  default: SettingValue;
  source: "default" | "file" | "environment" | "flag" | "stored";
  type: "str" | "int" | "bool" | "float";
  secret: boolean;
  doc: string;
  owner: string;
}

export interface Channel {
  id: string;
  name: string;
  topic: string;
  unread: number;
  last_seq: number;
  member_count: number;
}

export interface Author {
  id: string;
  username: string;
  display_name: string;
  avatar_hue: number;
}

export interface Message {
  id: string;
  seq: number;
  channel_id: string;
  author: Author;
  text: string;
  created_at: string;
  client_id: string | null;
}

export interface DashboardSummary {
  id: string;
  title: string;
  owner_id: string;
}

export interface Widget {
  id: string;
  plugin: string;
  component: string;
  props: Record<string, unknown>;
  title: string;
  /** Of a trusted plugin's own: what draws it, and what brings that. */
  element?: string;
  module?: string;
}

export interface Dashboard {
  id: string;
  title: string;
  widgets: Widget[];
  problems: { plugin: string; reason: string }[];
}
