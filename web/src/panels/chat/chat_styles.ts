/** How the chat panel stands. */

import { css } from "lit";

export const chatStyles = css`
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) / 236px minmax(0, 1fr);
    height: 100%;
  }
  .channels {
    display: flex;
    flex-direction: column;
    min-height: 0;
    border-inline-end: 1px solid var(--hub-line);
  }
  .channels header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    height: var(--hub-bar);
    padding: 0 10px 0 18px;
  }
  .channels h1,
  .channels h2 {
    font-size: 15px;
    font-weight: 640;
  }
  .channels header button {
    display: grid;
    place-items: center;
    width: 32px;
    height: 32px;
    border: 0;
    border-radius: var(--hub-radius);
    background: none;
    color: var(--hub-quiet);
    font-size: 16px;
    cursor: pointer;
  }
  .channels header button:hover {
    background: var(--hub-hover);
    color: var(--hub-text);
  }
  .channels ul {
    display: grid;
    gap: 1px;
    padding: 0 8px;
  }
  .channels a {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 32px;
    padding: 0 10px;
    border-radius: var(--hub-radius);
    color: var(--hub-soft);
  }
  .channels a svg {
    width: 15px;
    height: 15px;
    color: var(--hub-quiet);
  }
  .channels a:hover {
    background: var(--hub-hover);
    text-decoration: none;
  }
  .channels a[aria-current] {
    background: var(--hub-active);
    color: var(--hub-text);
    font-weight: 560;
  }
  .channels a.has-unread {
    color: var(--hub-text);
    font-weight: 640;
  }
  .channels a .ellipsis {
    flex: 1;
  }
  .unread {
    min-width: 20px;
    padding: 0 6px;
    border-radius: 99px;
    background: var(--hub-accent-strong);
    color: var(--hub-on-accent);
    font-size: 11.5px;
    line-height: 19px;
    font-weight: 620;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .channels h3 {
    padding: 12px 10px 4px;
    font-size: 12px;
    font-weight: 560;
    color: var(--hub-quiet);
  }
  .lists {
    overflow-y: auto;
    padding-bottom: 12px;
  }
  .room {
    display: grid;
    grid-template-rows: var(--hub-bar) minmax(0, 1fr);
    min-height: 0;
    min-width: 0;
  }
  .room > .notice-place {
    grid-row: 2;
  }
  chat-thread {
    border-inline-start: 1px solid var(--hub-line);
  }
  :host(.in-thread) {
    grid-template-columns: 236px minmax(0, 1fr) minmax(320px, 400px);
  }
  @media (max-width: 1180px) {
    :host(.in-thread) {
      grid-template-columns: 236px minmax(0, 1fr);
    }
    :host(.in-thread) .room {
      display: none;
    }
    chat-thread {
      border: 0;
    }
  }
  @media (max-width: 760px) {
    :host,
    :host(.in-thread) {
      grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    }
    :host(.in-room) .channels,
    :host(:not(.in-room)) .room {
      display: none;
    }
    .channels {
      border: 0;
    }
    .channels a {
      height: 44px;
      font-size: 15px;
    }
    .channels header button {
      width: 44px;
      height: 44px;
    }
  }
  @media (min-width: 1500px) {
    :host {
      grid-template-columns: 268px minmax(0, 1fr);
    }
    :host(.in-thread) {
      grid-template-columns: 268px minmax(0, 1fr) 420px;
    }
  }
`;
