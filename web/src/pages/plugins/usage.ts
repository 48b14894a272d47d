/** What a sandboxed plugin uses, as graphs that go on while the page is looked at. */

import { css, html, nothing, type PropertyValues, svg } from "lit";
import { define, HubElement } from "../../components/hub_element.ts";
import { failure, noticeStyles } from "../../components/notice.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Plugin, PluginUsage, UsagePoint } from "../../data/types.ts";
import { base, page } from "../../styles/shared.ts";
import {
  HEIGHT,
  height,
  inWords,
  type Measure,
  path,
  shown,
  top,
  WIDTH,
  withPoint,
} from "./course.ts";

/** Half a minute is the lease; it is renewed in good time. */
const RENEW_MS = 20_000;

interface Told {
  id: string;
  point: UsagePoint;
}

export class PluginUsageGraphs extends HubElement {
  static override properties = { ...HubElement.properties, plugin: { attribute: false } };
  static override styles = [
    base,
    page,
    noticeStyles,
    css`
      :host {
        display: block;
        height: auto;
        overflow: visible;
        scrollbar-gutter: auto;
      }
      .card {
        padding: 16px 18px 18px;
      }
      h2 {
        margin-bottom: 12px;
      }
      .graphs {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
        gap: 16px 22px;
        margin: 0;
      }
      .graph {
        min-width: 0;
      }
      header {
        display: flex;
        justify-content: space-between;
        gap: 8px;
        margin-bottom: 6px;
        white-space: nowrap;
      }
      header b {
        font-weight: 620;
        font-variant-numeric: tabular-nums;
      }
      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
        border-bottom: 1px solid var(--hub-line-strong);
        overflow: hidden;
      }
      .line {
        fill: none;
        stroke: var(--hub-chart, oklch(0.6 0.1 188));
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
        stroke-linejoin: round;
      }
      .limit {
        stroke: var(--hub-bad);
        stroke-width: 1;
        stroke-dasharray: 4 4;
        vector-effect: non-scaling-stroke;
      }
      .under {
        display: flex;
        justify-content: space-between;
        margin-top: 4px;
      }
    `,
  ];
  declare plugin: Plugin;
  readonly #usage = new Resource<PluginUsage>(
    this,
    () => this.hub.api.plugins.watchUsage(this.plugin.id),
  );
  #shown = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const renew = () => {
      if (!document.hidden) void this.#usage.reload();
    };
    const timer = setInterval(renew, RENEW_MS);
    document.addEventListener("visibilitychange", renew);
    this.whileConnected(
      this.hub.live.on<Told>("plugin.usage", (told) => this.#take(told)),
      () => clearInterval(timer),
      () => document.removeEventListener("visibilitychange", renew),
    );
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("plugin") || this.#shown === this.plugin.id) return;
    this.#shown = this.plugin.id;
    void this.#usage.restart();
  }

  #take(told: Told): void {
    const { value } = this.#usage;
    if (!value || told.id !== this.plugin.id) return;
    const points = withPoint(value.points, told.point, value.window_seconds);
    this.#usage.put({ ...value, points });
  }

  override render() {
    const { value, error } = this.#usage;
    return html`
      <section class="card" aria-label="Usage">
        <h2>Usage</h2>
        ${error && !value ? failure(error, () => void this.#usage.reload()) : nothing}
        <div class="graphs">${this.#measures().map((one) => this.#graph(one))}</div>
      </section>
    `;
  }

  #measures(): Measure[] {
    const limits = this.#usage.value?.limits;
    return [
      {
        title: "Processor",
        unit: "%",
        limit: limits?.cpu_percent ?? 10,
        of: (point) => point.cpu_percent,
      },
      {
        title: "Memory",
        unit: "MB",
        limit: limits?.memory_mb ?? 50,
        of: (point) => point.memory_mb,
      },
      {
        title: "Network requests",
        unit: "a minute",
        limit: limits?.requests_per_minute ?? 100,
        of: (point) => point.requests,
      },
    ];
  }

  #graph(measure: Measure) {
    const points = this.#usage.value?.points ?? [];
    const seconds = this.#usage.value?.window_seconds ?? 300;
    const last = points.at(-1);
    // What ended uses nothing: its last measurement is history.
    const now = this.plugin.health.pid === null ? undefined : last;
    const most = top(points.map(measure.of), measure.limit);
    const line = height(measure.limit, most);
    return html`
      <div class="graph" role="img" aria-label=${inWords(points, measure, now)}>
        <header aria-hidden="true">
          <span>${measure.title}</span>
          <b>${now ? `${shown(measure.of(now))} ${measure.unit}` : "–"}</b>
        </header>
        <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
          ${svg`
            <line class="limit" x1="0" x2=${WIDTH} y1=${line} y2=${line} />
            <path class="line" d=${last
              ? path(points, measure, seconds, Date.parse(last.at))
              : ""} />
          `}
        </svg>
        <div class="under quiet small" aria-hidden="true">
          <span>${seconds / 60} minutes ago</span>
          <span>${measure.limit.toLocaleString()} ${measure.unit} allowed</span>
          <span>now</span>
        </div>
      </div>
    `;
  }
}

define("plugin-usage", PluginUsageGraphs);
