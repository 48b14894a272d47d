/** Notices in the page: failures with their way out, empty places, and skeletons while loading. */

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/skeleton/skeleton.js";
import { css, html, type TemplateResult } from "lit";
import type { ApiError } from "../data/error.ts";
import { icon } from "./icon.ts";

export const noticeStyles = css`
  .notice {
    display: flex;
    gap: 10px;
    align-items: flex-start;
    padding: 10px 14px;
    border-radius: var(--hub-radius);
    background: var(--hub-info-soft);
    color: var(--hub-text);
    font-size: 13.5px;
    overflow-wrap: anywhere;
  }
  .notice > svg {
    margin-top: 2px;
    color: var(--hub-info);
  }
  .notice > div {
    flex: 1;
    min-width: 0;
  }
  .notice.bad {
    background: var(--hub-bad-soft);
  }
  .notice.bad > svg {
    color: var(--hub-bad);
  }
  .notice.warn {
    background: var(--hub-warn-soft);
  }
  .notice.warn > svg {
    color: var(--hub-warn);
  }
  .notice.good {
    background: var(--hub-good-soft);
  }
  .notice.good > svg {
    color: var(--hub-good);
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 6px;
    padding: 56px 20px;
    text-align: center;
    color: var(--hub-quiet);
  }
  .empty > svg {
    width: 30px;
    height: 30px;
    margin-bottom: 4px;
    opacity: 0.75;
  }
  .empty wa-button {
    margin-top: 10px;
  }
  .empty strong {
    color: var(--hub-text);
    font-weight: 600;
  }
  .skeletons {
    display: grid;
    gap: 14px;
    padding: 18px;
  }
  .skeletons wa-skeleton {
    height: 14px;
  }
`;

interface Act {
  label: string;
  run: () => void;
}

type NoticeTone = "info" | "good" | "warn" | "bad";
const NOTICE_ICONS = { info: "info", good: "good", warn: "warning", bad: "alert" };

export function notice(tone: NoticeTone, content: unknown): TemplateResult {
  return html`
    <div class="notice ${tone}" role=${tone === "bad" ? "alert" : "status"}>
      ${icon(NOTICE_ICONS[tone])}
      <div>${content}</div>
    </div>
  `;
}

/** A failure, what to do next, and a button that tries again. */
export function failure(error: ApiError, retry?: () => void): TemplateResult {
  const again = retry &&
    html`<wa-button size="s" appearance="outlined" @click=${retry}>Try again</wa-button>`;
  return html`
    <div class="notice bad" role="alert">
      ${icon("alert")}
      <div><strong>${error.message}</strong> ${error.next}</div>
      ${again}
    </div>
  `;
}

/** An empty place, what it is for, and where one can act here, the way to fill it. */
export function empty(symbol: string, title: string, hint: string, act?: Act): TemplateResult {
  const button = act &&
    html`<wa-button size="s" variant="brand" @click=${act.run}>${act.label}</wa-button>`;
  return html`<div class="empty">${
    icon(symbol)
  }<strong>${title}</strong><span>${hint}</span>${button}</div>`;
}

export function skeletons(lines: number): TemplateResult {
  const widths = [62, 88, 46, 74, 55];
  return html`
    <div class="skeletons" role="status" aria-label="Loading">
      ${Array.from(
        { length: lines },
        (_, index) =>
          html`<wa-skeleton effect="pulse" style="width:${widths[index % 5]}%"></wa-skeleton>`,
      )}
    </div>
  `;
}
