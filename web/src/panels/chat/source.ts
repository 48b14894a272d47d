/** Where a room's messages come from and go to: a channel, or the answers to one message. */

import type { Api } from "../../data/api.ts";
import type { Query } from "../../data/http.ts";
import type { Message, Page } from "../../data/types.ts";

export interface Source {
  /** Whether the numbers of its messages follow each other, so that a missing one tells a gap. */
  readonly numbered: boolean;
  readonly channel: string;
  /** The message that is answered here; null in the channel itself. */
  readonly thread: string | null;
  page(query: Query): Promise<Page<Message>>;
  /** What stands above everything. */
  head(): Promise<Message[]>;
}

export function channelSource(api: Api, channel: string): Source {
  return {
    numbered: true,
    channel,
    thread: null,
    page: (query) => api.chat.messages(channel, query),
    head: () => Promise.resolve([]),
  };
}

export function threadSource(api: Api, channel: string, thread: string): Source {
  return {
    numbered: false,
    channel,
    thread,
    page: (query) => api.chat.replies(thread, query),
    head: async () => [await api.chat.message(thread)],
  };
}
