/** How the backups stand. */

import { css } from "lit";

export const backupStyles = css`
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 18px;
    margin-bottom: 14px;
  }
  .going {
    min-height: 44px;
    padding: 11px 16px;
    margin-bottom: 14px;
  }
  .backup {
    display: grid;
    grid-template-columns: minmax(0, 1.6fr) 110px minmax(0, 1fr) auto;
    gap: 4px 18px;
    align-items: center;
    padding: 13px 16px;
    border-bottom: 1px solid var(--hub-line);
  }
  .backup:last-child {
    border: 0;
  }
  .name {
    min-width: 0;
  }
  .name b {
    display: block;
    font-weight: 600;
  }
  .name span {
    display: block;
    overflow-wrap: anywhere;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    justify-content: flex-end;
  }
  .why {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
    padding: 8px 12px;
    border-radius: var(--hub-radius);
    background: var(--hub-bad-soft);
    font-size: 13px;
  }
  .restore {
    margin-top: 22px;
    padding: 16px 18px 18px;
    display: grid;
    gap: 8px;
  }
  pre {
    margin: 0;
    padding: 10px 12px;
    border-radius: var(--hub-radius);
    background: var(--hub-sunken);
    border: 1px solid var(--hub-line);
    overflow-x: auto;
    font-family: var(--hub-mono);
    font-size: 12.5px;
  }
  @media (max-width: 1080px) {
    .backup {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .checked,
    .acts {
      grid-column: 1 / -1;
      justify-content: flex-start;
    }
  }
`;
