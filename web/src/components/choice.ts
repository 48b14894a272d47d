/** A labelled choice between a few values. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { icon } from "./icon.ts";

interface Choice {
  label: string;
  name: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  disabled?: boolean;
  small?: boolean;
  onChange?: (value: string) => void;
}

export function choiceField(choice: Choice): TemplateResult {
  const changed = (event: Event) => choice.onChange?.((event.target as HTMLSelectElement).value);
  return html`
    <label class="choice ${choice.small ? "small" : ""}">
      ${choice.label}
      <span class="field">
        <select
          name=${choice.name}
          .value=${live(choice.value)}
          ?disabled=${choice.disabled ?? false}
          @change=${choice.onChange ? changed : nothing}
        >
          ${choice.options.map(([value, label]) =>
            html`<option value=${value} ?selected=${value === choice.value}>${label}</option>`
          )}
        </select>
        ${icon("chevron-down")}
      </span>
    </label>
  `;
}
