/** How interactive blocks look, in messages and in widgets. */

import { css } from "lit";

export const barStyles = css`
  .bar {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 3px 10px;
    font-size: 13px;
  }
  .bar .label {
    overflow-wrap: anywhere;
  }
  .bar .hint {
    grid-area: 1 / 2;
    color: var(--hub-quiet);
    font-variant-numeric: tabular-nums;
  }
  .bar progress {
    appearance: none;
    grid-column: 1 / -1;
    width: 100%;
    height: 8px;
    border: 0;
    border-radius: 99px;
    overflow: hidden;
    background: var(--hub-active);
  }
  .bar progress::-webkit-progress-bar {
    background: none;
  }
  .bar progress::-webkit-progress-value {
    background: var(--hub-accent-strong);
    transition: width 300ms;
  }
  .bar progress::-moz-progress-bar {
    background: var(--hub-accent-strong);
  }
  @media (prefers-reduced-motion: reduce) {
    .bar progress::-webkit-progress-value {
      transition: none;
    }
  }
`;

export const blockStyles = [
  barStyles,
  css`
    :host {
      display: grid;
      gap: 8px;
      max-width: 520px;
      margin: 4px 0 6px;
    }
    .text a {
      text-decoration: underline;
      text-underline-offset: 2px;
    }
    .text {
      line-height: 22px;
      overflow-wrap: anywhere;
    }
    .text > * + * {
      margin-top: 6px;
    }
    .text pre {
      overflow-x: auto;
    }
    .text ul,
    .text ol {
      padding-inline-start: 24px;
      list-style: disc;
    }
    .text ol {
      list-style: decimal;
    }
    .note {
      font-size: 12.5px;
      color: var(--hub-quiet);
      overflow-wrap: anywhere;
    }
    .buttons {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
    }
    .buttons button {
      min-height: 32px;
      max-width: 100%;
      padding: 4px 12px;
      border: 1px solid var(--hub-line-strong);
      border-radius: var(--hub-radius);
      background: var(--hub-raised);
      color: var(--hub-text);
      font: inherit;
      font-size: 13px;
      font-weight: 560;
      overflow-wrap: anywhere;
      cursor: pointer;
    }
    .buttons button:hover {
      background: var(--hub-sunken);
    }
    .buttons .primary {
      border-color: transparent;
      background: var(--wa-color-brand-50);
      color: white;
    }
    .buttons .primary:hover {
      background: var(--wa-color-brand-40);
    }
    .buttons .danger {
      color: var(--hub-bad);
    }
    .buttons [aria-disabled="true"] {
      cursor: progress;
    }
    .buttons [aria-busy="true"] {
      opacity: 0.6;
    }
    .field {
      display: grid;
      gap: 4px;
      font-size: 13px;
    }
    .field > span {
      font-weight: 560;
    }
    .field input,
    .field select,
    .field textarea {
      width: 100%;
      min-height: 34px;
      padding: 6px 10px;
      border: 1px solid var(--hub-line-strong);
      border-radius: var(--hub-radius);
      background: var(--hub-raised);
      color: var(--hub-text);
      font: inherit;
      font-size: 14px;
      resize: vertical;
    }
    img {
      display: block;
      max-width: min(100%, 420px);
      max-height: 320px;
      border: 1px solid var(--hub-line);
      border-radius: var(--hub-radius);
      background: var(--hub-sunken);
      object-fit: contain;
    }
    hr {
      width: 100%;
      margin: 2px 0;
      border: 0;
      border-top: 1px solid var(--hub-line);
    }
    @media (hover: none) {
      .buttons button {
        min-height: 40px;
      }
      .field input,
      .field select,
      .field textarea {
        min-height: 42px;
        font-size: 16px;
      }
    }
  `,
];
