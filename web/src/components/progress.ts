/** A bar that says how far something is; without a share it says that it goes on. */

import { css, html, type TemplateResult } from "lit";

export const progressStyles = css`
  .progress-line {
    display: flex;
    align-items: center;
    gap: 10px;
    min-width: 0;
  }
  progress {
    appearance: none;
    flex: 0 1 160px;
    min-width: 60px;
    height: 6px;
    border: 0;
    border-radius: 99px;
    overflow: hidden;
    background: var(--hub-active);
  }
  progress::-webkit-progress-bar {
    background: none;
  }
  progress::-webkit-progress-value {
    background: var(--hub-accent-strong);
    transition: width 300ms;
  }
  progress::-moz-progress-bar {
    background: var(--hub-accent-strong);
  }
  progress:indeterminate {
    background: linear-gradient(90deg, transparent, var(--hub-accent-strong), transparent) 0 / 50%
      no-repeat var(--hub-active);
    animation: going 1.4s infinite;
  }
  @keyframes going {
    from {
      background-position: -100% 0;
    }
    to {
      background-position: 200% 0;
    }
  }
`;

export function progressBar(label: string, share: number | null, text: string): TemplateResult {
  const percent = share === null ? "" : `${Math.floor(share * 100)} %`;
  const said = [percent, text].filter(Boolean).join(" · ") || "Running…";
  const bar = share === null
    ? html`<progress aria-label=${label}></progress>`
    : html`<progress aria-label=${label} value=${share} max="1"></progress>`;
  return html`<div class="progress-line">${bar}<span class="small nums ellipsis">${said}</span></div>`;
}
