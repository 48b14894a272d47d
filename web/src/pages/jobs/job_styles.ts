/** How the jobs stand. */

import { css } from "lit";

export const jobStyles = css`
  section + section {
    margin-top: 22px;
  }
  .owner {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 2px 12px;
    margin: 0 2px 8px;
  }
  .job {
    display: grid;
    grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr) minmax(0, 1fr) auto;
    gap: 4px 18px;
    align-items: center;
    padding: 13px 16px;
    border-bottom: 1px solid var(--hub-line);
  }
  .job:last-child {
    border: 0;
  }
  .name {
    min-width: 0;
  }
  .name b {
    display: block;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .fact {
    min-width: 0;
    min-height: 40px;
    display: grid;
    align-content: center;
  }
  .acts {
    display: flex;
    gap: 6px;
    justify-content: flex-end;
  }
  .acts wa-button::part(base) {
    min-width: 84px;
  }
  .more {
    grid-column: 1 / -1;
    min-width: 0;
  }
  .why {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    padding: 8px 12px;
    border-radius: var(--hub-radius);
    background: var(--hub-bad-soft);
    font-size: 13px;
  }
  .runs {
    margin-top: 8px;
    border: 1px solid var(--hub-line);
    border-radius: var(--hub-radius);
  }
  .runs table {
    min-width: 720px;
  }
  .runs td.nums {
    white-space: nowrap;
  }
  .runs td.said {
    max-width: 420px;
    overflow-wrap: anywhere;
  }
  @media (max-width: 980px) {
    .job {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .name,
    .acts {
      grid-column: 1 / -1;
    }
    .acts {
      justify-content: flex-start;
      flex-wrap: wrap;
    }
    .fact {
      align-content: start;
    }
  }
`;
