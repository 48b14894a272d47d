export async function load(name: string) {
  return await import(`./themes/${name}.ts`); // caught
}
