/**
 * What every hook and event of the hub carries. Written by `make generate`; not edited by hand.
 *
 * @module
 */

/** A person triggered an action that a plugin declared. */
export interface ActionExecuting {
  action?: string;
  context?: Record<string, unknown>;
  result?: unknown;
  metadata?: Record<string, unknown>;
}

/** The archive: name, size, created, version, schema, note, files. */
export interface BackupCreated {
  backup: Record<string, unknown>;
}

/** A backup is about to be made; `note` is kept in it. */
export interface BackupCreating {
  note: string;
}

/** Which archive was deleted, and why. */
export interface BackupDeleted {
  name: string;
  reason: string;
}

/** An archive is about to be deleted; `reason` is `asked`, or `retention` for the oldest. */
export interface BackupDeleting {
  name: string;
  reason: string;
}

/** Which backup was not made, and why. */
export interface BackupFailed {
  name: string;
  reason: string;
}

/** The name of the archive to be; absent where a plugin asks for one by telling this. */
export interface BackupStarted {
  name?: string;
}

/** The channel as people see it. */
export interface ChannelChanged {
  channel: Record<string, unknown>;
}

/** A channel is about to be created. */
export interface ChannelCreating {
  name: string;
  topic: string;
}

/** A setting changed; secret values are shown as `********`. */
export interface ConfigChanged {
  key: string;
  old: unknown;
  new: unknown;
}

/** A setting is about to change (secret values are not shown here). */
export interface ConfigChanging {
  key: string;
  old: unknown;
  new: unknown;
}

/** The dashboard after the change. */
export interface DashboardChanged {
  dashboard: Record<string, unknown>;
}

/** A dashboard is about to be created. */
export interface DashboardCreating {
  title: string;
  owner_id: string;
}

/** A dashboard is about to be shown; handlers add to `customWidgets`. */
export interface DashboardLoading {
  userId?: string;
  dashboardId?: string;
  customWidgets?: (Record<string, unknown>)[];
}

/**
 * A person's data query is about to be answered; `transformedData` is what they see. It holds the
 * rows that were found; a sandboxed plugin is handed them where `data:read` lets it.
 */
export interface DataFetching {
  query?: string;
  filters?: Record<string, unknown>;
  transformedData?: unknown;
}

/** Which record was deleted. */
export interface Deleted {
  id: string;
}

/** A record is about to be deleted. */
export interface Deleting {
  id: string;
}

/** `id` needs `dependency`, which went into this state while both were enabled. */
export interface DependencyChanged {
  id: string;
  dependency: string;
  state: string;
  reason: string;
}

/** The file's description after the change. */
export interface FileChanged {
  file: Record<string, unknown>;
}

/** A file is about to be kept; `size` is in bytes. */
export interface FileCreating {
  name: string;
  content_type: string;
  size: number;
  owner_id: string;
}

/** The hub's version. */
export interface HubChanged {
  version: string;
}

/** The job after the change. */
export interface JobChanged {
  job: Record<string, unknown>;
}

/** A job is about to be added. */
export interface JobCreating {
  name: string;
  plugin: string;
  trigger: Record<string, unknown>;
}

/** Which job was removed. */
export interface JobDeleted {
  id: string;
  plugin?: string;
  job?: string;
}

/** A job is about to be removed. */
export interface JobDeleting {
  id: string;
  plugin?: string;
  job?: string;
}

/** The job, and the run that ended: outcome, error, result, milliseconds. */
export interface JobEnded {
  job: Record<string, unknown>;
  run: Record<string, unknown>;
}

/** A run is about to begin; `by` is `schedule`, or who asked for it. */
export interface JobStarting {
  id: string;
  plugin: string;
  job: string;
  due: string;
  by: string;
}

/** A job is about to get another rule or name, or to be paused or resumed. */
export interface JobUpdating {
  id: string;
  changes: Record<string, unknown>;
  plugin?: string;
  job?: string;
}

/** The membership after the change; its `last_read_seq` moves as the person reads. */
export interface MembershipChanged {
  membership: Record<string, unknown>;
}

/** Somebody is about to become a member of a channel. */
export interface MembershipCreating {
  channel_id: string;
  user_id: string;
}

/** Who left which channel. */
export interface MembershipDeleted {
  id: string;
  channel_id: string;
  user_id: string;
}

/** The message as people see it. */
export interface MessageChanged {
  message: Record<string, unknown>;
}

/**
 * A message is about to be stored; `thread_id` is the message it answers, or None. `files` are ids
 * of the author's own files; with one, the text may be empty. Text and files may change, and the
 * channel of what is no answer; the author never, nor a plugin's `blocks`.
 */
export interface MessageCreating {
  channel_id: string;
  author_id: string;
  text: string;
  thread_id: string | null;
  files: string[];
  blocks: (Record<string, unknown>)[];
}

/** Which message was deleted; with a thread below it, it keeps its place without its words. */
export interface MessageDeleted {
  id: string;
  channel_id: string;
  thread_id: string | null;
  keeps_place: boolean;
  rev: number;
}

/**
 * How another machine answered; `url` is shown without its query, `bytes` is the body's size.
 * `status` is 0 and `error` says why where there was no answer.
 */
export interface OutgoingRequested {
  method: string;
  url: string;
  status: number;
  bytes: number;
  milliseconds: number;
  caller: string;
  error: string;
}

/**
 * A request to another machine, as it will be sent: `url`, `method` and `headers` may change. It
 * is asked again for each place to which an answer redirects. `caller` is the plugin's id, or
 * empty for the hub itself.
 */
export interface OutgoingRequesting {
  method: string;
  url: string;
  headers: Record<string, string>;
  caller: string;
}

/** A plugin's state after the change. */
export interface PluginChanged {
  id: string;
  state: string;
  reason: string;
}

/** A plugin is about to be enabled, disabled, reloaded or removed. */
export interface PluginChanging {
  id: string;
  tier: string;
}

/** A plugin is about to be installed; its files are there, and none of its code has run. */
export interface PluginInstalling {
  id: string;
  tier: string;
  version: string;
  permissions: string[];
}

/** A plugin's state after another version took its place, and the two versions. */
export interface PluginUpgraded {
  id: string;
  state: string;
  reason: string;
  from_version: string;
  to_version: string;
}

/** Another version of a plugin is about to take the place of the one there is. */
export interface PluginUpgrading {
  id: string;
  tier: string;
  from_version: string;
  to_version: string;
  permissions: string[];
}

/** How an emoji stands at a message after `user_id` used it. */
export interface ReactionChanged {
  reaction: Record<string, unknown>;
}

/** Somebody is about to react to a message. */
export interface ReactionCreating {
  message_id: string;
  user_id: string;
  emoji: string;
}

/** Which reaction was taken back, and how its emoji stands at the message now. */
export interface ReactionDeleted {
  id: string;
  message_id: string;
  user_id: string;
  emoji: string;
  reaction: Record<string, unknown>;
}

/** How a request was answered, and how long that took. */
export interface RequestHandled {
  method: string;
  path: string;
  status: number;
  milliseconds: number;
  user_id: string | null;
}

/**
 * A request, without its cookies and credentials; of changes those in `headers` count. `user_id`
 * is None where nobody is signed in. A veto is answered with 403 and its reason.
 */
export interface RequestHandling {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  address: string;
  user_id: string | null;
}

/**
 * An answer, without its cookies; of changes those in `headers` and `json` count. `json` is the
 * body of a JSON answer, else None.
 */
export interface ResponseSending {
  method: string;
  path: string;
  status: number;
  headers: Record<string, string>;
  json: unknown;
  user_id: string | null;
}

/** The role after the change. */
export interface RoleChanged {
  role: Record<string, unknown>;
}

/** A role is about to be created. */
export interface RoleCreating {
  name: string;
  title: string;
  permissions: string[];
}

/** The name by which other plugins get it, and whose it is. */
export interface ServiceProvided {
  name: string;
  plugin: string;
}

/** The session after the change (never its token). */
export interface SessionChanged {
  session: Record<string, unknown>;
}

/**
 * A session is about to begin; `kind` is `sign-in` or `impersonation`. `user_agent` and `address`
 * may be changed; whose session it is may not.
 */
export interface SessionCreating {
  user_id: string;
  username: string;
  kind: string;
  user_agent: string;
  address: string;
}

/** Which session ended, and whose it was. */
export interface SessionDeleted {
  id: string;
  user_id: string;
}

/** A session is about to end. */
export interface SessionDeleting {
  id: string;
  user_id: string;
}

/** Which of a plugin's own settings changed; of a secret only whether there is one is told. */
export interface SettingsChanged {
  id: string;
  name: string;
  old: unknown;
  new: unknown;
}

/** The thread after the change: its answers are counted by the chat itself. */
export interface ThreadChanged {
  thread: Record<string, unknown>;
}

/** A first answer is about to open a thread below a message. */
export interface ThreadCreating {
  message_id: string;
  channel_id: string;
}

/** Which thread lost its last answer. */
export interface ThreadDeleted {
  id: string;
  message_id: string;
  channel_id: string;
  rev: number;
}

/**
 * What a person's page is about to be given; `user_id` is None for the operator. `page` has the
 * lists `pages` (the hub's own), `panels`, `widgets`, `profile_tabs`, `settings_buttons`,
 * `message_actions`, `styles`, `scripts` and further ones. A handler leaves items out, moves them,
 * and changes `title`, `label`, `text`, `icon` and `order`; new ones come by the service `ui`.
 */
export interface UiRendering {
  user_id: string | null;
  page: Record<string, (Record<string, unknown>)[]>;
}

/** A record is about to change; `changes` holds the fields to be written. */
export interface Updating {
  id: string;
  changes: Record<string, unknown>;
}

/** The password was right and no session exists yet; a veto refuses the sign-in. */
export interface UserAuthenticating {
  id: string;
  username: string;
  role: string;
  address: string;
  user_agent: string;
}

/** A sign-in may need another step; each challenge is `{"kind": ..., "prompt": ...}`. */
export interface UserChallenging {
  id: string;
  username: string;
  role: string;
  address: string;
  user_agent: string;
  challenges: (Record<string, string>)[];
}

/** The person's public record after the change (never the password). */
export interface UserChanged {
  user: Record<string, unknown>;
}

/** A person is about to be created; what stands here is what is stored. */
export interface UserCreating {
  username: string;
  display_name: string;
  role: string;
  tags: string[];
  permissions: string[];
  extensions: Record<string, unknown>;
}

/** Who was deleted. */
export interface UserDeleted {
  id: string;
  username: string;
}

/** A person is about to be deleted. */
export interface UserDeleting {
  id: string;
  username: string;
}

/** The password did not fit; a handler that knows the person otherwise sets `accepted`. */
export interface UserIdentifying {
  username: string;
  address: string;
  user_agent: string;
  accepted: boolean;
}

/** Somebody signed in, from where and with what. */
export interface UserLogin {
  userId: string;
  sessionId: string;
  user: Record<string, unknown>;
  address: string;
  user_agent: string;
  at: string;
}

/** Somebody signed out, or the session was revoked. */
export interface UserLogout {
  userId: string;
  sessionId: string;
}

/** The answer to a challenge; nothing but `accepted` set to True lets the sign-in pass. */
export interface UserVerifying {
  id: string;
  username: string;
  kind: string;
  answer: string;
  accepted: boolean;
}

/** The widget after the change. */
export interface WidgetChanged {
  widget: Record<string, unknown>;
}

/** A widget is about to be put on a dashboard; `source` names one that a plugin brings. */
export interface WidgetCreating {
  dashboard_id?: string;
  source?: string;
  component?: string;
  title?: string;
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
