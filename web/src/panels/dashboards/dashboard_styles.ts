/** How dashboards and widgets look. */

import { css } from "lit";
import { barStyles } from "../../components/block_styles.ts";

export const dashboardStyles = [
  barStyles,
  css`
    .page.wide {
      max-width: 1560px;
    }
    .boards {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
      gap: 12px;
    }
    .board {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 16px;
      color: var(--hub-text);
    }
    .board:hover {
      border-color: var(--hub-line-strong);
      background: var(--hub-sunken);
      text-decoration: none;
    }
    .board b {
      flex: 1;
      font-weight: 580;
    }
    .board svg {
      color: var(--hub-quiet);
    }
    .problems {
      display: grid;
      gap: 8px;
    }
    .problems:not(:empty) {
      margin-bottom: 14px;
    }
    .grid {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 270px), 1fr));
      grid-auto-flow: dense;
      gap: 14px;
    }
    /* Most answers are there long before this shows. */
    .late {
      margin-bottom: 14px;
      color: var(--hub-quiet);
      animation: late 200ms 1200ms backwards;
    }
    @keyframes late {
      from {
        opacity: 0;
      }
    }
    .widget {
      display: flex;
      flex-direction: column;
      min-width: 0;
      min-height: 148px;
      padding: 14px 16px 0;
    }
    .widget h2 {
      font-size: 13px;
      font-weight: 560;
      color: var(--hub-soft);
      overflow-wrap: anywhere;
    }
    .widget .content {
      flex: 1;
      padding: 10px 0 14px;
      min-width: 0;
    }
    .widget footer {
      display: flex;
      align-items: center;
      gap: 6px;
      margin: 0 -16px;
      padding: 7px 16px;
      border-top: 1px solid var(--hub-line);
      font-size: 12px;
      color: var(--hub-quiet);
    }
    .text {
      font-size: 15px;
      line-height: 1.55;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    .none {
      color: var(--hub-quiet);
    }
    .stat {
      display: grid;
      gap: 1px;
    }
    .stat strong {
      font-size: 30px;
      line-height: 1.2;
      font-weight: 640;
      letter-spacing: -0.02em;
      font-variant-numeric: tabular-nums;
      overflow-wrap: anywhere;
    }
    .stat small {
      margin-top: 4px;
      font-size: 12.5px;
      color: var(--hub-quiet);
    }
    .list li {
      padding: 6px 0;
      border-bottom: 1px solid var(--hub-line);
      overflow-wrap: anywhere;
    }
    .list li:last-child {
      border: 0;
    }
    .table {
      overflow-x: auto;
    }
    .table table {
      width: 100%;
      border-collapse: collapse;
      font-size: 13.5px;
    }
    .table th,
    .table td {
      padding: 6px 10px 6px 0;
      border-bottom: 1px solid var(--hub-line);
      text-align: start;
      overflow-wrap: anywhere;
    }
    .table th {
      font-weight: 560;
      color: var(--hub-quiet);
    }
    .props {
      display: grid;
      gap: 8px;
    }
    .props dt {
      font-size: 12px;
      color: var(--hub-quiet);
    }
    .props dd {
      overflow-wrap: anywhere;
    }
    @media (min-width: 900px) {
      .double {
        grid-column: span 2;
      }
    }
  `,
];
