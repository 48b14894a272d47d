/** The page of the audit log. */

import "./audit/audit.ts";
