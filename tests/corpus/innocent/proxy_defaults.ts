export const withDefault = <T extends object>(values: T, fallback: unknown): T =>
  new Proxy(values, {
    get: (target, key) => Reflect.get(target, key) ?? fallback,
  });
