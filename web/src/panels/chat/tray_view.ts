/** How the files that wait for the next message are drawn, above the field. */

import { css, html, nothing, type TemplateResult } from "lit";
import { bytes } from "../../components/amount.ts";
import { icon } from "../../components/icon.ts";
import type { Tray, Upload } from "./tray.ts";

export const trayStyles = css`
  .tray {
    flex: 1 0 100%;
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    min-width: 0;
    padding: 3px 3px 6px;
  }
  .tray li {
    display: flex;
    align-items: center;
    gap: 8px;
    width: min(300px, 100%);
    min-height: 46px;
    padding: 2px 2px 2px 10px;
    border: 1px solid var(--hub-line);
    border-radius: var(--hub-radius);
    background: var(--hub-sunken);
  }
  .tray li > span {
    flex: 1;
    display: grid;
    min-width: 0;
    font-size: 13px;
  }
  .tray .failed {
    border-color: var(--hub-bad);
  }
  .tray-problem {
    flex: 1 0 100%;
    padding: 4px 8px;
    font-size: 13px;
    color: var(--hub-bad);
  }
`;

export function trayView(tray: Tray) {
  return html`
    ${tray.uploads.length > 0
      ? html`<ul class="tray" role="list" aria-label="Files to send">${
        tray.uploads.map((one) => row(tray, one))
      }</ul>`
      : nothing}
    <p class="tray-problem" role="alert" ?hidden=${!tray.problem}>${tray.problem}</p>
  `;
}

function row(tray: Tray, one: Upload): TemplateResult {
  const retry = html`
    <button
      type="button"
      aria-label="Upload ${one.name} again"
      title="Upload again"
      @click=${() => tray.retry(one.key)}
    >${icon("refresh")}</button>
  `;
  return html`
    <li class=${one.status}>
      ${icon("file")}
      <span><b class="ellipsis" title=${one.name}>${one.name}</b>${state(one)}</span>
      ${one.status === "failed" ? retry : nothing}
      <button
        type="button"
        aria-label="Remove ${one.name}"
        title=${one.status === "done" ? "Remove" : "Cancel"}
        @click=${() => tray.remove(one.key)}
      >${icon("xmark")}</button>
    </li>
  `;
}

function state({ name, status, size, share, problem }: Upload): TemplateResult {
  if (status === "sending") {
    return html`<progress aria-label="Uploading ${name}" value=${share} max="1"></progress>`;
  }
  if (status === "done") return html`<span class="quiet small">${bytes(size)}</span>`;
  const said = status === "waiting" ? "Not uploaded yet. Trying again…" : problem;
  return html`<span class="small" role="status" title=${problem}>${said}</span>`;
}
