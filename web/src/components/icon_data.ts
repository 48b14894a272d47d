/** Every icon of the UI by its own name, from Lucide; and the same icons as one sprite sheet. */

import {
  Activity,
  Archive,
  ArrowDown,
  ArrowLeft,
  Bell,
  Bot,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleX,
  Clock,
  Copy,
  Ellipsis,
  Eye,
  EyeOff,
  File,
  GripVertical,
  Hash,
  type IconNode,
  Info,
  LayoutDashboard,
  LogOut,
  Menu,
  MessageSquare,
  MessageSquareReply,
  Minus,
  Monitor,
  Moon,
  Paperclip,
  Pause,
  Pencil,
  Plus,
  Puzzle,
  RefreshCw,
  RotateCcw,
  ScrollText,
  Search,
  SendHorizontal,
  Settings,
  ShieldCheck,
  SmilePlus,
  Star,
  Sun,
  Trash2,
  TriangleAlert,
  User,
  UserPlus,
  Users,
  WifiOff,
  X,
} from "lucide";

const icons = {
  activity: Activity,
  backup: Archive,
  "arrow-down": ArrowDown,
  back: ArrowLeft,
  attach: Paperclip,
  file: File,
  bell: Bell,
  bot: Bot,
  chat: MessageSquare,
  check: Check,
  "chevron-down": ChevronDown,
  "chevron-left": ChevronLeft,
  "chevron-right": ChevronRight,
  alert: CircleAlert,
  good: CircleCheck,
  "circle-xmark": CircleX,
  clock: Clock,
  copy: Copy,
  ellipsis: Ellipsis,
  eye: Eye,
  "eye-slash": EyeOff,
  "grip-vertical": GripVertical,
  hash: Hash,
  info: Info,
  dashboard: LayoutDashboard,
  "sign-out": LogOut,
  menu: Menu,
  minus: Minus,
  monitor: Monitor,
  moon: Moon,
  pause: Pause,
  edit: Pencil,
  plus: Plus,
  plugin: Puzzle,
  refresh: RefreshCw,
  undo: RotateCcw,
  audit: ScrollText,
  search: Search,
  send: SendHorizontal,
  settings: Settings,
  verify: ShieldCheck,
  emoji: SmilePlus,
  reply: MessageSquareReply,
  star: Star,
  sun: Sun,
  trash: Trash2,
  warning: TriangleAlert,
  user: User,
  "user-plus": UserPlus,
  people: Users,
  offline: WifiOff,
  xmark: X,
} satisfies Record<string, IconNode>;

export type IconName = keyof typeof icons;

// What plugins may call the icons of their panels.
const aliases: Record<string, IconName> = {
  message: "chat",
  messages: "chat",
  "message-square": "chat",
  "message-circle": "chat",
  comments: "chat",
  dashboards: "dashboard",
  "layout-dashboard": "dashboard",
  gauge: "dashboard",
  chart: "activity",
  users: "people",
  notifications: "bell",
};

/** The name as one of ours; an unknown one becomes the plugin icon. */
export function iconName(name: string): IconName {
  if (Object.hasOwn(icons, name)) return name as IconName;
  return aliases[name] ?? "plugin";
}

function element([tag, attributes]: IconNode[number]): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<${tag}${written.join("")}/>`;
}

export function iconShapes(name: IconName): string {
  return icons[name].map(element).join("");
}

export function spriteSheet(): string {
  const symbols = (Object.keys(icons) as IconName[]).map((name) =>
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${iconShapes(name)}</symbol>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
