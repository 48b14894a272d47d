/** A plugin's tier, state and health in words and colours. */

import { html, nothing } from "lit";
import type { Plugin, PluginState } from "../../data/types.ts";

const STATES: Record<PluginState, [string, string]> = {
  disabled: ["Disabled", ""],
  enabling: ["Enabling…", "info"],
  enabled: ["Enabled", "good"],
  restarting: ["Restarting…", "warn"],
  quarantined: ["Quarantined", "bad"],
  failed: ["Failed", "bad"],
};

const HEALTH: Record<Plugin["health"]["status"], [string, string]> = {
  healthy: ["Healthy", "good"],
  degraded: ["Degraded", "warn"],
  down: ["Down", "bad"],
  off: ["Off", ""],
};

export function tierPill(plugin: Plugin) {
  const trusted = plugin.tier === "trusted";
  const meaning = trusted
    ? "Runs inside the hub with full access"
    : "Runs confined, with granted permissions only";
  return html`
    <span class="pill square ${trusted ? "warn" : "info"}" title=${meaning}>${plugin.tier}</span>
  `;
}

export function stateName(state: PluginState | "missing"): string {
  return state === "missing" ? "Not installed" : STATES[state]?.[0] ?? state;
}

export function statePill(plugin: Plugin) {
  const [label, tone] = STATES[plugin.state] ?? [plugin.state, ""];
  return html`<span class="pill ${tone}"><span class="dot"></span>${label}</span>`;
}

export function healthPill(plugin: Plugin) {
  const [label, tone] = HEALTH[plugin.health.status] ?? [plugin.health.status, ""];
  return html`<span class="pill ${tone}">${label}</span>`;
}

/** Where its code runs; a trusted plugin has no process of its own. */
export function runtimeName(plugin: Plugin): string {
  return plugin.tier === "trusted" ? "inside the hub" : plugin.runtime;
}

export function isOn(plugin: { state: PluginState }): boolean {
  return plugin.state !== "disabled" && plugin.state !== "failed" &&
    plugin.state !== "quarantined";
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString()} ${amount === 1 ? one : many}`;
}

/** "3 calls, 1 failure, 2 restarts" */
export function healthNumbers(plugin: Plugin): string {
  const { calls, failures, restarts } = plugin.health;
  return [count(calls, "call"), count(failures, "failure"), count(restarts, "restart")].join(", ");
}

/** Why a plugin is not simply on or off, and the way out; the audit log knows more. */
export function stateReason(plugin: Plugin) {
  if (!plugin.reason || plugin.state === "enabled") return nothing;
  const stopped = plugin.state === "quarantined" || plugin.state === "failed";
  return stopped ? `${sentence(plugin.reason)} Switch it on to try again.` : plugin.reason;
}

/** The last error, unless the reason of its state says the same. */
export function lastError(plugin: Plugin): string {
  const { last_error } = plugin.health;
  return last_error && !plugin.reason.includes(last_error) ? last_error : "";
}

/** What runs inside the hub shares its memory; a number of its own would mislead. */
export function memoryText(plugin: Plugin): string {
  const { memory_mb } = plugin.health;
  return memory_mb === null || plugin.tier === "trusted" ? "" : `${memory_mb.toFixed(1)} MB`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
