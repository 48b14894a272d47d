/** Blocks as the hub keeps and checks them. Names follow the wire. */

export interface BlockButton {
  action: string;
  label: string;
  value?: string;
  style?: "plain" | "primary" | "danger";
}

export interface SelectBlock {
  type: "select";
  id: string;
  label: string;
  options: { value: string; label: string }[];
  initial?: string;
}

export interface InputBlock {
  type: "input";
  id: string;
  label: string;
  placeholder?: string;
  initial?: string;
  multiline?: boolean;
}

export type Block =
  | { type: "text"; text: string }
  | { type: "note"; text: string }
  | { type: "buttons"; buttons: BlockButton[] }
  | SelectBlock
  | InputBlock
  | { type: "progress"; value: number; most?: number; label?: string; hint?: string }
  | {
    type: "chart";
    values: number[];
    labels?: (string | number | boolean | null)[];
    kind?: "bar" | "line";
    title?: string;
  }
  | { type: "image"; file: string; alt: string }
  | { type: "divider" };

/** Which button was clicked, and what stands in the fields beside it. */
export interface Clicked {
  action: string;
  value: string | null;
  values: Record<string, string>;
}

/** What came of a click. */
export interface ActionDone {
  result: unknown;
  metadata: Record<string, unknown>;
}
