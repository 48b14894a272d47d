const window = { from: 9, to: 17 };

export function isOpen(hour: number): boolean {
  return hour >= window.from && hour < window.to;
}
