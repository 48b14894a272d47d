/** Counts by day of the week, in memory: they begin anew when the plugin does. */

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export class Week {
  readonly counts: number[] = DAYS.map(() => 0);
  readonly people = new Set<string>();

  add(userId: string, when: Date): void {
    const day = (when.getDay() + 6) % DAYS.length;
    this.counts[day] = (this.counts[day] ?? 0) + 1;
    this.people.add(userId);
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }
}
