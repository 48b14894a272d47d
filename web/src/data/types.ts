/** The shapes the hub's REST and live doors speak. Names follow the wire, so they stay in snake case. */

/** The name of a role; `admin` and `member` are always there. */
import type { Block } from "./blocks.ts";

export type Role = string;

export type Scalar = string | number | boolean;

/** A field that a plugin adds to people's pages. */
export interface PersonField {
  name: string;
  title: string;
  type: "str" | "int" | "float" | "bool";
  value: Scalar | null;
  owner: string;
  editable: boolean;
}

export interface User {
  id: string;
  username: string;
  display_name: string;
  role: Role;
  tags: string[];
  is_active: boolean;
  created_at: string;
  avatar_hue: number;
  /** Of one's own, and for who manages people. */
  permissions?: string[];
  fields?: PersonField[];
}

export interface RoleInfo {
  name: Role;
  title: string;
  permissions: string[];
  builtin: boolean;
}

/** What a sandboxed plugin asks for, and how it stands. */
export interface AskedPermission extends Permission {
  takes_approval: boolean;
  state: "granted" | "pending" | "refused";
  digest: string;
  requested_by: string | null;
  requested_by_name: string | null;
  requested_at: string | null;
  /** Why it is asked for, in the words of who asks. */
  reason: string;
  /** Whether it asks for more than it was granted. */
  wider: boolean;
  asked_words: string;
  granted_words: string;
  used_times: number;
  refused_times: number;
  last_used: string | null;
  /** What of the hub it opens, one sentence each. */
  unlocks: string[];
}

/** How what a plugin asks for differs from what the version before was granted. */
export interface PermissionChange {
  name: string;
  kind: "new" | "wider" | "narrower" | "gone";
  before_words: string;
  after_words: string;
}

export interface AskedPermissions extends Page<AskedPermission> {
  changes: PermissionChange[];
}

export interface WaitingPermission extends AskedPermission {
  plugin: string;
  plugin_name: string;
  requested_at: string;
}

export interface PermissionWhy {
  allowed: boolean;
  steps: { name: string; passed: boolean | null; says: string }[];
}

export interface PermissionWho extends Permission {
  plugins: {
    id: string;
    name: string;
    state: string;
    scope: string;
    last_used: string | null;
  }[];
  people: { id: string; username: string; role: string; through: string }[];
}

export interface Permission {
  name: string;
  says: string;
  risk: "low" | "medium" | "high";
}

export interface Roles extends Page<RoleInfo> {
  permissions: Permission[];
}

/** A place where somebody is signed in, or acts as somebody else. */
export interface SessionInfo {
  id: string;
  user_id: string;
  username: string;
  kind: "sign-in" | "impersonation";
  by: string;
  user_agent: string;
  address: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  current: boolean;
}

export interface HubInfo {
  name: string;
  version: string;
  /** Whether it is the own hub of a plugin's author. */
  development?: boolean;
  /** How large a file may be, in MiB; only `/ui` says it. */
  max_file_mb?: number;
}

export interface Session {
  user: User | null;
  csrf: string | null;
  rights: string[];
  /** Who acts as this person. */
  acting: string | null;
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

/** A page of the shell's own, as plugins want it in this person's navigation. */
export interface PageInfo {
  path: string;
  title: string;
  icon: string;
  order: number;
  hidden?: boolean;
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

/** A button beside the composer; its route is called with the channel and the draft. */
export interface ComposerButton extends Contribution {
  label: string;
  route: string;
  icon: string;
}

/** A word after a slash that people type in the chat. */
export interface Command {
  name: string;
  owner: string;
  description: string;
  hint: string;
}

/** A style sheet or script that a plugin gives to every page. */
export interface Injected extends Contribution {
  address: string;
}

/** What plugins add to this person's page. */
export interface UiInfo {
  pages: PageInfo[];
  panels: PanelInfo[];
  profile_tabs: ProfileTab[];
  settings_buttons: SettingsButton[];
  message_actions: MessageAction[];
  composer_buttons: ComposerButton[];
  commands: Command[];
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

export interface PluginRoute {
  method: string;
  path: string;
  auth: "user" | "admin" | "anonymous";
}

/** One layer of the sandbox: why it does not hold, or what it leaves open; and what to do. */
export interface IsolationLayer {
  name: string;
  holds: boolean;
  reason: string;
  next: string;
}

/** How well this machine holds sandboxed plugins; below `least` none runs. */
export interface Isolation {
  level: "none" | "weak" | "partial" | "strong" | "full";
  says: string;
  layers: IsolationLayer[];
  losses: { wall: string; open: boolean; says: string; missing: string[] }[];
  least: string;
  enough: boolean;
  next: string;
}

/** What there is of a plugin besides its code. */
export interface Kept {
  plugin: string;
  installed: boolean;
  tables: Record<string, number>;
  files: number;
  size: number;
  settings: string[];
  /** Values by key, and their bytes. */
  keys: number;
  stored: number;
  /** Bytes in tables of a sandboxed plugin's own. */
  rows: number;
  /** What a sandboxed plugin may have of each; empty for a trusted one. */
  limits: Record<string, number>;
}

export interface Contributes {
  panels: string[];
  widgets: string[];
  routes: PluginRoute[];
  profile_tabs?: string[];
  settings_buttons?: string[];
  message_actions?: string[];
  composer_buttons?: string[];
  commands?: string[];
  styles?: string[];
  scripts?: string[];
}

/** Another plugin that one needs; an optional one only starts before it. */
export interface PluginNeed {
  id: string;
  versions: string;
  optional: boolean;
  found: string;
  state: PluginState | "missing";
  problem: string;
  /** All that is wrong is that it is not enabled. */
  is_off: boolean;
}

export interface PluginDependent {
  id: string;
  versions: string;
  state: PluginState;
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
  permissions: {
    asked: string[];
    granted: string[];
    /** Those that wait for an administrator. */
    pending: string[];
    /** How far those reach that have a limit, in words. */
    scopes: Record<string, { words: string }>;
  };
  hooks: string[];
  contributes: Contributes;
  digest: string;
  installed_at: string;
  /** The version that a rollback brings back. */
  previous_version: string | null;
  needs: PluginNeed[];
  needed_by: PluginDependent[];
}

/** A limit of a sandboxed plugin; `override` is this plugin's own. */
export interface PluginLimit {
  name: string;
  title: string;
  unit: string;
  value: number;
  default: number;
  override: number | null;
  acts: "at once" | "at the next start" | "never";
  /** Whether the value acts only when it starts next. */
  waits: boolean;
  held: string;
  minimum: number;
  maximum: number;
  /** How often it came to this limit. */
  reached: number;
}

/** Where a sandboxed plugin may go. */
export interface PluginHosts {
  granted: string[];
  decided: { host: string; decision: "allow" | "once" | "refuse" }[];
  asked: { host: string; since: string; times: number; url: string; waiting: number }[];
}

/** A secret of a sandboxed plugin; its value is never told. */
export interface PluginSecret {
  name: string;
  hosts: string[];
}

export interface PluginLimits {
  id: string;
  items: PluginLimit[];
}

export interface UsagePoint {
  at: string;
  cpu_percent: number;
  memory_mb: number;
  /** Network requests of the last minute. */
  requests: number;
}

export interface PluginUsage {
  id: string;
  window_seconds: number;
  limits: { cpu_percent: number; memory_mb: number; requests_per_minute: number };
  points: UsagePoint[];
}

export type Rating = "critical" | "high" | "medium";

/** Places in a plugin's source, and how many more there are. */
export interface Places {
  evidence: { place: string; what: string }[];
  more: number;
}

export interface UsedCapability extends Places {
  name: string;
  title: string;
  rating: Rating;
  methods: string[];
  impact: string;
}

/** What is agreed to by whoever trusts a plugin. */
export interface Consent {
  warning: string;
  effects: string[];
  hazard: string;
  scripts: Places;
  uses: UsedCapability[];
  anything: string;
  unclear: Places;
  libraries: string[];
  note: string;
  grants: { name: string; title: string; says: string }[];
  phrase: string;
  text: string;
  digest: string;
}

export interface SystemGrant {
  name: string;
  title: string;
  says: string;
  granted: boolean;
}

/** One thing that a plugin did outside of the hub's services, and how often. */
export interface Done {
  grant: string;
  verb: string;
  target: string;
  allowed: boolean;
  times: number;
  last_at: string | null;
}

export interface PluginAccess {
  id: string;
  consent: Consent;
  agreed: boolean;
  grants: SystemGrant[];
  did: Done[];
  running: string[];
  left: string[];
}

export type Outcome = "ok" | "denied" | "failed" | "timeout" | "crashed" | "vetoed";

export interface AuditVerdict {
  ok: boolean;
  records: number;
  first_bad: { seq: number; file: string; line: number; problem: string } | null;
  rows: {
    checked: number;
    different: number;
    first: { seq: number; problem: string }[];
  } | null;
}

export type SettingValue = string | number | boolean | string[] | null;

export interface Setting {
  key: string;
  value: SettingValue;
  default: SettingValue;
  source: "default" | "file" | "environment" | "flag" | "stored";
  type: "str" | "int" | "bool" | "float" | "list";
  secret: boolean;
  doc: string;
  owner: string;
  title: string;
  minimum: number | null;
  maximum: number | null;
  choices: (string | number)[];
  format: string;
  acts: "at once" | "after a restart";
  local: boolean;
  /** Whether only whoever runs the hub may change it. */
  operator: boolean;
}

/** Settings that one plugin brought. */
export interface SettingSection {
  id: string;
  title: string;
  doc: string;
  keys: string[];
}

export interface Settings extends Page<Setting> {
  sections: SettingSection[];
}

export interface Channel {
  id: string;
  name: string;
  topic: string;
  created_by: string;
  joined: boolean;
  unread: number;
  last_seq: number;
  member_count: number;
}

export interface Author {
  id: string;
  username: string;
  display_name: string;
  avatar_hue: number;
  /** Whether it is a plugin that wrote, and nobody. */
  is_plugin?: boolean;
}

export interface Membership {
  id: string;
  channel_id: string;
  user: Author;
  last_read_seq: number;
}

/** An emoji at a message; `people` are the first of those who used it, by name. */
export interface Reaction {
  emoji: string;
  count: number;
  people: string[];
  mine: boolean;
}

/** What is told when somebody reacts: how that emoji stands now. */
export interface ReactionNews extends Reaction {
  message_id: string;
  channel_id: string;
  user_id: string;
  rev: number;
}

export interface Thread {
  id: string;
  message_id: string;
  channel_id: string;
  replies: number;
  last_reply_at: string;
  people: Author[];
}

/** A file as the hub describes it. */
export interface Attachment {
  id: string;
  name: string;
  content_type: string;
  /** In bytes. */
  size: number;
}

export interface FileInfo extends Attachment {
  owner_id: string;
  digest: string;
  created_at: string;
}

export interface Message {
  id: string;
  seq: number;
  channel_id: string;
  /** The message it answers. */
  thread_id: string | null;
  author: Author;
  text: string;
  created_at: string;
  edited_at: string | null;
  /** It keeps its place because answers stand below it. */
  deleted: boolean;
  client_id: string | null;
  /** Rises with every change: the higher one of two is the newer. */
  rev: number;
  thread: Thread | null;
  reactions: Reaction[];
  /** Of a plugin's message alone. */
  blocks: Block[];
  files: Attachment[];
}

export interface MessageGone {
  id: string;
  channel_id: string;
  thread_id: string | null;
  keeps_place: boolean;
  rev: number;
}

/** What a slash command said: to the person alone, or as a message. */
export interface CommandResult {
  text: string | null;
  message: Message | null;
}

export interface DashboardSummary {
  id: string;
  title: string;
  owner_id: string;
}

export interface Widget {
  id: string;
  /** Its name on its dashboard. */
  key: string;
  /** Whether a person made it here. */
  own: boolean;
  /** Columns; 0 for the component's own width. */
  span: number;
  plugin: string;
  component: string;
  props: Record<string, unknown>;
  title: string;
  /** Of a trusted plugin's own: what draws it, and what brings that. */
  element?: string;
  module?: string;
}

export interface Dashboard extends DashboardSummary {
  may_change: boolean;
  widgets: Widget[];
  hidden: { key: string; title: string }[];
  problems: { plugin: string; reason: string }[];
}
