/** The order of keys after one was moved. Pure. */

export function moved(order: readonly string[], key: string, to: number): string[] {
  const rest = order.filter((one) => one !== key);
  const place = Math.max(0, Math.min(to, rest.length));
  return [...rest.slice(0, place), key, ...rest.slice(place)];
}
