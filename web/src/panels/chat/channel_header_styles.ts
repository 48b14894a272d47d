/** How the bar above a channel or a thread looks. */

import { css } from "lit";

export const headerStyles = css`
  :host {
    display: flex;
    align-items: center;
    gap: 8px;
    height: var(--hub-bar);
    padding: 0 12px 0 20px;
    border-bottom: 1px solid var(--hub-line);
    min-width: 0;
  }
  h1,
  h2 {
    font-size: 15px;
    font-weight: 640;
    white-space: nowrap;
  }
  h1 {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  h1 span {
    color: var(--hub-quiet);
    font-weight: 500;
  }
  .topic {
    flex: 1;
    min-width: 0;
    margin-inline-start: 4px;
    color: var(--hub-quiet);
    font-size: 13px;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-width: 32px;
    height: 32px;
    padding: 0 8px;
    border: 0;
    border-radius: var(--hub-radius);
    background: none;
    color: var(--hub-quiet);
    font-size: 13px;
    cursor: pointer;
  }
  button:hover {
    background: var(--hub-hover);
    color: var(--hub-text);
  }
  .back {
    display: none;
  }
  @media (max-width: 760px) {
    :host {
      padding: 0 4px;
      gap: 4px;
    }
    .back {
      display: grid;
      place-items: center;
      width: 40px;
      height: 44px;
      font-size: 20px;
    }
    button {
      min-width: 44px;
      height: 44px;
    }
  }
`;
