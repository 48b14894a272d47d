export function render(template: string) {
  return new Function("data", "return `" + template + "`"); // caught
}
