/** Runs before the first paint, so that a dark page never flashes white. */

import { applyTheme, followSystemTheme } from "../controllers/theme.ts";

applyTheme();
followSystemTheme();
