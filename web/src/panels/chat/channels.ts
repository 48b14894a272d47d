/** The channels as the list shows them: order, membership and unread counts. Pure. */

import type { Channel, Membership, Message } from "../../data/types.ts";

export function changeChannel(
  channels: readonly Channel[],
  id: string,
  change: (channel: Channel) => Channel,
): Channel[] {
  return channels.map((channel) => (channel.id === id ? change(channel) : channel));
}

/** Count a message that was posted, once; `counts` is false for one's own and for answers. */
export function notePosted(
  channels: readonly Channel[],
  message: Message,
  counts: boolean,
): Channel[] {
  return changeChannel(channels, message.channel_id, (channel) => {
    if (message.seq <= channel.last_seq) return channel;
    const unread = channel.unread + (counts && channel.joined ? 1 : 0);
    return { ...channel, last_seq: message.seq, unread };
  });
}

export function noteRead(channels: readonly Channel[], id: string): Channel[] {
  return changeChannel(channels, id, (channel) => ({ ...channel, unread: 0 }));
}

/** Take in what this person read on another page of theirs. */
export function noteMark(channels: readonly Channel[], mark: Membership): Channel[] {
  return changeChannel(
    channels,
    mark.channel_id,
    (channel) => mark.last_read_seq < channel.last_seq ? channel : { ...channel, unread: 0 },
  );
}

/** Take in how many are in a channel; `joined` where it was this person who came or left. */
export function noteMembers(
  channels: readonly Channel[],
  id: string,
  member_count: number,
  joined: boolean | null,
): Channel[] {
  return changeChannel(channels, id, (channel) => ({
    ...channel,
    member_count,
    joined: joined ?? channel.joined,
    unread: joined === null ? channel.unread : 0,
  }));
}

function sorted(channels: readonly Channel[]): Channel[] {
  return [...channels].sort((a, b) => a.name.localeCompare(b.name));
}

export function addChannel(channels: readonly Channel[], channel: Channel): Channel[] {
  return sorted([...channels.filter((known) => known.id !== channel.id), channel]);
}

/** Take in a name and a topic; what is this person's own in the channel stays. */
export function updateChannel(channels: readonly Channel[], channel: Channel): Channel[] {
  const { name, topic } = channel;
  return sorted(changeChannel(channels, channel.id, (held) => ({ ...held, name, topic })));
}

export function removeChannel(channels: readonly Channel[], id: string): Channel[] {
  return channels.filter((channel) => channel.id !== id);
}

export function totalUnread(channels: readonly Channel[]): number {
  return channels.reduce((sum, channel) => sum + channel.unread, 0);
}
