/** Failures as the person who reads them needs them: what was wrong, where, and what to do next. */

export interface ErrorBody {
  code: string;
  message: string;
  where?: string;
  next?: string;
  /** Of a sign-in that asks for another step: comes back with the answer. */
  ticket?: string;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly where: string;
  readonly next: string;
  readonly ticket: string;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.where = body.where ?? "";
    this.next = body.next ?? "";
    this.ticket = body.ticket ?? "";
  }
}

const unreachable: ErrorBody = {
  code: "unreachable",
  message: "The hub could not be reached.",
  next: "Check the connection, then try again.",
};

const late: ErrorBody = {
  code: "timeout",
  message: "The hub took too long to answer.",
  next: "Try again in a moment.",
};

/** An error for a request that never got an answer. */
export function unanswered(cause: unknown): ApiError {
  const timedOut = cause instanceof DOMException && cause.name === "TimeoutError";
  return new ApiError(0, timedOut ? late : unreachable);
}

function isErrorBody(value: unknown): value is { error: ErrorBody } {
  const error = (value as { error?: Partial<ErrorBody> } | null)?.error;
  return typeof error?.message === "string" && typeof error.code === "string";
}

/** An error for an answer outside 2xx, whether or not its body is the hub's own. */
export function refused(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) return new ApiError(status, body.error);
  return new ApiError(status, {
    code: "unexpected",
    message: `The hub answered with status ${status}.`,
    next: "Try again; if it stays, look at the hub's log.",
  });
}

/** Whatever was thrown, as an ApiError. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(0, { code: "unexpected", message, next: "Reload the page and try again." });
}

/** One line for a toast or a notice. */
export function errorText(thrown: unknown): string {
  const error = asApiError(thrown);
  return error.next ? `${error.message} ${error.next}` : error.message;
}
