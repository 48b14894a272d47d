import { css } from "lit";

/** Of lists of permissions that are asked for. */
export const askedStyles = css`
  .asked {
    display: grid;
    gap: 4px;
    padding: 10px 0;
  }
  .asked + .asked {
    border-top: 1px solid var(--hub-line);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .row code {
    flex: 1;
    min-width: 8em;
    overflow-wrap: anywhere;
  }
  p,
  li {
    overflow-wrap: anywhere;
  }
  .risk {
    font-size: 12.5px;
    font-weight: 620;
  }
  .risk.high {
    color: var(--hub-bad);
  }
  .risk.medium {
    color: var(--hub-warn);
  }
  .risk.low {
    color: var(--hub-good);
  }
  .changes {
    margin: 8px 0 4px;
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--hub-warn-soft);
  }
  .changes ul,
  details ul {
    margin: 4px 0 0;
    padding-left: 18px;
    list-style: disc;
  }
  summary {
    cursor: pointer;
    width: fit-content;
    color: var(--hub-soft);
  }
  /* Tells those who hear the page which of the buttons it is. */
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: pre;
  }
`;
