/** A bar or line chart drawn as SVG in the theme's colours, with a table for those who listen. */

import { css, html, LitElement, nothing, svg } from "lit";
import { define } from "./hub_element.ts";
import { base } from "../styles/shared.ts";
import type { Series } from "./props.ts";
import { labelStride, niceTicks, shortNumber } from "./scale.ts";

const HEIGHT = 208;
const INSET = { top: 10, right: 8, bottom: 24, left: 40 };
const LABEL_PX = 58;

interface Plot {
  x: (index: number) => number;
  y: (value: number) => number;
  band: number;
  ticks: number[];
  stride: number;
}

export class HubChart extends LitElement {
  static override properties = {
    series: { attribute: false },
    label: {},
    width: { state: true },
    hovered: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: block;
        position: relative;
      }
      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
        overflow: visible;
      }
      text {
        font-size: 11px;
        fill: var(--hub-quiet);
        font-variant-numeric: tabular-nums;
      }
      .grid {
        stroke: var(--hub-line);
      }
      .zero {
        stroke: var(--hub-line-strong);
      }
      .bar {
        fill: var(--hub-chart, oklch(0.6 0.1 188));
      }
      .line {
        fill: none;
        stroke: var(--hub-chart, oklch(0.6 0.1 188));
        stroke-width: 2;
        stroke-linejoin: round;
        stroke-linecap: round;
      }
      .area {
        fill: var(--hub-chart, oklch(0.6 0.1 188));
        opacity: 0.12;
      }
      .point {
        fill: var(--hub-raised);
        stroke: var(--hub-chart, oklch(0.6 0.1 188));
        stroke-width: 2;
      }
      .hit {
        fill: transparent;
      }
      .hit.on {
        fill: var(--hub-hover);
      }
      .tip {
        position: absolute;
        top: -4px;
        translate: -50%;
        pointer-events: none;
        padding: 3px 9px;
        border-radius: var(--hub-radius);
        border: 1px solid var(--hub-line-strong);
        background: var(--hub-raised);
        box-shadow: var(--hub-shadow);
        font-size: 12px;
        white-space: nowrap;
      }
    `,
  ];
  declare series: Series;
  declare label: string;
  declare width: number;
  declare hovered: number | null;
  readonly #resized = new ResizeObserver(([entry]) => this.width = entry!.contentRect.width);

  constructor() {
    super();
    this.width = 0;
    this.hovered = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  override render() {
    const plot = this.#plot();
    return html`
      <svg viewBox="0 0 ${Math.max(this.width, 1)} ${HEIGHT}" aria-hidden="true"
        @pointerleave=${() => this.hovered = null}>
        ${this.width > 0 ? [this.#grid(plot), this.#hits(plot), this.#shape(plot)] : nothing}
      </svg>
      ${this.#tip(plot)} ${this.#table()}
    `;
  }

  #plot(): Plot {
    const { points } = this.series;
    const ticks = niceTicks(points.map((point) => point.value));
    const low = ticks[0]!;
    const span = ticks.at(-1)! - low;
    const inner = Math.max(0, this.width - INSET.left - INSET.right);
    const tall = HEIGHT - INSET.top - INSET.bottom;
    const band = inner / Math.max(1, points.length);
    return {
      x: (index) => INSET.left + band * (index + 0.5),
      y: (value) => INSET.top + tall * (1 - (value - low) / span),
      band,
      ticks,
      stride: labelStride(points.length, inner, LABEL_PX),
    };
  }

  #grid(plot: Plot) {
    const right = this.width - INSET.right;
    const room = Math.max(4, Math.floor((plot.band * plot.stride) / 6.4));
    const marks = plot.ticks.map((tick) =>
      svg`
        <line class=${tick === 0 ? "zero" : "grid"} x1=${INSET.left} x2=${right}
          y1=${plot.y(tick)} y2=${plot.y(tick)} />
        <text x=${INSET.left - 8} y=${plot.y(tick) + 4} text-anchor="end">${shortNumber(
          tick,
        )}</text>
      `
    );
    const labels = this.series.points.map((point, index) =>
      index % plot.stride
        ? nothing
        : svg`<text x=${plot.x(index)} y=${HEIGHT - 6} text-anchor="middle">${
          shorten(point.label, room)
        }</text>`
    );
    return [marks, labels];
  }

  #hits(plot: Plot) {
    return this.series.points.map((_, index) =>
      svg`
        <rect class="hit ${index === this.hovered ? "on" : ""}"
          x=${plot.x(index) - plot.band / 2} y=${INSET.top}
          width=${plot.band} height=${HEIGHT - INSET.top - INSET.bottom}
          @pointerenter=${() => this.hovered = index} />
      `
    );
  }

  #shape(plot: Plot) {
    return this.series.kind === "line" ? this.#line(plot) : this.#bars(plot);
  }

  #bars(plot: Plot) {
    const wide = Math.max(1, Math.min(44, plot.band * 0.64));
    const zero = plot.y(0);
    return this.series.points.map(({ value }, index) =>
      svg`
        <rect class="bar" rx=${Math.min(3, wide / 4)} width=${wide}
          x=${plot.x(index) - wide / 2} y=${Math.min(zero, plot.y(value))}
          height=${Math.abs(plot.y(value) - zero)} style="pointer-events:none" />
      `
    );
  }

  #line(plot: Plot) {
    const { points } = this.series;
    if (points.length === 0) return nothing;
    const spots = points.map(({ value }, index) => `${plot.x(index)},${plot.y(value)}`);
    const path = `M${spots.join("L")}`;
    const floor = plot.y(Math.max(0, plot.ticks[0]!));
    const area = `${path}L${plot.x(points.length - 1)},${floor}L${plot.x(0)},${floor}Z`;
    const dots = points.length > 24
      ? nothing
      : points.map(({ value }, index) =>
        svg`<circle class="point" r="3" cx=${plot.x(index)} cy=${plot.y(value)} />`
      );
    return svg`<g style="pointer-events:none"><path class="area" d=${area} />
      <path class="line" d=${path} />${dots}</g>`;
  }

  #tip(plot: Plot) {
    const point = this.hovered === null ? undefined : this.series.points[this.hovered];
    if (!point) return nothing;
    const left = Math.min(Math.max(plot.x(this.hovered!), 60), this.width - 60);
    return html`<div class="tip" aria-hidden="true" style="left:${left}px">
      ${point.label}: <b>${point.value.toLocaleString()}</b></div>`;
  }

  #table() {
    return html`
      <table class="sr">
        <caption>${this.label}</caption>
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>${this.series.points.map(({ label, value }) =>
          html`
            <tr>
              <th scope="row">${label}</th>
              <td>${value}</td>
            </tr>
          `
        )}</tbody>
      </table>
    `;
  }
}

function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

define("hub-chart", HubChart);
