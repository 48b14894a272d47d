/** The colour theme: system, light or dark, remembered in this browser. */

export type Theme = "system" | "light" | "dark";

const KEY = "plexihub.theme";
const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

export function currentTheme(): Theme {
  const stored = read();
  return stored === "light" || stored === "dark" ? stored : "system";
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage switched off by the person: the system's theme it is
  }
}

/** Show the remembered theme and follow the system while it is chosen. */
export function applyTheme(): void {
  const theme = currentTheme();
  const isDark = theme === "dark" || (theme === "system" && dark.matches);
  document.documentElement.classList.toggle("wa-dark", isDark);
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch (cause) {
    throw new Error("This browser does not let the hub remember the theme.", { cause });
  } finally {
    applyTheme();
  }
}

export function followSystemTheme(): void {
  dark.addEventListener("change", applyTheme);
}
