/** The channels as the list shows them: order and unread counts. Pure. */

import type { Channel, Message } from "../../data/types.ts";

function replace(
  channels: readonly Channel[],
  id: string,
  change: (channel: Channel) => Channel,
): Channel[] {
  return channels.map((channel) => (channel.id === id ? change(channel) : channel));
}

/** Count a message that was posted, once; `counts` is false for one's own. */
export function notePosted(
  channels: readonly Channel[],
  message: Message,
  counts: boolean,
): Channel[] {
  return replace(channels, message.channel_id, (channel) => {
    if (message.seq <= channel.last_seq) return channel;
    const unread = channel.unread + (counts ? 1 : 0);
    return { ...channel, last_seq: message.seq, unread };
  });
}

export function noteRead(channels: readonly Channel[], id: string): Channel[] {
  return replace(channels, id, (channel) => ({ ...channel, unread: 0 }));
}

export function addChannel(channels: readonly Channel[], channel: Channel): Channel[] {
  const others = channels.filter((known) => known.id !== channel.id);
  return [...others, channel].sort((a, b) => a.name.localeCompare(b.name));
}

export function totalUnread(channels: readonly Channel[]): number {
  return channels.reduce((sum, channel) => sum + channel.unread, 0);
}
