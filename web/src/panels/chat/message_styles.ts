/** How messages look. */

import { css } from "lit";

export const messageStyles = css`
  :host {
    display: block;
    position: relative;
    min-height: 0;
  }
  .scroller {
    height: 100%;
    overflow-y: auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    display: flex;
    flex-direction: column;
  }
  .scroller:focus-visible {
    outline-offset: -3px;
  }
  .content {
    margin-top: auto;
    padding: 12px 0 10px;
  }
  .older {
    padding: 8px;
    text-align: center;
    font-size: 12.5px;
    color: var(--hub-quiet);
  }
  .day,
  .new {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 14px 20px 6px;
    font-size: 12px;
    font-weight: 560;
    color: var(--hub-quiet);
  }
  .day::before,
  .day::after,
  .new::before {
    content: "";
    flex: 1;
    border-top: 1px solid var(--hub-line);
  }
  .new {
    padding-block: 8px 2px;
    color: var(--hub-bad);
  }
  .new::before {
    border-color: currentColor;
    opacity: 0.55;
  }
  .message {
    display: grid;
    grid-template-columns: 34px minmax(0, 1fr);
    gap: 12px;
    padding: 1px 20px;
  }
  .message {
    position: relative;
  }
  .actions {
    position: absolute;
    inset: -6px 20px auto auto;
    display: flex;
    border: 1px solid var(--hub-line-strong);
    border-radius: var(--hub-radius);
    background: var(--hub-raised);
    opacity: 0;
  }
  .message:hover .actions,
  .actions:focus-within {
    opacity: 1;
  }
  .actions button {
    display: grid;
    place-items: center;
    min-width: 30px;
    min-height: 28px;
    border: 0;
    background: none;
    color: var(--hub-soft);
    cursor: pointer;
  }
  .actions button:hover {
    color: var(--hub-text);
    background: var(--hub-hover);
  }
  @media (hover: none) {
    .actions {
      position: static;
      grid-column: 2;
      justify-self: start;
      margin: 4px 0;
    }
    .message:not(.active) .actions:not(:focus-within) {
      position: absolute;
      clip-path: inset(50%);
    }
    .message.active .actions {
      opacity: 1;
    }
    .actions button {
      min-width: 42px;
      min-height: 40px;
    }
  }
  .message.first {
    margin-top: 9px;
  }
  .message:hover {
    background: var(--hub-hover);
  }
  .gutter > time {
    display: block;
    font-size: 11px;
    line-height: 22px;
    text-align: end;
    color: var(--hub-quiet);
    white-space: nowrap;
    opacity: 0;
  }
  .message:hover .gutter > time {
    opacity: 1;
  }
  .gutter > hub-avatar {
    margin-top: 3px;
  }
  .head {
    display: flex;
    align-items: baseline;
    gap: 8px;
    line-height: 20px;
  }
  .head b {
    font-weight: 620;
  }
  .head .badge {
    align-self: center;
    padding: 0 5px;
    border-radius: 4px;
    background: var(--hub-active);
    color: var(--hub-soft);
    font-size: 10.5px;
    font-weight: 620;
    line-height: 16px;
    text-transform: uppercase;
    letter-spacing: 0.03em;
  }
  .head time {
    font-size: 12px;
    color: var(--hub-quiet);
  }
  .text {
    max-width: 92ch;
    line-height: 22px;
    overflow-wrap: anywhere;
  }
  .text > * + * {
    margin-top: 6px;
  }
  .text a {
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .text ul,
  .text ol {
    display: block;
    padding-inline-start: 24px;
    list-style: disc;
  }
  .text ol {
    list-style: decimal;
  }
  .text code {
    padding: 1px 4px;
    border-radius: 4px;
    background: var(--hub-hover);
  }
  .text pre {
    overflow-x: auto;
    max-height: 420px;
    margin-block: 4px 0;
    padding: 8px 12px;
    border: 1px solid var(--hub-line);
    border-radius: var(--hub-radius);
    background: var(--hub-sunken);
    font-size: 13px;
    line-height: 19px;
  }
  .text pre code {
    padding: 0;
    background: none;
    white-space: pre;
    overflow-wrap: normal;
  }
  .text blockquote {
    margin-inline: 0;
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--hub-line-strong);
    color: var(--hub-soft);
  }
  .text hr {
    border: 0;
    border-top: 1px solid var(--hub-line);
  }
  .text .raw {
    white-space: pre-wrap;
  }
  .mention {
    padding: 0 3px;
    border-radius: 4px;
    background: var(--hub-accent-soft);
    color: var(--hub-accent);
    font-weight: 560;
  }
  .mention.me {
    background: var(--hub-warn-soft);
    color: var(--hub-warn);
  }
  .text .edited {
    margin: 0 0 0 6px;
    font-size: 12px;
    color: var(--hub-quiet);
  }
  .text p:has(+ .edited) {
    display: inline;
  }
  .text.deleted {
    color: var(--hub-quiet);
    font-style: italic;
  }
  .reactions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin: 4px 0 2px;
  }
  .reactions button {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    min-width: 44px;
    height: 26px;
    padding: 0 8px;
    border: 1px solid var(--hub-line);
    border-radius: 99px;
    background: var(--hub-sunken);
    color: var(--hub-soft);
    font-size: 12.5px;
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  .reactions button > span {
    font-family: "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif;
  }
  .reactions button:hover {
    border-color: var(--hub-line-strong);
  }
  .reactions [aria-pressed="true"] {
    border-color: var(--hub-accent);
    background: var(--hub-accent-soft);
    color: var(--hub-accent);
    font-weight: 560;
  }
  .thread {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    max-width: 100%;
    margin: 2px 0 2px -6px;
    padding: 3px 8px 3px 6px;
    border: 1px solid transparent;
    border-radius: var(--hub-radius);
    background: none;
    font-size: 12.5px;
    cursor: pointer;
  }
  .thread b {
    color: var(--hub-accent);
    font-weight: 600;
  }
  .thread:hover {
    border-color: var(--hub-line);
    background: var(--hub-raised);
  }
  .faces {
    display: inline-flex;
    gap: 2px;
  }
  .root {
    padding-bottom: 12px;
    border-bottom: 1px solid var(--hub-line);
    margin-bottom: 4px;
  }
  .editor textarea {
    display: block;
    width: 100%;
    max-height: 40vh;
    padding: 6px 10px;
    border: 1px solid var(--hub-line-strong);
    border-radius: var(--hub-radius);
    background: var(--hub-raised);
    color: inherit;
    font: inherit;
    line-height: 22px;
    resize: none;
    field-sizing: content;
  }
  .editor div {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 6px 0 4px;
  }
  .editor button {
    padding: 3px 12px;
    border: 1px solid var(--hub-line-strong);
    border-radius: var(--hub-radius);
    background: var(--hub-raised);
    cursor: pointer;
  }
  .editor button[type="submit"] {
    border-color: transparent;
    background: var(--hub-accent-strong);
    color: var(--hub-on-accent);
  }
  .editor .hint {
    font-size: 12px;
    color: var(--hub-quiet);
  }
  .note {
    margin: 8px 20px 0 66px;
    padding: 8px 12px 10px;
    border: 1px dashed var(--hub-line-strong);
    border-radius: var(--hub-radius);
  }
  .note > div:first-child {
    display: flex;
    justify-content: space-between;
  }
  .note button {
    display: grid;
    place-items: center;
    width: 24px;
    height: 24px;
    border: 0;
    border-radius: 4px;
    background: none;
    color: var(--hub-quiet);
    cursor: pointer;
  }
  .sending .text,
  .waiting .text {
    color: var(--hub-quiet);
  }
  .failure,
  div.waiting {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    font-size: 12.5px;
    color: var(--hub-bad);
  }
  div.waiting {
    color: var(--hub-quiet);
  }
  .failure button,
  .waiting button {
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 2px;
    cursor: pointer;
  }
  .jump {
    position: absolute;
    inset: auto auto 12px 50%;
    translate: -50%;
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 5px 13px;
    border: 1px solid var(--hub-line-strong);
    border-radius: 99px;
    background: var(--hub-raised);
    box-shadow: var(--hub-shadow);
    font-size: 12.5px;
    font-weight: 560;
    cursor: pointer;
  }
  @media (max-width: 760px) {
    .message,
    .day,
    .new {
      padding-inline: 12px;
    }
    .note {
      margin-inline: 12px;
    }
    .editor textarea {
      font-size: 16px;
    }
    .editor .hint {
      display: none;
    }
  }
`;
