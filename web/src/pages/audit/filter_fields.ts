/** The fields in which one says what the audit page is to find. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import { html, nothing, type TemplateResult } from "lit";
import { choiceField } from "../../components/choice.ts";
import { icon } from "../../components/icon.ts";
import { type Filter, type FilterKey, isNarrowed, SPANS } from "./filter.ts";
import { OUTCOMES } from "./words.ts";

export interface FilterFields {
  filter: Filter;
  /** How often outcomes, actions and actors occur among what fits now. */
  facets: Record<string, Record<string, number>>;
  change: (key: FilterKey, value: string) => void;
  changeSoon: (key: FilterKey, value: string) => void;
  clear: () => void;
}

const HIDDEN: FilterKey[] = ["plugin", "target", "until"];

export function filterFields(fields: FilterFields): TemplateResult {
  const { filter } = fields;
  return html`
    <div role="search" aria-label="Filter records">
      <div class="filters">
        <div class="wide">${text(
          fields,
          "q",
          "Search",
          "Words anywhere in a record",
          "search",
        )}</div>
        ${text(fields, "actor", "Person", "Name or id")}
        ${text(fields, "action", "Action", "Such as user.login", "", facet(fields, "action"))}
        ${choiceField({
          label: "Outcome",
          name: "outcome",
          value: filter.outcome ?? "",
          small: true,
          options: [["", "All"], ...OUTCOMES.map((one) => [one, counted(fields, one)] as const)],
          onChange: (value) => fields.change("outcome", value),
        })}
        ${span(fields)}
      </div>
      <details class="narrow" ?open=${HIDDEN.some((key) => filter[key])}>
        <summary>More filters</summary>
        <div class="filters rest">
          ${text(fields, "plugin", "Plugin", "Its id")}
          ${text(fields, "target", "Target", "What it was done to")}
          ${moment(fields, "since", "From")} ${moment(fields, "until", "Until")}
          ${isNarrowed(filter)
            ? html`
              <wa-button size="s" appearance="plain" @click=${fields.clear}
              >Clear filters</wa-button>
            `
            : nothing}
        </div>
      </details>
    </div>
  `;
}

const facet = ({ facets }: FilterFields, name: string): string[] =>
  Object.keys(facets[name] ?? {}).sort();

function counted({ facets }: FilterFields, outcome: string): string {
  const count = facets["outcome"]?.[outcome];
  return count ? `${outcome} (${count.toLocaleString()})` : outcome;
}

function text(
  fields: FilterFields,
  key: FilterKey,
  label: string,
  placeholder: string,
  symbol = "",
  known: string[] = [],
): TemplateResult {
  return html`
    <wa-input size="s" label=${label} placeholder=${placeholder} with-clear
      title=${known.length ? `Among these records: ${known.join(", ")}` : nothing}
      .value=${fields.filter[key] ?? ""}
      @input=${(event: Event) =>
        fields.changeSoon(key, (event.target as HTMLInputElement).value ?? "")}
    >${symbol ? html`<span slot="start">${icon(symbol)}</span>` : nothing}</wa-input>
  `;
}

function span(fields: FilterFields): TemplateResult {
  const { since = "" } = fields.filter;
  const known = SPANS.map(([value, label]) => [value, label] as const);
  const own = since && !known.some(([value]) => value === since) ? [[since, "From a moment"]] : [];
  return choiceField({
    label: "Time",
    name: "since",
    value: since,
    small: true,
    options: [["", "Any time"], ...known, ...own as [string, string][]],
    onChange: (value) => fields.change("since", value),
  });
}

function moment(fields: FilterFields, key: "since" | "until", label: string): TemplateResult {
  return html`
    <label class="moment">${label}
      <input type="datetime-local" .value=${local(fields.filter[key])}
        @change=${(event: Event) =>
          fields.change(key, utc((event.target as HTMLInputElement).value))}
      >
    </label>
  `;
}

/** A moment of the address as the field takes it, in the reader's own time. */
function local(moment = ""): string {
  const time = Date.parse(moment);
  if (Number.isNaN(time)) return "";
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function utc(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? "" : new Date(time).toISOString();
}
