/** The page about roles. */

import "./roles/roles.ts";
