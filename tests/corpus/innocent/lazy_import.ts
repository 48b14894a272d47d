export async function table() {
  const { rows } = await import("./rows.ts");
  return rows;
}
