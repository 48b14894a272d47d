/** The door to the dashboards. Names follow the wire. */

import type { ActionDone, Clicked } from "./blocks.ts";
import type { Http } from "./http.ts";
import type { Dashboard, DashboardSummary, Page } from "./types.ts";

export interface NewWidget {
  component: string;
  title: string;
  props: Record<string, unknown>;
}

export type WidgetChange = Partial<{
  title: string;
  props: Record<string, unknown>;
  span: number;
  hidden: boolean;
}>;

const id = encodeURIComponent;

export class DashboardsApi {
  constructor(private readonly http: Http) {}
  /** Click a button in a plugin's widget. */
  click(plugin: string, widget: string, body: Clicked): Promise<ActionDone> {
    return this.http.send("POST", `plugins/${id(plugin)}/widgets/${id(widget)}/actions`, { body });
  }
  list(): Promise<Page<DashboardSummary>> {
    return this.http.get("dashboards");
  }
  get(key: string): Promise<Dashboard> {
    return this.http.get(`dashboards/${id(key)}`);
  }
  create(title: string): Promise<DashboardSummary> {
    return this.http.send("POST", "dashboards", { body: { title } });
  }
  rename(key: string, title: string): Promise<DashboardSummary> {
    return this.http.send("PATCH", `dashboards/${id(key)}`, { body: { title } });
  }
  remove(key: string): Promise<void> {
    return this.http.send("DELETE", `dashboards/${id(key)}`);
  }
  addWidget(key: string, body: NewWidget): Promise<unknown> {
    return this.http.send("POST", `dashboards/${id(key)}/widgets`, { body });
  }
  changeWidget(key: string, widget: string, body: WidgetChange): Promise<unknown> {
    return this.http.send("PATCH", `dashboards/${id(key)}/widgets/${id(widget)}`, { body });
  }
  removeWidget(key: string, widget: string): Promise<void> {
    return this.http.send("DELETE", `dashboards/${id(key)}/widgets/${id(widget)}`);
  }
  arrange(key: string, order: string[]): Promise<void> {
    return this.http.send("PUT", `dashboards/${id(key)}/layout`, { body: { order } });
  }
  reset(key: string): Promise<void> {
    return this.http.send("DELETE", `dashboards/${id(key)}/layout`);
  }
}
