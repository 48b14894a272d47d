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
    grid-template-columns: minmax(0, 1fr) minmax(0, 330px);
    gap: 8px 28px;
    padding: 14px 18px;
  }
  .what label {
    font-weight: 560;
    overflow-wrap: anywhere;
    margin-inline-end: 6px;
  }
  .what code {
    overflow-wrap: anywhere;
  }
  .what p {
    margin-top: 3px;
  }
  .value {
    display: grid;
    gap: 6px;
    align-content: start;
    min-width: 0;
  }
  .value > input,
  .value > textarea {
    width: 100%;
    padding: 0.5em 0.8em;
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--hub-radius);
    background: var(--wa-form-control-background-color);
    color: var(--hub-text);
    font: inherit;
  }
  .value > textarea {
    resize: vertical;
    font-family: var(--hub-mono);
    font-size: 0.92em;
  }
  .value > :disabled {
    opacity: 0.6;
  }
  .value ::placeholder {
    color: var(--hub-quiet);
    opacity: 1;
  }
  .value > :focus-visible {
    outline-offset: 1px;
    border-radius: var(--hub-radius);
  }
  [aria-invalid="true"] {
    border-color: var(--hub-bad) !important;
  }
  .switch {
    display: flex;
    align-items: center;
    gap: 10px;
    min-height: 34px;
  }
  .problem {
    color: var(--hub-bad);
    font-size: 13px;
    overflow-wrap: anywhere;
  }
  /* As high as its buttons, so that nothing moves when they come. */
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    min-height: 32px;
  }
  .facts wa-button:only-of-type[appearance="plain"] {
    margin-inline-start: auto;
  }
  @media (max-width: 760px) {
    .setting {
      grid-template-columns: minmax(0, 1fr);
      padding-inline: 14px;
    }
    .what code {
      display: block;
    }
  }
`;
