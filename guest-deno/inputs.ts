/**
 * `pluginInputSchema`: the form that a plugin demands of its inputs, held before its code runs.
 *
 * Any schema of the Standard Schema kind will do (Zod, Valibot, ArkType): https://standardschema.dev.
 */

import { InputRefused } from "./errors.ts";
import { ArrayIsArray, MathMin, ObjectCreate, ReflectApply, StringOf } from "./primordials.ts";

/** What of the plugin's schema is used. */
interface Standard {
  validate(value: unknown): unknown;
}

/** What of a call is looked at. */
interface Input {
  hook: string;
  payload: unknown;
  user: string | null;
}

interface Issue {
  message?: unknown;
  path?: unknown;
}

/** Refuses an input that does not have the plugin's form. */
export type Check = (input: Input) => Promise<void>;

const MOST_ISSUES = 5;
const ACTION_HOOK = "onActionExecute";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/**
 * Make the check of what a plugin exports as `pluginInputSchema`.
 *
 * @throws {TypeError} It is no schema.
 */
export function makeCheck(schema: unknown): Check {
  const standard = isObject(schema) || typeof schema === "function"
    ? (schema as Record<string, unknown>)["~standard"]
    : undefined;
  if (!isObject(standard) || typeof standard.validate !== "function") {
    throw new TypeError(
      '`pluginInputSchema` is no schema: make one with `import { z } from "zod"`.',
    );
  }
  const validate = (standard as unknown as Standard).validate;
  return async (input) => {
    const answer = await ReflectApply(validate, standard, [envelope(input)]);
    if (!isObject(answer)) throw new InputRefused("pluginInputSchema answered nothing.");
    if (answer.issues !== undefined) throw new InputRefused(sentence(answer.issues));
  };
}

/** What a schema sees: which action, with what, and for whom; what is absent is left out. */
function envelope({ hook, payload, user }: Input): Record<string, unknown> {
  const given = isObject(payload) ? payload : ObjectCreate(null);
  const isAction = hook === ACTION_HOOK;
  const seen: Record<string, unknown> = { action: isAction ? given.action : hook };
  const inner = isAction ? given.context : payload;
  if (inner !== undefined && inner !== null) seen.payload = inner;
  const whose = user ?? given.userId;
  if (whose !== undefined && whose !== null) seen.userId = whose;
  return seen;
}

function sentence(issues: unknown): string {
  let text = "The plugin's pluginInputSchema refuses its input:";
  const list = ArrayIsArray(issues) ? issues as Issue[] : [];
  for (let index = 0; index < MathMin(list.length, MOST_ISSUES); index++) {
    const issue = list[index];
    text += ` ${place(issue?.path)}${StringOf(issue?.message)};`;
  }
  return text;
}

function place(path: unknown): string {
  if (!ArrayIsArray(path)) return "";
  let text = "";
  for (let index = 0; index < path.length; index++) {
    const part = path[index];
    text += (index === 0 ? "" : ".") + StringOf(isObject(part) ? part.key : part);
  }
  return text === "" ? "" : text + ": ";
}
