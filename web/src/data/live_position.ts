/**
 * Where this browser stands in the hub's stream of live events. Pure.
 *
 * Rules: an event is delivered once (its seq is above the position); a stream with another epoch,
 * or a reset that skips something, means that whatever was loaded before may be stale.
 */

export interface Position {
  epoch: string | null;
  after: number;
}

export type Frame =
  | { type: "hello"; epoch: string; seq: number }
  | { type: "event"; seq: number; topic: string; data: Record<string, unknown> }
  | { type: "reset"; epoch: string; seq: number }
  | { type: "ping" };

export interface Step {
  position: Position;
  /** The event to hand on, if this frame carries a new one. */
  deliver?: { topic: string; data: Record<string, unknown> };
  /** True when something may have been missed and must be fetched again. */
  stale?: boolean;
  /** True when the server asks for a sign of life. */
  pong?: boolean;
}

export const START: Position = { epoch: null, after: 0 };

function greet(position: Position, epoch: string, seq: number): Step {
  // On the known epoch the missed events follow one by one, so the position must not jump ahead.
  if (position.epoch === epoch) return { position };
  return { position: { epoch, after: seq }, stale: position.epoch !== null };
}

function restart(position: Position, epoch: string, seq: number): Step {
  const nothingMissed = position.epoch === epoch && seq <= position.after;
  return { position: { epoch, after: seq }, stale: !nothingMissed };
}

/** Take one frame from the server. */
export function advance(position: Position, frame: Frame): Step {
  switch (frame.type) {
    case "hello":
      return greet(position, frame.epoch, frame.seq);
    case "reset":
      return restart(position, frame.epoch, frame.seq);
    case "ping":
      return { position, pong: true };
    case "event":
      if (frame.seq <= position.after) return { position };
      return {
        position: { ...position, after: frame.seq },
        deliver: { topic: frame.topic, data: frame.data },
      };
  }
}

/** A text frame decoded, or null if this client does not know it. */
export function decodeFrame(text: string): Frame | null {
  try {
    const value = JSON.parse(text) as Frame;
    return ["hello", "event", "reset", "ping"].includes(value?.type) ? value : null;
  } catch {
    return null;
  }
}
