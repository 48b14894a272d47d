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
  .verdict:has(.notice) {
    margin-bottom: 14px;
  }
  .filters {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
    gap: 10px;
    margin-bottom: 14px;
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
