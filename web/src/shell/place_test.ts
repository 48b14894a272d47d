import { deepEqual } from "node:assert/strict";
import type { PanelInfo } from "../data/types.ts";
import { placesFor } from "./place.ts";

const member = () => false;
const admin = () => true;
const chat: PanelInfo = {
  id: "chat",
  owner: "chat",
  title: "Chat",
  icon: "chat",
  path: "/chat",
  element: "plexi-chat",
  module: "assets/chat.js",
  order: 10,
  admin: false,
};

const titles = (...person: Parameters<typeof placesFor>) =>
  placesFor(...person).map((place) => place.title);

Deno.test("pages of the shell are shown as they are where the hub says nothing of them", () => {
  deepEqual(titles(member, { panels: [chat], pages: [] }), ["Chat", "People"]);
});

Deno.test("a page of the shell takes the name and place that the hub gives it", () => {
  const pages = [
    { path: "/people", title: "Crew", icon: "people", order: 1 },
    { path: "/admin/audit", title: "Audit", icon: "audit", order: 910, hidden: true },
  ];
  deepEqual(titles(member, { panels: [chat], pages }), ["Crew", "Chat"]);
  deepEqual(titles(admin, { panels: [chat], pages }).includes("Audit"), false);
});
