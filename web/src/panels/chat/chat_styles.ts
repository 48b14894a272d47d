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
    padding: 0 8px 12px;
    overflow-y: auto;
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
  .room {
    display: grid;
    grid-template-rows: var(--hub-bar) auto minmax(0, 1fr) auto;
    min-height: 0;
    min-width: 0;
  }
  .room > header {
    grid-row: 1;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 0 20px;
    border-bottom: 1px solid var(--hub-line);
    min-width: 0;
  }
  .room-error {
    grid-row: 2;
    padding: 10px 20px 0;
  }
  chat-messages {
    grid-row: 3;
  }
  chat-composer {
    grid-row: 4;
  }
  .room h1 {
    font-size: 15px;
    font-weight: 640;
    white-space: nowrap;
  }
  .room h1 span {
    color: var(--hub-quiet);
    font-weight: 500;
  }
  .topic {
    flex: 1;
    color: var(--hub-quiet);
    font-size: 13px;
  }
  .members {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    color: var(--hub-quiet);
    font-size: 13px;
    white-space: nowrap;
  }
  .back {
    display: none;
  }
  @media (max-width: 760px) {
    :host {
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
    .room > header {
      padding: 0 12px 0 4px;
      gap: 8px;
    }
    .back {
      display: grid;
      place-items: center;
      width: 40px;
      height: 44px;
      font-size: 20px;
    }
    .members {
      display: none;
    }
  }
  @media (min-width: 1500px) {
    :host {
      grid-template-columns: 268px minmax(0, 1fr);
    }
  }
`;
