export function merge(into: Record<string, unknown>, from: Record<string, unknown>) {
  for (const key of Object.keys(from)) {
    if (key === "__proto__" || key === "constructor" || key === "prototype") continue;
    into[key] = from[key];
  }
  return into;
}

export const empty = () => ({ __proto__: null });
