/** How one setting looks. */

import { css } from "lit";

export const settingStyles = css`
  :host {
    display: block;
    border-bottom: 1px solid var(--hub-line);
  }
  :host(:last-child) {
    border: 0;
  }
  .setting {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(240px, auto);
    gap: 6px 24px;
    align-items: center;
    padding: 11px 8px 11px 16px;
  }
  .what code {
    font-weight: 560;
    overflow-wrap: anywhere;
  }
  .value {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 10px;
    min-width: 0;
  }
  .is {
    overflow-wrap: anywhere;
    text-align: end;
  }
  form {
    display: grid;
    gap: 10px;
    width: min(340px, 100%);
    padding-inline-end: 8px;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  @media (max-width: 760px) {
    .setting {
      grid-template-columns: minmax(0, 1fr);
    }
    .value {
      justify-content: flex-start;
    }
    .is {
      text-align: start;
    }
    .value wa-button {
      margin-inline-start: auto;
    }
    form {
      width: 100%;
    }
  }
`;
