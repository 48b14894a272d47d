/** How the composer looks. */

import { css } from "lit";

export const composerStyles = css`
  :host {
    display: block;
    position: relative;
    padding: 0 20px 10px;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    gap: 2px;
    padding: 5px;
    border: 1px solid var(--hub-line-strong);
    border-radius: var(--hub-radius-large);
    background: var(--hub-raised);
  }
  form.dragging {
    border-style: dashed;
    background: var(--hub-accent-soft);
  }
  form:focus-within {
    border-color: var(--wa-color-focus);
    box-shadow: 0 0 0 1px var(--wa-color-focus);
  }
  textarea {
    flex: 1;
    min-width: 0;
    max-height: 40vh;
    height: 34px;
    padding: 6px 0 6px 6px;
    border: 0;
    outline: none;
    resize: none;
    background: none;
    color: inherit;
    font: inherit;
    line-height: 22px;
  }
  /* The frame around field and button shows the focus. */
  textarea:focus-visible {
    outline: none;
  }
  textarea::placeholder {
    color: var(--hub-quiet);
    opacity: 1;
  }
  form button {
    display: grid;
    place-items: center;
    flex: none;
    width: 34px;
    height: 34px;
    border: 0;
    border-radius: var(--hub-radius);
    background: none;
    color: var(--hub-quiet);
    cursor: pointer;
  }
  form button:hover:not(:disabled) {
    background: var(--hub-hover);
    color: var(--hub-text);
  }
  form button[type="submit"] {
    margin-inline-start: 4px;
    background: var(--hub-accent-strong);
    color: var(--hub-on-accent);
    transition: background 120ms;
  }
  form button[type="submit"]:disabled {
    background: none;
    color: var(--hub-quiet);
    cursor: default;
  }
  .below {
    display: flex;
    justify-content: space-between;
    min-height: 20px;
    padding: 4px 4px 0;
    font-size: 12px;
    line-height: 16px;
    color: var(--hub-quiet);
  }
  .over {
    color: var(--hub-bad);
  }
  .suggestions {
    position: absolute;
    inset: auto 20px 100% 20px;
    z-index: 2;
    margin-bottom: 6px;
    max-height: 50vh;
    overflow-y: auto;
    padding: 4px;
    border: 1px solid var(--hub-line-strong);
    border-radius: var(--hub-radius-large);
    background: var(--hub-raised);
    box-shadow: var(--hub-shadow);
  }
  .suggestions li {
    display: flex;
    gap: 12px;
    padding: 5px 10px;
    border-radius: var(--hub-radius);
    cursor: pointer;
  }
  .suggestions b {
    font-weight: 600;
    white-space: nowrap;
  }
  .suggestions span {
    color: var(--hub-quiet);
  }
  .suggestions [aria-selected="true"] {
    background: var(--hub-active);
  }
  .suggestions [aria-selected="true"] span {
    color: var(--hub-soft);
  }
  @media (max-width: 760px) {
    :host {
      padding: 0 10px max(10px, env(safe-area-inset-bottom));
    }
    .suggestions {
      inset-inline: 10px;
    }
    .hint {
      display: none;
    }
    .below {
      min-height: 0;
    }
    textarea {
      font-size: 16px; /* smaller text makes phones zoom into the field */
    }
  }
`;
