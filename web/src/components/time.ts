/** Times as people read them, in the language of their browser. */

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayLong = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const dateShort = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export const clockTime = (iso: string): string => clock.format(new Date(iso));
export const shortDate = (iso: string): string => dateShort.format(new Date(iso));
export const exactTime = (iso: string): string => exact.format(new Date(iso));

/** The time of day where there is no room for "AM". */
export const narrowTime = (iso: string): string => clockTime(iso).replace(/\s?[AP]M$/i, "");

/** A key that is the same for two times on the same local day. */
export function dayKey(iso: string): string {
  return new Date(iso).toDateString();
}

export function dayName(iso: string, now: Date = new Date()): string {
  const key = dayKey(iso);
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (key === now.toDateString()) return "Today";
  if (key === yesterday.toDateString()) return "Yesterday";
  return dayLong.format(new Date(iso));
}

/** How long ago, in the largest unit that fits. */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return shortDate(iso);
}
