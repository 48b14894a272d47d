/** How the frame stands: side bar and content on wide screens, top bar and content on phones. */

import { css } from "lit";

export const frameStyles = css`
  :host {
    display: grid;
    grid-template: "side main" minmax(0, 1fr) / 232px minmax(0, 1fr);
    height: 100dvh;
    color: var(--hub-text);
    font: var(--hub-font);
  }
  :host([acting]) {
    grid-template: "acting acting" auto "side main" minmax(0, 1fr) / 232px minmax(0, 1fr);
  }
  .acting {
    grid-area: acting;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 10px;
    padding: 6px 12px;
    background: var(--hub-warn-soft);
    color: var(--hub-text);
    border-bottom: 1px solid var(--hub-line);
  }
  .acting button {
    min-height: 30px;
    padding: 0 12px;
    border: 1px solid var(--hub-quiet);
    border-radius: var(--hub-radius);
    background: var(--hub-raised);
    cursor: pointer;
  }
  .skip {
    position: fixed;
    inset: -120px auto auto 12px;
    z-index: 20;
    padding: 8px 14px;
    border: 0;
    border-radius: var(--hub-radius);
    background: var(--hub-raised);
    box-shadow: var(--hub-shadow);
  }
  .skip:focus {
    top: 12px;
  }
  .side {
    grid-area: side;
    display: flex;
    flex-direction: column;
    min-height: 0;
    padding: 12px 10px 10px;
    background: var(--hub-side);
    border-inline-end: 1px solid var(--hub-line);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 4px 10px 14px;
    color: var(--hub-text);
    font-size: 15px;
    letter-spacing: -0.01em;
  }
  .brand:hover {
    text-decoration: none;
  }
  .brand b {
    font-weight: 660;
  }
  .places {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
  }
  .connection span {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    margin: 6px 10px;
    font-size: 12.5px;
    color: var(--hub-warn);
    /* A blink of a second is not worth a word. */
    animation: appear 200ms 1s both;
  }
  @keyframes appear {
    from {
      opacity: 0;
      visibility: hidden;
    }
  }
  .top {
    display: none;
  }
  main {
    grid-area: main;
    min-width: 0;
    min-height: 0;
    background: var(--hub-page);
  }
  main:focus,
  main:focus-visible {
    outline: none;
  }
  wa-drawer {
    --size: min(300px, 84vw);
    --spacing: 14px;
  }
  wa-drawer::part(title) {
    font-size: 16px;
    font-weight: 640;
  }
  @media (max-width: 760px) {
    :host {
      grid-template: "top" 50px "main" minmax(0, 1fr) / minmax(0, 1fr);
    }
    :host([acting]) {
      grid-template: "acting" auto "top" 50px "main" minmax(0, 1fr) / minmax(0, 1fr);
    }
    .side {
      display: none;
    }
    .top {
      grid-area: top;
      display: flex;
      align-items: center;
      gap: 6px;
      padding: 0 6px;
      background: var(--hub-side);
      border-bottom: 1px solid var(--hub-line);
    }
    .top > b {
      flex: 1;
      font-weight: 620;
      font-size: 15px;
    }
    .top button {
      display: grid;
      place-items: center;
      width: 44px;
      height: 44px;
      border: 0;
      border-radius: var(--hub-radius);
      background: none;
      font-size: 18px;
      cursor: pointer;
    }
  }
  @media (min-width: 1500px) {
    :host {
      grid-template-columns: 256px minmax(0, 1fr);
    }
  }
`;
