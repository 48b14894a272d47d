export function merge(into: Record<string, any>, from: Record<string, any>) {
  into.__proto__.isAdmin = from.isAdmin; // caught
  return into;
}
