/** How the audit page stands; the row's grid is shared by titles and records. */

import { css } from "lit";

export const recordGrid = css`
  .grid {
    display: grid;
    grid-template-columns: 190px minmax(120px, 0.9fr) minmax(130px, 1fr) minmax(100px, 1fr) 124px
      84px;
    gap: 2px 14px;
    align-items: center;
    padding: 8px 16px;
  }
  .grid > * {
    min-width: 0;
  }
  .took {
    text-align: end;
  }
  @media (max-width: 900px) {
    .grid {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .grid .time {
      order: 1;
    }
    .grid .outcome {
      order: 2;
    }
    .grid .action {
      order: 3;
    }
    .grid .took {
      order: 4;
    }
    .grid .actor {
      order: 5;
      grid-column: 1 / -1;
    }
    .grid .target {
      order: 6;
      grid-column: 1 / -1;
      color: var(--hub-quiet);
    }
  }
`;

export const auditStyles = css`
  .verdict:has(.notice, .progress-line) {
    margin-bottom: 14px;
  }
  .filters {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
    gap: 10px;
    align-items: end;
    margin-bottom: 10px;
  }
  .filters > .wide {
    grid-column: span 2;
  }
  .filters.rest {
    padding-top: 2px;
  }
  details.narrow {
    margin-bottom: 12px;
  }
  details.narrow summary {
    width: fit-content;
    padding: 2px 0;
    cursor: pointer;
    font-size: 12.5px;
    color: var(--hub-quiet);
  }
  label.moment {
    display: grid;
    gap: 6px;
    font-size: 12px;
    font-weight: 500;
    line-height: 1.2;
    min-width: 0;
  }
  label.moment input {
    width: 100%;
    min-width: 0;
    padding: 0.45em 0.7em;
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--hub-radius);
    background: var(--wa-form-control-background-color);
    color: var(--hub-text);
    color-scheme: inherit;
    font: inherit;
    font-weight: 400;
  }
  /* As high whether something is new or not: nothing jumps when something comes. */
  .state {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    min-height: 32px;
    margin-bottom: 8px;
    font-size: 12.5px;
    color: var(--hub-quiet);
  }
  .state > :last-child {
    margin-inline-start: auto;
  }
  wa-drawer {
    --size: min(560px, 100vw);
  }
  wa-drawer::part(title) {
    font-size: 16px;
    font-weight: 640;
  }
  .trace {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    margin-bottom: 14px;
    overflow-wrap: anywhere;
  }
  .titles {
    display: grid;
    grid-template-columns: 190px minmax(120px, 0.9fr) minmax(130px, 1fr) minmax(100px, 1fr) 124px
      84px;
    gap: 14px;
    padding: 9px 16px;
    border-bottom: 1px solid var(--hub-line);
    font-size: 12.5px;
    font-weight: 540;
    color: var(--hub-quiet);
  }
  .titles > :last-child {
    text-align: end;
  }
  .more {
    margin-top: 16px;
    text-align: center;
  }
  @media (max-width: 500px) {
    .filters {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
  @media (max-width: 900px) {
    .titles {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
`;
