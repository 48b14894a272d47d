/** The page of the backups. */

import "./backups/backups.ts";
