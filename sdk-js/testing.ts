/**
 * The testing kit for `deno test`: a real hub in memory, a clock that is told, and a plugin in its
 * real sandbox. The same as `plexihub_sdk.testing` has for pytest.
 *
 * ```ts
 * import { testHub } from "@plexihub/sdk/testing";
 *
 * Deno.test("greets", async () => {
 *   await using hub = await testHub();
 *   const plugin = await hub.load(".");
 *   const answer = await plugin.call("onActionExecute", { action: "greet", context: {} });
 *   if (answer.result !== "Hello") throw new Error("no greeting");
 * });
 * ```
 *
 * The hub is a child process, spoken to over its standard input and output: a test needs
 * `--allow-run` for it, and no port. `plexihub plugin test` sets everything.
 *
 * @module
 */

/** What a refusal of the hub or of a plugin is thrown as. */
export class TestError extends Error {
  /** The hub's stable code, such as `permission_denied` or `plugin_raised`. */
  readonly code: string;
  /** Where it was: a method, a field, or file and line. */
  readonly where: string;
  /** The permission that was lacking; empty for other codes. */
  readonly permission: string;

  /** Made by the kit. */
  constructor(error: { code: string; message: string; data?: Record<string, unknown> }) {
    super(error.message);
    this.name = "TestError";
    this.code = error.code;
    this.where = String(error.data?.where ?? "");
    this.permission = String(error.data?.permission ?? "");
  }
}

/** A message of the chat. */
export interface TestMessage {
  /** Its id. */
  id: string;
  /** What stands in it. */
  text: string;
  /** Whatever else the hub tells of it. */
  [field: string]: unknown;
}

/** One record of the audit. */
export interface AuditRecord {
  /** `noun.verb`. */
  action: string;
  /** What it was done to. */
  target: string;
  /** How it ended: `ok`, `denied`, `failed`, `timeout`, `crashed` or `vetoed`. */
  outcome: string;
  /** Why, where it was not `ok`. */
  reason: string;
  /** Further facts. */
  details: Record<string, unknown>;
  /** Whatever else stands in it. */
  [field: string]: unknown;
}

/** A request that left the hub for another machine. */
export interface SentRequest {
  /** `GET` and so on. */
  method: string;
  /** Whole. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** As text. */
  body: string;
}

/** What another machine answers. */
export interface DeclaredAnswer {
  /** Of the request; `GET` where absent. */
  method?: string;
  /** Of the answer; 200 where absent. */
  status?: number;
  /** The body as a value; or `text`. */
  json?: unknown;
  /** The body as text. */
  text?: string;
  /** Further headers. */
  headers?: Record<string, string>;
}

/** How long to let time go by. */
export interface Duration {
  /** Days of 24 hours. */
  days?: number;
  /** Hours. */
  hours?: number;
  /** Minutes. */
  minutes?: number;
  /** Seconds. */
  seconds?: number;
  /** Milliseconds. */
  milliseconds?: number;
}

/** Which permissions a plugin declares, used, and was denied. */
export interface UsedPermissions {
  /** In its manifest. */
  declared: string[];
  /** So far. */
  used: string[];
  /** So far. */
  denied: string[];
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** The pipe to the hub's process. */
class Line {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #reading: Promise<void>;
  #asked = 0;

  constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#writer = process.stdin.getWriter();
    this.#reading = this.#read();
  }

  // deno-lint-ignore no-explicit-any -- each question has an answer of its own
  async ask(name: string, given: object = {}): Promise<any> {
    const id = ++this.#asked;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const text = JSON.stringify({ id, do: name, with: given });
    await this.#writer.write(new TextEncoder().encode(`${text}\n`));
    return await answer;
  }

  async #read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#answered(JSON.parse(line));
    }
    for (const one of this.#waiting.values()) one.reject(new Error("The hub under test ended."));
    this.#waiting.clear();
  }

  #answered(answer: { id: number; value?: unknown; error?: never }): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.value ?? null);
    else waiting?.reject(new TestError(answer.error));
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#reading;
    await this.#process.status;
  }
}

/** A person of the hub, signed in. */
export class TestPerson {
  /** Theirs. */
  readonly id: string;
  /** Theirs. */
  readonly username: string;
  readonly #line: Line;

  /** Made by `hub.person`. */
  constructor(line: Line, id: string, username: string) {
    this.#line = line;
    this.id = id;
    this.username = username;
  }

  /** Have an action done, as a button of a widget does. */
  act(
    action: string,
    payload: Record<string, unknown> | null = null,
  ): Promise<{ result: unknown; metadata: Record<string, unknown> }> {
    return this.#line.ask("act", { person: this.id, action, payload });
  }

  /** Press a button of a message. */
  press(
    message: TestMessage,
    action: string,
    payload: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>> {
    return this.#line.ask("press", { person: this.id, message, action, payload });
  }

  /** Post a message into a channel of this name, and answer it. */
  post(text: string, channel = "general"): Promise<TestMessage> {
    return this.#line.ask("post", { person: this.id, text, channel });
  }

  /** Run a slash command in a channel of this name. */
  command(text: string, channel = "general"): Promise<Record<string, unknown>> {
    return this.#line.ask("command", { person: this.id, text, channel });
  }

  /** Answer the messages of a channel of this name. */
  messages(channel = "general"): Promise<TestMessage[]> {
    return this.#line.ask("messages", { person: this.id, channel });
  }
}

/** A plugin under test, in its real sandbox. */
export class TestPlugin {
  /** Its id. */
  readonly id: string;
  readonly #line: Line;

  /** Made by `hub.load`. */
  constructor(line: Line, id: string) {
    this.#line = line;
    this.id = id;
  }

  /**
   * Call one handler in the sandbox and answer what it returned.
   *
   * @param hook As it stands in the manifest, such as `onDashboardLoad`.
   * @param payload What it is handed.
   * @param person For whom; the operator where it is absent.
   * @throws {TestError} The plugin refused, raised, or did not answer in time.
   */
  call(
    hook: string,
    payload: Record<string, unknown> = {},
    person?: TestPerson,
    // deno-lint-ignore no-explicit-any -- what a plugin answers is its own
  ): Promise<any> {
    const whom = person === undefined ? {} : { person: person.id };
    return this.#line.ask("call", { plugin: this.id, hook, payload, ...whom });
  }

  /** Run one of its jobs now, whatever its rule says, and answer the run. */
  runJob(job: string): Promise<Record<string, unknown>> {
    return this.#line.ask("run_job", { plugin: this.id, job });
  }

  /** Answer what it keeps under its keys; for a person, or for nobody. */
  stored(user?: string): Promise<Record<string, unknown>> {
    return this.#line.ask("stored", { plugin: this.id, ...(user === undefined ? {} : { user }) });
  }

  /** Answer which permissions are declared, were used, and were denied so far. */
  permissions(): Promise<UsedPermissions> {
    return this.#line.ask("permissions", { plugin: this.id });
  }

  /** Answer the audit's records of it, the oldest first. */
  audit(action = ""): Promise<AuditRecord[]> {
    return this.#line.ask("audit", { plugin: this.id, action });
  }
}

/** A hub in memory. */
export class TestHub implements AsyncDisposable {
  readonly #line: Line;

  /** Made by `testHub`. */
  constructor(line: Line) {
    this.#line = line;
  }

  /** Install and enable a plugin in the sandbox, with everything it asks for, or with `grant`. */
  async load(folder: string, options: { grant?: string[] } = {}): Promise<TestPlugin> {
    const { id } = await this.#line.ask("load", { folder, ...options });
    return new TestPlugin(this.#line, id);
  }

  /** Create a person, signed in; answers the one there is of this name. */
  async person(username = "ada", options: { role?: string } = {}): Promise<TestPerson> {
    const { id } = await this.#line.ask("person", { username, ...options });
    return new TestPerson(this.#line, id, username);
  }

  /** Tell what time it is in the hub and in its plugins. */
  async now(): Promise<Date> {
    return new Date(await this.#line.ask("now"));
  }

  /** Let time go by: every job that is due meanwhile runs, at its moment. */
  async advance(duration: Duration): Promise<Date> {
    return new Date(await this.#line.ask("advance", duration));
  }

  /** Declare what another machine answers. */
  async answer(url: string, answer: DeclaredAnswer = {}): Promise<void> {
    await this.#line.ask("answer", { url, ...answer });
  }

  /** Tell what was sent to other machines so far. */
  requests(): Promise<SentRequest[]> {
    return this.#line.ask("requests");
  }

  /** Answer records of the audit, the oldest first. */
  audit(action = ""): Promise<AuditRecord[]> {
    return this.#line.ask("audit", { action });
  }

  /** Run a hook of the hub over every plugin, and answer its payload. */
  ask(hook: string, payload: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#line.ask("ask", { hook, payload });
  }

  /** End the hub. */
  async close(): Promise<void> {
    await this.#line.close();
  }

  /** End the hub at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

const PYTHON = "PLEXIHUB_TEST_PYTHON";

/**
 * Start a hub in memory.
 *
 * @throws {Deno.errors.NotCapable} The test may not run the hub's process.
 */
export async function testHub(): Promise<TestHub> {
  const python = Deno.env.get(PYTHON);
  const [program, ...given] = python === undefined ? ["plexihub"] : [python, "-m", "plexihub.cli"];
  const command = new Deno.Command(program!, {
    args: [...given, "plugin", "test-server"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  const line = new Line(command.spawn());
  await line.ask("now");
  return new TestHub(line);
}
