/**
 * The hub's components and interactive blocks, as data. Written by `make generate`; not edited by hand.
 *
 * @module
 */

// deno-fmt-ignore-file

/** A button. */
export interface Button {
  /** What `onActionExecute` is called with. */
  action: string;
  /** On the button. */
  label: string;
  /** Told with the action. */
  value?: string;
  /** How it looks. */
  style?: "plain" | "primary" | "danger";
}

/** One entry of a select. */
export interface Option {
  /** What the plugin is told. */
  value: string;
  /** What the person reads. */
  label: string;
}

/** A paragraph. */
export interface TextBlock {
  /** Which block it is. */
  type: "text";
  /** Markdown. */
  text: string;
}

/** A quiet line. */
export interface NoteBlock {
  /** Which block it is. */
  type: "note";
  /** Plain text. */
  text: string;
}

/** Buttons in a row. */
export interface ButtonsBlock {
  /** Which block it is. */
  type: "buttons";
  /** Each with an action of its own. */
  buttons: Button[];
}

/** A choice among a few entries; told with the next button that is clicked. */
export interface SelectBlock {
  /** Which block it is. */
  type: "select";
  /** Its name among the values. */
  id: string;
  /** Above it. */
  label: string;
  /** What can be chosen. */
  options: Option[];
  /** The value that is chosen at first. */
  initial?: string;
}

/** A field to write in; told with the next button that is clicked. */
export interface InputBlock {
  /** Which block it is. */
  type: "input";
  /** Its name among the values. */
  id: string;
  /** Above it. */
  label: string;
  /** Shown while it is empty. */
  placeholder?: string;
  /** What stands in it. */
  initial?: string;
  /** Whether it has several lines. */
  multiline?: boolean;
}

/** A bar. */
export interface ProgressBlock {
  /** Which block it is. */
  type: "progress";
  /** How far it is. */
  value: number;
  /** What it can reach; 100 by default. */
  most?: number;
  /** What it is. */
  label?: string;
  /** Beside the bar, such as `3 votes`. */
  hint?: string;
}

/** A chart. */
export interface ChartBlock {
  /** Which block it is. */
  type: "chart";
  /** The height of each bar or point. */
  values: number[];
  /** Below each of them. */
  labels?: (string | number | boolean | null)[];
  /** How it is drawn; bars by default. */
  kind?: "bar" | "line";
  /** What it shows. */
  title?: string;
}

/** A picture that is a file of the hub. */
export interface ImageBlock {
  /** Which block it is. */
  type: "image";
  /** The file's id; who may not read it sees the words instead. */
  file: string;
  /** What the picture shows, for those who do not see it. */
  alt: string;
}

/** A line between two parts. */
export interface DividerBlock {
  /** Which block it is. */
  type: "divider";
}

/** A paragraph. */
export interface TextProps {
  /** What it says. */
  text?: string | number | boolean | null;
  /** Heading, where the widget has none. */
  title?: string;
}

/** One number, large. */
export interface StatProps {
  /** The number. */
  value: string | number | boolean | null;
  /** What it counts. */
  label?: string | number | boolean | null;
  /** Below it, small. */
  hint?: string | number | boolean | null;
  /** Heading, where the widget has none. */
  title?: string;
}

/** Lines, one below the other. */
export interface ListProps {
  /** The lines. */
  items: (string | number | boolean | null)[];
  /** Heading, where the widget has none. */
  title?: string;
}

/** A chart. */
export interface ChartProps {
  /** The height of each bar or point. */
  values: number[];
  /** Below each of them. */
  labels?: (string | number | boolean | null)[];
  /** How it is drawn; bars by default. */
  kind?: "bar" | "line";
  /** What it shows. */
  title?: string;
}

/** A table. */
export interface TableProps {
  /** Their headings. */
  columns: string[];
  /** One list a row. */
  rows: ((string | number | boolean | null)[])[];
  /** Heading, where the widget has none. */
  title?: string;
}

/** A bar. */
export interface ProgressProps {
  /** How far it is. */
  value: number;
  /** What it can reach; 100 by default. */
  most?: number;
  /** What it is. */
  label?: string;
  /** Beside the bar, such as `3 votes`. */
  hint?: string;
  /** Heading, where the widget has none. */
  title?: string;
}

/** Buttons; a click calls `onActionExecute`. */
export interface ButtonsProps {
  /** Each with an action of its own. */
  buttons: Button[];
  /** Above them, Markdown. */
  text?: string;
  /** Heading, where the widget has none. */
  title?: string;
}

/** Fields, and a button that hands them to `onActionExecute`. */
export interface FormProps {
  /** What can be filled. */
  fields: FormField[];
  /** The button below them. */
  submit: Button;
  /** Heading, where the widget has none. */
  title?: string;
}

/** Interactive blocks, as in a message. */
export interface BlocksProps {
  /** The blocks. */
  blocks: Block[];
  /** Heading, where the widget has none. */
  title?: string;
}

/** What stands in a message or a widget; never HTML. */
export type Block = TextBlock | NoteBlock | ButtonsBlock | SelectBlock | InputBlock | ProgressBlock | ChartBlock | ImageBlock | DividerBlock;

/** A field of a form. */
export type FormField = SelectBlock | InputBlock;

/** The props of each component of the kit. */
export interface Kit {
  /** A paragraph. */
  Text: TextProps;
  /** One number, large. */
  Stat: StatProps;
  /** Lines, one below the other. */
  List: ListProps;
  /** A chart. */
  Chart: ChartProps;
  /** A table. */
  Table: TableProps;
  /** A bar. */
  Progress: ProgressProps;
  /** Buttons; a click calls `onActionExecute`. */
  Buttons: ButtonsProps;
  /** Fields, and a button that hands them to `onActionExecute`. */
  Form: FormProps;
  /** Interactive blocks, as in a message. */
  Blocks: BlocksProps;
}
