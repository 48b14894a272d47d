/**
 * What every hook and event of the hub carries. Written by `make generate`; not edited by hand.
 *
 * @module
 */

/** A person triggered an action that a plugin declared. */
export interface ActionExecuting {
  /** Name of the action. */
  action?: string;
  /** Where and with what it was triggered. */
  context?: Record<string, unknown>;
  /** What comes of it. */
  result?: unknown;
  /** Further facts that come back with the result. */
  metadata?: Record<string, unknown>;
}

/** The archive: name, size, created, version, schema, note, files. */
export interface BackupCreated {
  /** The archive. */
  backup: Record<string, unknown>;
}

/** A backup is about to be made; `note` is kept in it. */
export interface BackupCreating {
  /** For people; kept in the archive. */
  note: string;
}

/** Which archive was deleted, and why. */
export interface BackupDeleted {
  /** Its name. */
  name: string;
  /** Why, one sentence. */
  reason: string;
}

/** An archive is about to be deleted; `reason` is `asked`, or `retention` for the oldest. */
export interface BackupDeleting {
  /** Its name. */
  name: string;
  /** Why, one sentence. */
  reason: string;
}

/** Which backup was not made, and why. */
export interface BackupFailed {
  /** Its name. */
  name: string;
  /** Why, one sentence. */
  reason: string;
}

/** The name of the archive to be; absent where a plugin asks for one by telling this. */
export interface BackupStarted {
  /** Its name. */
  name?: string;
}

/** The channel as people see it. */
export interface ChannelChanged {
  /** The channel as people see it. */
  channel: Record<string, unknown>;
}

/** A channel is about to be created. */
export interface ChannelCreating {
  /** Its name. */
  name: string;
  /** What the channel is about. */
  topic: string;
}

/** A setting changed; secret values are shown as `********`. */
export interface ConfigChanged {
  /** Of the setting, such as `hub.name`. */
  key: string;
  /** The value before. */
  old: unknown;
  /** The value from now on. */
  new: unknown;
}

/** A setting is about to change (secret values are not shown here). */
export interface ConfigChanging {
  /** Of the setting, such as `hub.name`. */
  key: string;
  /** The value before. */
  old: unknown;
  /** The value from now on. */
  new: unknown;
}

/** The dashboard after the change. */
export interface DashboardChanged {
  /** The dashboard as people see it. */
  dashboard: Record<string, unknown>;
}

/** A dashboard is about to be created. */
export interface DashboardCreating {
  /** For people. */
  title: string;
  /** Whose it is. */
  owner_id: string;
}

/** A dashboard is about to be shown; handlers add to `customWidgets`. */
export interface DashboardLoading {
  /** Which person. */
  userId?: string;
  /** Which dashboard. */
  dashboardId?: string;
  /** Cards that are added to the dashboard. */
  customWidgets?: (Record<string, unknown>)[];
}

/**
 * A person's data query is about to be answered; `transformedData` is what they see. It holds the
 * rows that were found; a sandboxed plugin is handed them where `data:read` lets it.
 */
export interface DataFetching {
  /** What was asked for. */
  query?: string;
  /** How it was narrowed down. */
  filters?: Record<string, unknown>;
  /** What the person gets to see. */
  transformedData?: unknown;
}

/** Which record was deleted. */
export interface Deleted {
  /** Of the row that is gone. */
  id: string;
}

/** A record is about to be deleted. */
export interface Deleting {
  /** Of the row that is to go. */
  id: string;
}

/** `id` needs `dependency`, which went into this state while both were enabled. */
export interface DependencyChanged {
  /** Its id. */
  id: string;
  /** The plugin that it needs. */
  dependency: string;
  /** The state of the plugin that it needs. */
  state: string;
  /** Why, one sentence. */
  reason: string;
}

/** The file's description after the change. */
export interface FileChanged {
  /** The file as people see it. */
  file: Record<string, unknown>;
}

/** A file is about to be kept; `size` is in bytes. */
export interface FileCreating {
  /** Its name. */
  name: string;
  /** Its media type, such as `image/png`. */
  content_type: string;
  /** In bytes. */
  size: number;
  /** Whose it is. */
  owner_id: string;
}

/** The hub's version. */
export interface HubChanged {
  /** The version. */
  version: string;
}

/** The job after the change. */
export interface JobChanged {
  /** The job after the change. */
  job: Record<string, unknown>;
}

/** A job is about to be added. */
export interface JobCreating {
  /** Its name. */
  name: string;
  /** Whose it is: the plugin's id. */
  plugin: string;
  /** When it runs: its rule. */
  trigger: Record<string, unknown>;
}

/** Which job was removed. */
export interface JobDeleted {
  /** Its id. */
  id: string;
  /** Whose it is: the plugin's id. */
  plugin?: string;
  /** Which of the plugin's jobs. */
  job?: string;
}

/** A job is about to be removed. */
export interface JobDeleting {
  /** Its id. */
  id: string;
  /** Whose it is: the plugin's id. */
  plugin?: string;
  /** Which of the plugin's jobs. */
  job?: string;
}

/** The job, and the run that ended: outcome, error, result, milliseconds. */
export interface JobEnded {
  /** The job, with its rule and its next run. */
  job: Record<string, unknown>;
  /** The run: outcome, error, result, milliseconds. */
  run: Record<string, unknown>;
}

/** A run is about to begin; `by` is `schedule`, or who asked for it. */
export interface JobStarting {
  /** Its id. */
  id: string;
  /** Whose it is: the plugin's id. */
  plugin: string;
  /** Which of the plugin's jobs. */
  job: string;
  /** When it was to begin, in UTC. */
  due: string;
  /** `schedule`, or who asked for the run. */
  by: string;
}

/** A job is about to get another rule or name, or to be paused or resumed. */
export interface JobUpdating {
  /** Its id. */
  id: string;
  /** The columns that are to change, with their new values. */
  changes: Record<string, unknown>;
  /** Whose it is: the plugin's id. */
  plugin?: string;
  /** Which of the plugin's jobs. */
  job?: string;
}

/** The membership after the change; its `last_read_seq` moves as the person reads. */
export interface MembershipChanged {
  /** Who is in which channel. */
  membership: Record<string, unknown>;
}

/** Somebody is about to become a member of a channel. */
export interface MembershipCreating {
  /** In which channel. */
  channel_id: string;
  /** Which person. */
  user_id: string;
}

/** Who left which channel. */
export interface MembershipDeleted {
  /** Its id. */
  id: string;
  /** In which channel. */
  channel_id: string;
  /** Which person. */
  user_id: string;
}

/** The message as people see it. */
export interface MessageChanged {
  /** The message as people see it. */
  message: Record<string, unknown>;
}

/**
 * A message is about to be stored; `thread_id` is the message it answers, or None. `files` are ids
 * of the author's own files; with one, the text may be empty. Text and files may change, and the
 * channel of what is no answer; the author never, nor a plugin's `blocks`.
 */
export interface MessageCreating {
  /** In which channel. */
  channel_id: string;
  /** Who wrote it. */
  author_id: string;
  /** As it was written, in Markdown. */
  text: string;
  /** The message below which it stands; null outside of a thread. */
  thread_id: string | null;
  /** Ids of the files that go with it. */
  files: string[];
  /** Interactive blocks. */
  blocks: (Record<string, unknown>)[];
}

/** Which message was deleted; with a thread below it, it keeps its place without its words. */
export interface MessageDeleted {
  /** Its id. */
  id: string;
  /** In which channel. */
  channel_id: string;
  /** The message below which it stands; null outside of a thread. */
  thread_id: string | null;
  /** Whether it stays as a mark, since there are answers below it. */
  keeps_place: boolean;
  /** Number of the change in its channel. */
  rev: number;
}

/**
 * How another machine answered; `url` is shown without its query, `bytes` is the body's size.
 * `status` is 0 and `error` says why where there was no answer.
 */
export interface OutgoingRequested {
  /** Such as `GET`. */
  method: string;
  /** The address, without its query. */
  url: string;
  /** The HTTP status; 0 where there was no answer. */
  status: number;
  /** How long the answer is. */
  bytes: number;
  /** How long it took. */
  milliseconds: number;
  /** The plugin's id; empty for the hub itself. */
  caller: string;
  /** Why there was no answer; empty where there was one. */
  error: string;
}

/**
 * A request to another machine, as it will be sent: `url`, `method` and `headers` may change. It
 * is asked again for each place to which an answer redirects. `caller` is the plugin's id, or
 * empty for the hub itself.
 */
export interface OutgoingRequesting {
  /** Such as `GET`. */
  method: string;
  /** The whole address. */
  url: string;
  /** Header lines, by name. */
  headers: Record<string, string>;
  /** The plugin's id; empty for the hub itself. */
  caller: string;
}

/** A plugin's state after the change. */
export interface PluginChanged {
  /** Its id. */
  id: string;
  /** Such as `enabled`. */
  state: string;
  /** Why, one sentence. */
  reason: string;
}

/** A plugin is about to be enabled, disabled, reloaded or removed. */
export interface PluginChanging {
  /** Its id. */
  id: string;
  /** `trusted` or `sandboxed`. */
  tier: string;
}

/** A plugin is about to be installed; its files are there, and none of its code has run. */
export interface PluginInstalling {
  /** Its id. */
  id: string;
  /** `trusted` or `sandboxed`. */
  tier: string;
  /** The version. */
  version: string;
  /** The names of the permissions. */
  permissions: string[];
}

/** A plugin's state after another version took its place, and the two versions. */
export interface PluginUpgraded {
  /** Its id. */
  id: string;
  /** Such as `enabled`. */
  state: string;
  /** Why, one sentence. */
  reason: string;
  /** The version before. */
  from_version: string;
  /** The version from now on. */
  to_version: string;
}

/** Another version of a plugin is about to take the place of the one there is. */
export interface PluginUpgrading {
  /** Its id. */
  id: string;
  /** `trusted` or `sandboxed`. */
  tier: string;
  /** The version before. */
  from_version: string;
  /** The version from now on. */
  to_version: string;
  /** The names of the permissions. */
  permissions: string[];
}

/** How an emoji stands at a message after `user_id` used it. */
export interface ReactionChanged {
  /** The reaction as people see it. */
  reaction: Record<string, unknown>;
}

/** Somebody is about to react to a message. */
export interface ReactionCreating {
  /** Which message. */
  message_id: string;
  /** Which person. */
  user_id: string;
  /** The sign. */
  emoji: string;
}

/** Which reaction was taken back, and how its emoji stands at the message now. */
export interface ReactionDeleted {
  /** Its id. */
  id: string;
  /** Which message. */
  message_id: string;
  /** Which person. */
  user_id: string;
  /** The sign. */
  emoji: string;
  /** The reaction as people see it. */
  reaction: Record<string, unknown>;
}

/** How a request was answered, and how long that took. */
export interface RequestHandled {
  /** Such as `GET`. */
  method: string;
  /** Of the address, from `/` on. */
  path: string;
  /** The HTTP status. */
  status: number;
  /** How long it took. */
  milliseconds: number;
  /** Who sent it; null where nobody is signed in. */
  user_id: string | null;
}

/**
 * A request, without its cookies and credentials; of changes those in `headers` count. `user_id`
 * is None where nobody is signed in. A veto is answered with 403 and its reason.
 */
export interface RequestHandling {
  /** Such as `GET`. */
  method: string;
  /** Of the address, from `/` on. */
  path: string;
  /** Query parameters, by name. */
  query: Record<string, string>;
  /** Header lines, by name in lower case. */
  headers: Record<string, string>;
  /** From where, as an IP address. */
  address: string;
  /** Who sent it; null where nobody is signed in. */
  user_id: string | null;
}

/**
 * An answer, without its cookies; of changes those in `headers` and `json` count. `json` is the
 * body of a JSON answer, else None.
 */
export interface ResponseSending {
  /** Such as `GET`. */
  method: string;
  /** Of the address, from `/` on. */
  path: string;
  /** The HTTP status. */
  status: number;
  /** Header lines, by name in lower case. */
  headers: Record<string, string>;
  /** The body of a JSON answer; else null. */
  json: unknown;
  /** Who sent it; null where nobody is signed in. */
  user_id: string | null;
}

/** The role after the change. */
export interface RoleChanged {
  /** The role. */
  role: Record<string, unknown>;
}

/** A role is about to be created. */
export interface RoleCreating {
  /** Its name. */
  name: string;
  /** For people. */
  title: string;
  /** The names of the permissions. */
  permissions: string[];
}

/** The name by which other plugins get it, and whose it is. */
export interface ServiceProvided {
  /** Of the service. */
  name: string;
  /** That provides it. */
  plugin: string;
}

/** The session after the change (never its token). */
export interface SessionChanged {
  /** The session, without what opens it. */
  session: Record<string, unknown>;
}

/**
 * A session is about to begin; `kind` is `sign-in` or `impersonation`. `user_agent` and `address`
 * may be changed; whose session it is may not.
 */
export interface SessionCreating {
  /** Which person. */
  user_id: string;
  /** By which the person signs in. */
  username: string;
  /** `sign-in` or `impersonation`. */
  kind: string;
  /** What the browser says of itself. */
  user_agent: string;
  /** From where, as an IP address. */
  address: string;
}

/** Which session ended, and whose it was. */
export interface SessionDeleted {
  /** Its id. */
  id: string;
  /** Which person. */
  user_id: string;
}

/** A session is about to end. */
export interface SessionDeleting {
  /** Its id. */
  id: string;
  /** Which person. */
  user_id: string;
}

/** Which of a plugin's own settings changed; of a secret only whether there is one is told. */
export interface SettingsChanged {
  /** Its id. */
  id: string;
  /** Of the setting. */
  name: string;
  /** The value before. */
  old: unknown;
  /** The value from now on. */
  new: unknown;
}

/** The thread after the change: its answers are counted by the chat itself. */
export interface ThreadChanged {
  /** The thread as people see it. */
  thread: Record<string, unknown>;
}

/** A first answer is about to open a thread below a message. */
export interface ThreadCreating {
  /** Which message. */
  message_id: string;
  /** In which channel. */
  channel_id: string;
}

/** Which thread lost its last answer. */
export interface ThreadDeleted {
  /** Its id. */
  id: string;
  /** Which message. */
  message_id: string;
  /** In which channel. */
  channel_id: string;
  /** Number of the change in its channel. */
  rev: number;
}

/**
 * What a person's page is about to be given; `user_id` is None for the operator. `page` has the
 * lists `pages` (the hub's own), `panels`, `widgets`, `profile_tabs`, `settings_buttons`,
 * `message_actions`, `styles`, `scripts` and further ones. A handler leaves items out, moves them,
 * and changes `title`, `label`, `text`, `icon` and `order`; new ones come by the service `ui`.
 */
export interface UiRendering {
  /** Whose page it is; null for the operator. */
  user_id: string | null;
  /** What the page shows, as lists by name. */
  page: Record<string, (Record<string, unknown>)[]>;
}

/** A record is about to change; `changes` holds the fields to be written. */
export interface Updating {
  /** Its id. */
  id: string;
  /** The columns that are to change, with their new values. */
  changes: Record<string, unknown>;
}

/** The password was right and no session exists yet; a veto refuses the sign-in. */
export interface UserAuthenticating {
  /** Its id. */
  id: string;
  /** By which the person signs in. */
  username: string;
  /** The role. */
  role: string;
  /** From where, as an IP address. */
  address: string;
  /** What the browser says of itself. */
  user_agent: string;
}

/** A sign-in may need another step; each challenge is `{"kind": ..., "prompt": ...}`. */
export interface UserChallenging {
  /** Its id. */
  id: string;
  /** By which the person signs in. */
  username: string;
  /** The role. */
  role: string;
  /** From where, as an IP address. */
  address: string;
  /** What the browser says of itself. */
  user_agent: string;
  /** The further steps, each with its `kind` and `prompt`. */
  challenges: (Record<string, string>)[];
}

/** The person's public record after the change (never the password). */
export interface UserChanged {
  /** The person as others see them. */
  user: Record<string, unknown>;
}

/** A person is about to be created; what stands here is what is stored. */
export interface UserCreating {
  /** By which the person signs in. */
  username: string;
  /** What people are called. */
  display_name: string;
  /** The role. */
  role: string;
  /** Words that the person is marked with. */
  tags: string[];
  /** The names of the permissions. */
  permissions: string[];
  /** What plugins keep with the person, by plugin. */
  extensions: Record<string, unknown>;
}

/** Who was deleted. */
export interface UserDeleted {
  /** Its id. */
  id: string;
  /** By which the person signs in. */
  username: string;
}

/** A person is about to be deleted. */
export interface UserDeleting {
  /** Its id. */
  id: string;
  /** By which the person signs in. */
  username: string;
}

/** The password did not fit; a handler that knows the person otherwise sets `accepted`. */
export interface UserIdentifying {
  /** By which the person signs in. */
  username: string;
  /** From where, as an IP address. */
  address: string;
  /** What the browser says of itself. */
  user_agent: string;
  /** Set to true, it lets the sign-in pass. */
  accepted: boolean;
}

/** Somebody signed in, from where and with what. */
export interface UserLogin {
  /** Which person. */
  userId: string;
  /** Names the session; it opens nothing. */
  sessionId: string;
  /** The person as others see them. */
  user: Record<string, unknown>;
  /** From where, as an IP address. */
  address: string;
  /** What the browser says of itself. */
  user_agent: string;
  /** When, in UTC. */
  at: string;
}

/** Somebody signed out, or the session was revoked. */
export interface UserLogout {
  /** Which person. */
  userId: string;
  /** Names the session; it opens nothing. */
  sessionId: string;
}

/** The answer to a challenge; nothing but `accepted` set to True lets the sign-in pass. */
export interface UserVerifying {
  /** Its id. */
  id: string;
  /** By which the person signs in. */
  username: string;
  /** Of the step, such as `totp`. */
  kind: string;
  /** What the person answered. */
  answer: string;
  /** Set to true, it lets the sign-in pass. */
  accepted: boolean;
}

/** The widget after the change. */
export interface WidgetChanged {
  /** The widget as people see it. */
  widget: Record<string, unknown>;
}

/** A widget is about to be put on a dashboard; `source` names one that a plugin brings. */
export interface WidgetCreating {
  /** On which dashboard. */
  dashboard_id?: string;
  /** Names a widget that a plugin brings. */
  source?: string;
  /** Which of the hub's components draws it. */
  component?: string;
  /** For people. */
  title?: string;
  /** What the component shows. */
  props?: Record<string, unknown>;
}

/** The payload of each hook, by its name. */
export interface HookPayloads {
  /** When a person triggers a plugin's action. */
  "action.executing": ActionExecuting;
  /** Before a backup is made. */
  "backup.creating": BackupCreating;
  /** Before a backup is deleted. */
  "backup.deleting": BackupDeleting;
  /** Before a channel is created. */
  "channel.creating": ChannelCreating;
  /** Before a channel is deleted. */
  "channel.deleting": Deleting;
  /** Before a channel changes. */
  "channel.updating": Updating;
  /** Before a setting changes. */
  "config.changing": ConfigChanging;
  /** Before a dashboard is created. */
  "dashboard.creating": DashboardCreating;
  /** Before a dashboard is deleted. */
  "dashboard.deleting": Deleting;
  /** Before a dashboard is shown. */
  "dashboard.loading": DashboardLoading;
  /** Before a dashboard changes. */
  "dashboard.updating": Updating;
  /** Before the answer to a data query is shown. */
  "data.fetching": DataFetching;
  /** Before a file is created. */
  "file.creating": FileCreating;
  /** Before a file is deleted. */
  "file.deleting": Deleting;
  /** Before a file changes. */
  "file.updating": Updating;
  /** Before a job is created. */
  "job.creating": JobCreating;
  /** Before a job is deleted. */
  "job.deleting": JobDeleting;
  /** Before a run of a job begins; a veto leaves this run out. */
  "job.starting": JobStarting;
  /** Before a job changes. */
  "job.updating": JobUpdating;
  /** Before a membership is created. */
  "membership.creating": MembershipCreating;
  /** Before a membership is deleted. */
  "membership.deleting": Deleting;
  /** Before a membership changes. */
  "membership.updating": Updating;
  /** Before a message is created. */
  "message.creating": MessageCreating;
  /** Before a message is deleted. */
  "message.deleting": Deleting;
  /** Before a message changes. */
  "message.updating": Updating;
  /** Before the service `network` calls another machine. */
  "outgoing.requesting": OutgoingRequesting;
  /** Before a plugin is disabled. */
  "plugin.disabling": PluginChanging;
  /** Before a plugin is enabled. */
  "plugin.enabling": PluginChanging;
  /** Before a plugin is installed. */
  "plugin.installing": PluginInstalling;
  /** Before a plugin is reloaded. */
  "plugin.reloading": PluginChanging;
  /** Before a plugin is removed. */
  "plugin.removing": PluginChanging;
  /** Before another version takes a plugin's place. */
  "plugin.upgrading": PluginUpgrading;
  /** Before a reaction is created. */
  "reaction.creating": ReactionCreating;
  /** Before a reaction is deleted. */
  "reaction.deleting": Deleting;
  /** Before a reaction changes. */
  "reaction.updating": Updating;
  /** Before a request is handled, once it is known who sends it. */
  "request.handling": RequestHandling;
  /** Before an answer is sent. */
  "response.sending": ResponseSending;
  /** Before a role is created. */
  "role.creating": RoleCreating;
  /** Before a role is deleted. */
  "role.deleting": Deleting;
  /** Before a role changes. */
  "role.updating": Updating;
  /** Before a session is created. */
  "session.creating": SessionCreating;
  /** Before a session is deleted. */
  "session.deleting": SessionDeleting;
  /** Before a session changes. */
  "session.updating": Updating;
  /** Before a thread is created. */
  "thread.creating": ThreadCreating;
  /** Before a thread is deleted. */
  "thread.deleting": Deleting;
  /** Before a thread changes. */
  "thread.updating": Updating;
  /** Before a person's page is given its navigation, buttons and other parts. */
  "ui.rendering": UiRendering;
  /** After the right password, before there is a session. */
  "user.authenticating": UserAuthenticating;
  /** After `user.authenticating`: what else the person is asked for. */
  "user.challenging": UserChallenging;
  /** Before a person is created. */
  "user.creating": UserCreating;
  /** Before a person is deleted. */
  "user.deleting": UserDeleting;
  /** After a password that did not fit, before the sign-in is refused. */
  "user.identifying": UserIdentifying;
  /** Before a person changes. */
  "user.updating": Updating;
  /** When the person answered a challenge. */
  "user.verifying": UserVerifying;
  /** Before a widget is created. */
  "widget.creating": WidgetCreating;
  /** Before a widget is deleted. */
  "widget.deleting": Deleting;
  /** Before a widget changes. */
  "widget.updating": Updating;
}

/** The payload of each event, by its name. */
export interface EventPayloads {
  /** A backup is whole. */
  "backup.created": BackupCreated;
  /** A backup was deleted. */
  "backup.deleted": BackupDeleted;
  /** A backup was not made. */
  "backup.failed": BackupFailed;
  /** A channel was created. */
  "channel.created": ChannelChanged;
  /** A channel was deleted. */
  "channel.deleted": Deleted;
  /** A channel changed. */
  "channel.updated": ChannelChanged;
  /** A setting changed. */
  "config.changed": ConfigChanged;
  /** A dashboard was created. */
  "dashboard.created": DashboardChanged;
  /** A dashboard was deleted. */
  "dashboard.deleted": Deleted;
  /** A dashboard changed. */
  "dashboard.updated": DashboardChanged;
  /** A backup is being made. */
  "database.backup.started": BackupStarted;
  /** A file was created. */
  "file.created": FileChanged;
  /** A file was deleted. */
  "file.deleted": Deleted;
  /** A file changed. */
  "file.updated": FileChanged;
  /** Every enabled plugin is running. */
  "hub.started": HubChanged;
  /** The hub is about to stop. */
  "hub.stopping": HubChanged;
  /** A job was created. */
  "job.created": JobChanged;
  /** A job was deleted. */
  "job.deleted": JobDeleted;
  /** A run of a job failed. */
  "job.failed": JobEnded;
  /** A run of a job ended well. */
  "job.finished": JobEnded;
  /** A job changed. */
  "job.updated": JobChanged;
  /** A membership was created. */
  "membership.created": MembershipChanged;
  /** A membership was deleted. */
  "membership.deleted": MembershipDeleted;
  /** A membership changed. */
  "membership.updated": MembershipChanged;
  /** A message was created. */
  "message.created": MessageChanged;
  /** A message was deleted. */
  "message.deleted": MessageDeleted;
  /** A message changed. */
  "message.updated": MessageChanged;
  /** The service `network` called another machine. */
  "outgoing.requested": OutgoingRequested;
  /** What an enabled plugin needs died, came back, or was given up. */
  "plugin.dependency_changed": DependencyChanged;
  /** A plugin was disabled. */
  "plugin.disabled": PluginChanged;
  /** A plugin was enabled. */
  "plugin.enabled": PluginChanged;
  /** A plugin was given a system grant or a permission. */
  "plugin.granted": PluginChanged;
  /** A plugin was installed. */
  "plugin.installed": PluginChanged;
  /** A plugin died too often. */
  "plugin.quarantined": PluginChanged;
  /** A plugin runs its files as they are. */
  "plugin.reloaded": PluginChanged;
  /** A plugin was removed. */
  "plugin.removed": PluginChanged;
  /** A plugin died and is coming back. */
  "plugin.restarting": PluginChanged;
  /** A system grant or a permission was taken from a plugin. */
  "plugin.revoked": PluginChanged;
  /** One of a plugin's own settings changed. */
  "plugin.settings_changed": SettingsChanged;
  /** Another version of a plugin took its place. */
  "plugin.upgraded": PluginUpgraded;
  /** A reaction was created. */
  "reaction.created": ReactionChanged;
  /** A reaction was deleted. */
  "reaction.deleted": ReactionDeleted;
  /** A reaction changed. */
  "reaction.updated": ReactionChanged;
  /** A request was answered. */
  "request.handled": RequestHandled;
  /** A role was created. */
  "role.created": RoleChanged;
  /** A role was deleted. */
  "role.deleted": Deleted;
  /** A role changed. */
  "role.updated": RoleChanged;
  /** A trusted plugin provides a service for others. */
  "service.provided": ServiceProvided;
  /** A session was created. */
  "session.created": SessionChanged;
  /** A session was deleted. */
  "session.deleted": SessionDeleted;
  /** A session changed. */
  "session.updated": SessionChanged;
  /** A thread was created. */
  "thread.created": ThreadChanged;
  /** A thread was deleted. */
  "thread.deleted": ThreadDeleted;
  /** A thread changed. */
  "thread.updated": ThreadChanged;
  /** A person was created. */
  "user.created": UserChanged;
  /** A person was deleted. */
  "user.deleted": UserDeleted;
  /** A sign-in succeeded and its session exists. */
  "user.login": UserLogin;
  /** A session ended. */
  "user.logout": UserLogout;
  /** A person changed. */
  "user.updated": UserChanged;
  /** A widget was created. */
  "widget.created": WidgetChanged;
  /** A widget was deleted. */
  "widget.deleted": Deleted;
  /** A widget changed. */
  "widget.updated": WidgetChanged;
}

/** What a sandboxed plugin hears by its own name. */
export interface HeardPayloads {
  /** A channel was created. */
  "channel.created": ChannelChanged;
  /** Before a channel is created. */
  "channel.creating": ChannelCreating;
  /** A channel was deleted. */
  "channel.deleted": Deleted;
  /** Before a channel is deleted. */
  "channel.deleting": Deleting;
  /** A channel changed. */
  "channel.updated": ChannelChanged;
  /** Before a channel changes. */
  "channel.updating": Updating;
  /** A membership was created. */
  "membership.created": MembershipChanged;
  /** Before a membership is created. */
  "membership.creating": MembershipCreating;
  /** A membership was deleted. */
  "membership.deleted": MembershipDeleted;
  /** Before a membership is deleted. */
  "membership.deleting": Deleting;
  /** A membership changed. */
  "membership.updated": MembershipChanged;
  /** Before a membership changes. */
  "membership.updating": Updating;
  /** A message was created. */
  "message.created": MessageChanged;
  /** Before a message is created. */
  "message.creating": MessageCreating;
  /** A message was deleted. */
  "message.deleted": MessageDeleted;
  /** Before a message is deleted. */
  "message.deleting": Deleting;
  /** A message changed. */
  "message.updated": MessageChanged;
  /** Before a message changes. */
  "message.updating": Updating;
  /** A reaction was created. */
  "reaction.created": ReactionChanged;
  /** Before a reaction is created. */
  "reaction.creating": ReactionCreating;
  /** A reaction was deleted. */
  "reaction.deleted": ReactionDeleted;
  /** Before a reaction is deleted. */
  "reaction.deleting": Deleting;
  /** A reaction changed. */
  "reaction.updated": ReactionChanged;
  /** Before a reaction changes. */
  "reaction.updating": Updating;
  /** A thread was created. */
  "thread.created": ThreadChanged;
  /** Before a thread is created. */
  "thread.creating": ThreadCreating;
  /** A thread was deleted. */
  "thread.deleted": ThreadDeleted;
  /** Before a thread is deleted. */
  "thread.deleting": Deleting;
  /** A thread changed. */
  "thread.updated": ThreadChanged;
  /** Before a thread changes. */
  "thread.updating": Updating;
  /** A person was created. */
  "user.created": UserChanged;
  /** A person was deleted. */
  "user.deleted": UserDeleted;
  /** A sign-in succeeded and its session exists. */
  "user.login": UserLogin;
  /** A session ended. */
  "user.logout": UserLogout;
  /** A person changed. */
  "user.updated": UserChanged;
}
