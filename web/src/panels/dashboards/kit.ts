/** The hub's own widget kit: plugins send a component's name and props, never code. */

import { html, nothing, type TemplateResult } from "lit";
import { bar } from "../../components/blocks.ts";
import type { Block, BlockButton, Clicked } from "../../data/blocks.ts";
import type { Widget } from "../../data/types.ts";
import "../../components/chart.ts";
import { asList, asText, humanName, type Props, readSeries } from "../../components/props.ts";

type Render = (props: Props, title: string) => TemplateResult | typeof nothing;

/** What interactive widgets need of the page. */
export interface Doors {
  me(): string;
  fileHref(id: string): string;
  click(widget: Widget, clicked: Clicked): Promise<void>;
}

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
  Table: table,
  Progress: (props) =>
    bar({
      value: Number(props.value) || 0,
      most: Number(props.most ?? 100) || 1,
      label: asText(props.label),
      hint: asText(props.hint),
    }),
};

function table(props: Props): TemplateResult {
  const rows = Array.isArray(props.rows) ? props.rows.map(asList) : [];
  if (rows.length === 0) return html`<p class="none">Nothing to show</p>`;
  return html`
    <div class="table" tabindex="0" role="region" aria-label="Table">
      <table>
        <thead>
          <tr>${asList(props.columns).map((name) => html`<th scope="col">${name}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>
  `;
}

/** The blocks of a widget that people click; null where it is of another kind. */
function blocksOf({ component, props }: Widget): Block[] | null {
  const blocks = (value: unknown) => Array.isArray(value) ? value as Block[] : [];
  if (component === "Blocks") return blocks(props.blocks);
  if (component === "Buttons") {
    const text: Block[] = props.text ? [{ type: "text", text: asText(props.text) }] : [];
    return [...text, { type: "buttons", buttons: props.buttons as BlockButton[] }];
  }
  if (component === "Form") {
    return [...blocks(props.fields), { type: "buttons", buttons: [props.submit as BlockButton] }];
  }
  return null;
}

function interactive(widget: Widget, blocks: Block[], doors: Doors): TemplateResult {
  return html`
    <hub-blocks
      .blocks=${blocks}
      .fileHref=${doors.fileHref}
      .run=${(clicked: Clicked) => doors.click(widget, clicked)}
      me=${doors.me()}
    ></hub-blocks>
  `;
}

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
  return ["Chart", "CustomChart", "Table"].includes(widget.component);
}

export function renderWidget(widget: Widget, doors: Doors): TemplateResult | typeof nothing {
  const blocks = blocksOf(widget);
  if (blocks) return interactive(widget, blocks, doors);
  const render = known(widget.component);
  return render ? render(widget.props, widgetTitle(widget)) : unknown(widget.props);
}
