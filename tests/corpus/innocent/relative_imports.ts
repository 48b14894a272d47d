import { order } from "./zod_schema.ts";
import type { Plugin } from "@plexihub/sdk";

export async function store(plugin: Plugin, value: unknown) {
  await plugin.api.storage.set("order", order.parse(value));
}
