export function later<T>(value: T, milliseconds: number): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
}

const tick = setInterval(function () {
  clearInterval(tick);
}, 1000);
