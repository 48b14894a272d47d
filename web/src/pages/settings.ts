/** The page of settings. */

import "./settings/settings.ts";
