/** Styles that more than one component needs, as sheets that shadow roots adopt. */

import { css } from "lit";

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  a {
    color: var(--hub-accent);
    text-decoration: none;
  }
  a:hover {
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  :focus-visible {
    outline: 2px solid var(--wa-color-focus);
    outline-offset: 2px;
    border-radius: 4px;
  }
  button {
    font: inherit;
    color: inherit;
  }
  code,
  .mono {
    font-family: var(--hub-mono);
    font-size: 0.92em;
  }
  .quiet {
    color: var(--hub-quiet);
  }
  .small {
    font-size: 12.5px;
  }
  .nums {
    font-variant-numeric: tabular-nums;
  }
  .ellipsis {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  [hidden] {
    display: none !important;
  }
  svg.icon {
    width: 1.15em;
    height: 1.15em;
    flex: none;
    vertical-align: -0.2em;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      transition-duration: 0.01ms !important;
    }
  }
`;

export const page = css`
  :host {
    display: block;
    position: relative; /* what is placed in it scrolls with it, and never the window */
    height: 100%;
    overflow: auto;
    scrollbar-gutter: stable;
  }
  .page {
    max-width: 1320px;
    padding: 26px var(--hub-gutter) 64px;
  }
  .page.narrow {
    max-width: 860px;
  }
  header.head {
    display: flex;
    align-items: flex-start;
    gap: 12px 16px;
    flex-wrap: wrap;
    margin-bottom: 20px;
  }
  header.head > div:first-child {
    flex: 1 1 260px;
    min-width: 0;
  }
  h1 {
    font-size: 21px;
    line-height: 1.3;
    font-weight: 640;
    letter-spacing: -0.012em;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 14px;
    font-weight: 620;
  }
  .lead {
    color: var(--hub-quiet);
    margin-top: 2px;
    max-width: 70ch;
  }
  .card {
    background: var(--hub-raised);
    border: 1px solid var(--hub-line);
    border-radius: var(--hub-radius-large);
  }
  @media (max-width: 760px) {
    :host {
      scrollbar-gutter: auto;
    }
    .page {
      padding-top: 16px;
    }
  }
  .crumb {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    font-size: 13px;
    color: var(--hub-quiet);
    margin-bottom: 10px;
  }
`;

export const table = css`
  .scroll {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    text-align: start;
    font-size: 12.5px;
    font-weight: 540;
    color: var(--hub-quiet);
    padding: 9px 14px;
    border-bottom: 1px solid var(--hub-line);
    white-space: nowrap;
  }
  td {
    padding: 9px 14px;
    border-bottom: 1px solid var(--hub-line);
    vertical-align: middle;
  }
  tbody tr:last-child > td {
    border-bottom: 0;
  }
  tbody tr.row:hover {
    background: var(--hub-hover);
  }
  .end {
    text-align: end;
  }
`;

export const pill = css`
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    padding: 1px 8px;
    border-radius: 99px;
    font-size: 12px;
    line-height: 18px;
    font-weight: 540;
    white-space: nowrap;
    background: var(--hub-hover);
    color: var(--hub-soft);
  }
  .pill.square {
    border-radius: 5px;
  }
  .pill.good {
    background: var(--hub-good-soft);
    color: var(--hub-good);
  }
  .pill.warn {
    background: var(--hub-warn-soft);
    color: var(--hub-warn);
  }
  .pill.bad {
    background: var(--hub-bad-soft);
    color: var(--hub-bad);
  }
  .pill.info {
    background: var(--hub-info-soft);
    color: var(--hub-info);
  }
  .pill.accent {
    background: var(--hub-accent-soft);
    color: var(--hub-accent);
  }
  .dot {
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: currentColor;
  }
`;

/** A native checkbox that looks like a switch: the control one sees is the one that is clicked. */
export const toggle = css`
  input.toggle {
    appearance: none;
    flex: none;
    position: relative;
    width: 32px;
    height: 18px;
    margin: 0;
    border: 1.5px solid var(--hub-quiet);
    border-radius: 99px;
    background: none;
    cursor: pointer;
    transition: background 120ms, border-color 120ms;
  }
  input.toggle::after {
    content: "";
    position: absolute;
    inset: 2px auto auto 2px;
    width: 11px;
    height: 11px;
    border-radius: 50%;
    background: var(--hub-quiet);
    transition: translate 120ms, background 120ms;
  }
  input.toggle:checked {
    border-color: var(--hub-accent-strong);
    background: var(--hub-accent-strong);
  }
  input.toggle:checked::after {
    translate: 14px;
    background: var(--hub-on-accent);
  }
  input.toggle:focus-visible {
    border-radius: 99px;
  }
  input.toggle:disabled {
    opacity: 0.5;
    cursor: default;
  }
  label.toggle {
    display: inline-flex;
    align-items: center;
    gap: 9px;
    cursor: pointer;
  }
`;

/** A native select with its label above, in step with Web Awesome's inputs. */
export const choice = css`
  label.choice {
    display: grid;
    gap: 6px;
    min-width: 0;
    font-weight: 500;
    line-height: 1.2;
  }
  label.choice.small {
    font-size: 12px;
  }
  label.choice select {
    appearance: none;
    width: 100%;
    padding: 0.55em 2.2em 0.55em 0.8em;
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--hub-radius);
    background: var(--wa-form-control-background-color);
    color: var(--hub-text);
    font: inherit;
    font-weight: 400;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  label.choice select:focus-visible {
    outline-offset: 1px;
    border-radius: var(--hub-radius);
  }
  label.choice select:disabled {
    opacity: 0.5;
    cursor: default;
  }
  label.choice span.field {
    display: grid;
    align-items: center;
  }
  label.choice span.field > * {
    grid-area: 1 / 1;
  }
  label.choice svg {
    justify-self: end;
    margin-inline-end: 0.7em;
    pointer-events: none;
    color: var(--hub-quiet);
  }
`;
