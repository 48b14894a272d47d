/** The routes of a plugin, those that anybody may call marked as such. */

import { css, html, nothing } from "lit";
import type { PluginRoute } from "../../data/types.ts";

export const routeStyles = css`
  .routes li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 8px;
    padding: 4px 0;
  }
  .routes code {
    overflow-wrap: anywhere;
  }
`;

const WHO: Record<PluginRoute["auth"], [label: string, tone: string, meaning: string]> = {
  user: ["", "", ""],
  admin: ["administrators", "info", "Only administrators may call it"],
  anonymous: ["open to anybody", "bad", "No sign-in is asked for"],
};

export function routeList(routes: PluginRoute[]) {
  if (routes.length === 0) return nothing;
  return html`
    <h3>Routes</h3>
    <ul class="routes" role="list" aria-label="Routes">${routes.map((route) => {
      const [label, tone, meaning] = WHO[route.auth];
      return html`
        <li>
          <code>${route.method} ${route.path}</code>
          ${label
            ? html`<span class="pill square ${tone}" title=${meaning}>${label}</span>`
            : nothing}
        </li>
      `;
    })}</ul>
  `;
}
