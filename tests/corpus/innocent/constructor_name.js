export function describe(value) {
  return value?.constructor?.name ?? typeof value;
}

export const isPlain = (value) => value.constructor === Object;
