/** What a trusted plugin can do, in words and colours: for its page and for whoever agrees to it. */

import { css, html, nothing } from "lit";
import { notice } from "../../components/notice.ts";
import type { Consent, Places, Rating } from "../../data/types.ts";
import { count } from "./status.ts";

const RATINGS: Record<Rating, [label: string, tone: string]> = {
  critical: ["Critical", "bad"],
  high: ["High", "warn"],
  medium: ["Medium", "info"],
};

export function ratingPill(rating: Rating) {
  const [label, tone] = RATINGS[rating];
  return html`<span class="pill square rating ${tone}">${label}</span>`;
}

/** The four things that can go wrong, and what scripts can do. */
export function dangers(consent: Consent) {
  return html`
    ${notice(
      "warn",
      html`
        <p><strong>${consent.warning}</strong> A poor or hostile one can</p>
        <ul class="effects">${consent.effects.map((effect) => html`<li>${effect}</li>`)}</ul>
      `,
    )}
    ${consent.hazard ? notice("warn", html`<strong>Scripts.</strong> ${consent.hazard}`) : nothing}
  `;
}

/** The rows of the table that its source uses, each with the places where it does. */
export function uses(consent: Consent) {
  const rows = consent.uses;
  return html`
    ${consent.anything
      ? html`
        <div class="unclear">
          ${notice("warn", consent.anything)} ${places(consent.unclear, true)}
        </div>
      `
      : nothing}
    ${rows.length === 0
      ? html`<p class="quiet">Nothing of the hub was found in its source.</p>`
      : html`
        <ul class="uses" role="list" aria-label="Ratings">
          ${rows.map((row) =>
            html`
              <li data-capability=${row.name}>
                ${ratingPill(row.rating)}
                <div>
                  <strong>${row.title}</strong>
                  <p class="quiet">${row.impact}</p>
                  ${places(row)}
                </div>
              </li>
            `
          )}
        </ul>
      `}
    ${consent.libraries.length > 0
      ? html`<p class="small">Libraries that were not read: ${consent.libraries.join(", ")}</p>`
      : nothing}
    <p class="small quiet">${consent.note}</p>
  `;
}

function places(found: Places, open = false) {
  const { evidence, more } = found;
  if (evidence.length === 0) return nothing;
  return html`
    <details ?open=${open}>
      <summary>${count(evidence.length + more, "place")} in its source</summary>
      <ul class="places" role="list">
        ${evidence.map((one) => html`<li><code>${one.place}</code> <code>${one.what}</code></li>`)}
        ${more ? html`<li class="quiet">and ${more} more</li>` : nothing}
      </ul>
    </details>
  `;
}

export const consentStyles = css`
  .effects {
    list-style: disc;
    padding-inline-start: 20px;
    margin-top: 2px;
  }
  .uses {
    display: grid;
    gap: 2px;
  }
  .uses > li {
    display: grid;
    grid-template-columns: 72px minmax(0, 1fr);
    gap: 12px;
    padding: 10px 0;
    border-bottom: 1px solid var(--hub-line);
  }
  .uses > li:last-child {
    border: 0;
  }
  .rating {
    justify-self: start;
    align-self: start;
    margin-top: 1px;
  }
  .unclear {
    display: grid;
    gap: 8px;
  }
  details summary {
    width: fit-content;
    margin-top: 4px;
    font-size: 12.5px;
    color: var(--hub-accent);
    cursor: pointer;
  }
  .places {
    display: grid;
    gap: 3px;
    margin-top: 6px;
    padding-inline-start: 12px;
    border-inline-start: 2px solid var(--hub-line-strong);
    font-size: 12.5px;
    overflow-wrap: anywhere;
  }
  .places code:first-child {
    color: var(--hub-quiet);
    margin-inline-end: 8px;
  }
  @media (max-width: 520px) {
    .uses > li {
      grid-template-columns: minmax(0, 1fr);
      gap: 4px;
    }
  }
`;
