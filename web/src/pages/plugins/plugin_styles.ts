/** How the plugin pages look. */

import { css } from "lit";

export const pluginListStyles = css`
  .plugin {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 190px 220px 130px;
    gap: 4px 18px;
    align-items: center;
    padding: 13px 16px;
    border-bottom: 1px solid var(--hub-line);
  }
  .plugin:last-child {
    border: 0;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 9px;
  }
  .line a {
    font-weight: 600;
    color: var(--hub-text);
  }
  .name p {
    margin-top: 1px;
    overflow-wrap: anywhere;
  }
  .state {
    display: flex;
    flex-wrap: wrap;
    gap: 5px;
  }
  .numbers {
    display: grid;
  }
  .switch {
    display: flex;
    justify-content: flex-end;
    align-items: center;
    gap: 8px;
  }
  .why {
    grid-column: 1 / -1;
    margin-top: 6px;
    overflow-wrap: anywhere;
  }
  @media (max-width: 1080px) {
    .plugin {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .name {
      grid-area: 1 / 1;
    }
    .switch {
      grid-area: 1 / 2;
    }
    .state,
    .numbers {
      grid-column: 1 / -1;
    }
    .numbers {
      display: flex;
      flex-wrap: wrap;
      gap: 0 12px;
    }
  }
`;

export const pluginPageStyles = css`
  .titles {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .switch {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 34px;
  }
  .above {
    margin-bottom: 14px;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr));
    gap: 14px;
  }
  .column {
    display: grid;
    gap: 14px;
    align-content: start;
    min-width: 0;
  }
  .column > .card {
    padding: 16px 18px 18px;
  }
  .notes {
    display: grid;
    gap: 8px;
  }
  .notes:not(:empty) {
    margin-bottom: 14px;
  }
  h2 {
    margin-bottom: 12px;
  }
  dl.facts {
    display: grid;
    grid-template-columns: 118px minmax(0, 1fr);
    gap: 7px 14px;
  }
  dl.facts dt {
    color: var(--hub-quiet);
  }
  dl.facts dd {
    overflow-wrap: anywhere;
  }
  .permissions li {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 5px 0;
  }
  .permissions li:has(.scope) {
    flex-wrap: wrap;
  }
  .permissions .scope {
    flex-basis: 100%;
    overflow-wrap: anywhere;
  }
  .permissions code,
  .permissions .other {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .permissions .other {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 6px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 14px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 5px;
  }
  .card h3 {
    margin: 14px 0 6px;
    font-size: 12.5px;
    font-weight: 540;
    color: var(--hub-quiet);
  }
  .card h3:first-of-type {
    margin-top: 0;
  }
`;
