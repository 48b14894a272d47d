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
      opacity: 1;
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
  .head time {
    font-size: 12px;
    color: var(--hub-quiet);
  }
  .text {
    max-width: 92ch;
    line-height: 22px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .text a {
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .sending .text {
    color: var(--hub-quiet);
  }
  .failure {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    font-size: 12.5px;
    color: var(--hub-bad);
  }
  .failure button {
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
  }
`;
