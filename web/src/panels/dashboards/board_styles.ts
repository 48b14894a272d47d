/** How a dashboard looks while it is arranged. */

import { css } from "lit";

export const boardStyles = css`
  :host {
    height: auto;
    overflow: visible;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .arranging .widget {
    cursor: grab;
    border-style: dashed;
    border-color: var(--hub-line-strong);
  }
  .widget.over {
    outline: 2px solid var(--hub-accent);
    outline-offset: 2px;
  }
  /* As tall as the line it takes the place of, so that nothing moves when arranging begins. */
  .widget footer.handles {
    gap: 2px;
    height: 33px;
    padding-block: 0;
  }
  .grip {
    display: inline-flex;
    margin-inline-end: auto;
  }
  .handle {
    display: inline-grid;
    place-items: center;
    width: 30px;
    height: 28px;
    padding: 0;
    border: 0;
    border-radius: var(--hub-radius);
    background: none;
    color: var(--hub-soft);
    cursor: pointer;
  }
  .handle:hover:not(:disabled) {
    background: var(--hub-hover);
    color: var(--hub-text);
  }
  .handle:disabled {
    opacity: 0.35;
    cursor: default;
  }
  .hidden {
    margin-top: 22px;
  }
  .hidden h2 {
    margin-bottom: 8px;
  }
  .hidden ul {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .hidden li {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 4px 4px 4px 12px;
    border: 1px solid var(--hub-line);
    border-radius: var(--hub-radius);
  }
  /* One column has no widths to choose from. */
  @media (max-width: 899px) {
    .handle[data-act^="Make"] {
      display: none;
    }
  }
  @media (max-width: 760px) {
    .handle {
      width: 40px;
      height: 33px;
    }
  }
`;
