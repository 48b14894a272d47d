/** Files at a message: pictures in a box of fixed size, so that nothing jumps; others as a card. */

import { css, html, nothing, type TemplateResult } from "lit";
import { bytes } from "../../components/amount.ts";
import { icon } from "../../components/icon.ts";
import type { Attachment } from "../../data/types.ts";

/** What the hub sends to be shown; everything else is only ever saved. */
const SHOWN = new Set(["image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"]);

export const attachmentStyles = css`
  .files {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin: 4px 0;
  }
  .files a {
    border: 1px solid var(--hub-line);
    border-radius: var(--hub-radius);
    background: var(--hub-sunken);
    color: inherit;
    overflow: hidden;
  }
  .files a:hover {
    border-color: var(--hub-line-strong);
    text-decoration: none;
  }
  .files .picture {
    width: min(280px, 100%);
    height: 180px;
  }
  .files img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
  .files .card {
    display: flex;
    align-items: center;
    gap: 10px;
    width: min(280px, 100%);
    min-height: 46px;
    padding: 6px 12px;
  }
  .files .card > span {
    display: grid;
    min-width: 0;
  }
`;

export function attachments(files: readonly Attachment[], href: (id: string) => string) {
  if (files.length === 0) return nothing;
  return html`<div class="files">${files.map((file) => one(file, href(file.id)))}</div>`;
}

function one(file: Attachment, href: string): TemplateResult {
  if (SHOWN.has(file.content_type)) {
    return html`
      <a class="picture" href=${href} target="_blank" rel="noopener" title=${file.name}>
        <img src=${href} alt=${file.name} loading="lazy" decoding="async">
      </a>
    `;
  }
  return html`
    <a class="card" href=${href} download=${file.name} title=${file.name}>
      ${icon("file")}
      <span>
        <b class="ellipsis">${file.name}</b>
        <span class="quiet small">${bytes(file.size)}</span>
      </span>
    </a>
  `;
}
