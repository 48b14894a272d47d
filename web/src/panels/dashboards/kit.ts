/** The hub's own widget kit: plugins send a component's name and props, never code. */

import { html, nothing, type TemplateResult } from "lit";
import type { Widget } from "../../data/types.ts";
import "./chart.ts";
import { asList, asText, humanName, type Props, readSeries } from "./props.ts";

type Render = (props: Props, title: string) => TemplateResult | typeof nothing;

const kit: Record<string, Render> = {
  Text: (props) => html`<p class="text">${asText(props.text)}</p>`,
  Stat: (props) =>
    html`
      <div class="stat">
        <strong>${asText(props.value)}</strong>
        <span>${asText(props.label)}</span>
        ${props.hint ? html`<small>${asText(props.hint)}</small>` : nothing}
      </div>
    `,
  List: (props) => {
    const items = asList(props.items);
    if (items.length === 0) return html`<p class="none">Nothing to show</p>`;
    return html`<ul class="list">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  },
  Chart: chart,
  CustomChart: chart,
};

function chart(props: Props, title: string): TemplateResult {
  const series = readSeries(props);
  if (series.points.length === 0) return html`<p class="none">No values yet</p>`;
  return html`<hub-chart .series=${series} label=${asText(props.title) || title}></hub-chart>`;
}

function unknown(props: Props): TemplateResult | typeof nothing {
  const entries = Object.entries(props);
  if (entries.length === 0) return nothing;
  if (entries.length === 1) return html`<p class="text">${asText(entries[0]![1])}</p>`;
  return html`
    <dl class="props">
      ${entries.map(([key, value]) =>
        html`
          <div>
            <dt>${humanName(key)}</dt>
            <dd>${asText(value)}</dd>
          </div>
        `
      )}
    </dl>
  `;
}

function known(name: string): Render | undefined {
  return Object.hasOwn(kit, name) ? kit[name] : undefined;
}

export function widgetTitle(widget: Widget): string {
  return widget.title || asText(widget.props.title) || widget.component;
}

export function isWide(widget: Widget): boolean {
  return widget.component === "Chart" || widget.component === "CustomChart";
}

export function renderWidget(widget: Widget): TemplateResult | typeof nothing {
  const render = known(widget.component);
  return render ? render(widget.props, widgetTitle(widget)) : unknown(widget.props);
}
