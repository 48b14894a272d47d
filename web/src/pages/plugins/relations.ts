/** Which plugins one needs, and which need it. */

import { html, nothing } from "lit";
import type { Question } from "../../components/confirm.ts";
import { icon } from "../../components/icon.ts";
import type { Plugin, PluginDependent, PluginNeed } from "../../data/types.ts";
import { isOn, stateName } from "./status.ts";

type Href = (path: string) => string;

/** The card of a plugin's page; nothing where it stands alone. */
export function relations(plugin: Plugin, href: Href) {
  const { needs, needed_by } = plugin;
  if (needs.length === 0 && needed_by.length === 0) return nothing;
  return html`
    <section class="card" aria-label="Dependencies">
      <h2>Dependencies</h2>
      ${needs.length === 0 ? nothing : html`
        <h3>Needs</h3>
        <ul class="permissions" role="list">${needs.map((need) => needed(need, href))}</ul>
      `}
      ${needed_by.length === 0 ? nothing : html`
        <h3>Needed by</h3>
        <ul class="permissions" role="list">${needed_by.map((one) => dependent(one, href))}</ul>
      `}
    </section>
  `;
}

function needed(need: PluginNeed, href: Href) {
  const missing = need.state === "missing";
  const wrong = need.problem && !need.optional;
  const label = missing
    ? "Not installed"
    : need.problem && !need.is_off
    ? `Has ${need.found}`
    : stateName(need.state);
  return html`
    <li>
      <span class="other">
        ${missing ? need.id : html`<a href=${href(`/admin/plugins/${need.id}`)}>${need.id}</a>`}
        <span class="quiet small nums">${need.versions || "any version"}</span>
      </span>
      ${need.optional ? html`<span class="quiet small">optional</span>` : nothing}
      <span class="pill ${wrong ? "warn" : need.problem ? "" : "good"}">
        ${wrong ? icon("alert") : nothing}${label}
      </span>
    </li>
  `;
}

function dependent(one: PluginDependent, href: Href) {
  return html`
    <li>
      <span class="other">
        <a href=${href(`/admin/plugins/${one.id}`)}>${one.id}</a>
        <span class="quiet small nums">${one.versions || "any version"}</span>
      </span>
      <span class="pill ${isOn(one) ? "good" : ""}">${stateName(one.state)}</span>
    </li>
  `;
}

/** What to ask before enabling it means enabling others; null where it does not. */
export function enableQuestion(plugin: Plugin): Question | null {
  const needs = plugin.needs.filter((need) => !need.optional && need.problem);
  if (needs.length === 0 || !needs.every((need) => need.is_off)) return null;
  const names = listed(needs.map((need) => need.id));
  return {
    title: `Enable ${plugin.name} and what it needs?`,
    text: `${plugin.name} needs ${names}, which is off now. It is enabled first.`,
    action: "Enable all",
    harmless: true,
  };
}

/** What to ask before disabling it means disabling others; null where it does not. */
export function disableQuestion(plugin: Plugin): Question | null {
  const running = plugin.needed_by.filter(isOn);
  if (running.length === 0) return null;
  return {
    title: `Disable ${plugin.name} and what needs it?`,
    text: `${listed(running.map((one) => one.id))} cannot run without it, and stops as well.`,
    action: "Disable all",
  };
}

function listed(names: string[]): string {
  return new Intl.ListFormat("en").format(names);
}
