/** What only the hub of a plugin's author answers: how saves went, and what the plugin does. */

import type { Http } from "./http.ts";
import type { Page } from "./types.ts";

export interface Problem {
  message: string;
  /** File and line; empty where none is known. */
  where: string;
  next: string;
  /** The lines of the file around it; the one that is meant begins with `>`. */
  lines: string[];
}

/** The last save of a plugin. */
export interface Save {
  id: string;
  source: string;
  took_ms: number;
  problem: Problem | null;
}

export interface LogLine {
  seq: number;
  at: string;
  level: string;
  text: string;
}

export interface UsedPermission {
  name: string;
  asked: boolean;
  implied: boolean;
  allowed: number;
  refused: number;
}

export class DevelopmentApi {
  constructor(private readonly http: Http) {}
  saves(): Promise<Page<Save>> {
    return this.http.get("development");
  }
  logs(plugin: string): Promise<Page<LogLine>> {
    return this.http.get(`plugins/${encodeURIComponent(plugin)}/logs`, { limit: 50 });
  }
  used(plugin: string): Promise<Page<UsedPermission>> {
    return this.http.get(`plugins/${encodeURIComponent(plugin)}/permissions/used`);
  }
}
