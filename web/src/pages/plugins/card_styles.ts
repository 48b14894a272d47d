/** How the cards look that list what an administrator decided about a sandboxed plugin. */

import { css } from "lit";

export const cardStyles = css`
  :host {
    display: block;
    height: auto;
    overflow: visible;
    scrollbar-gutter: auto;
  }
  .card {
    display: grid;
    gap: 10px;
    padding: 16px 18px 18px;
  }
  .title,
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .title h2 {
    flex: 1;
  }
  .row code,
  .row strong {
    flex: 1;
    min-width: 9em;
    overflow-wrap: anywhere;
  }
  h3 {
    font-size: 12.5px;
    font-weight: 540;
    color: var(--hub-quiet);
    margin-top: 4px;
  }
  li {
    display: grid;
    gap: 4px;
    padding: 8px 0;
  }
  li + li {
    border-top: 1px solid var(--hub-line);
  }
  p {
    overflow-wrap: anywhere;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 5px;
  }
  .chips code {
    max-width: 100%;
    overflow-wrap: anywhere;
    white-space: normal;
  }
`;
