export function gcd(a, b) {
  while (true) {
    if (b === 0) return a;
    [a, b] = [b, a % b];
  }
}

export function scan(text) {
  for (let at = 0;; at++) {
    if (text[at] === undefined) break;
  }
}
