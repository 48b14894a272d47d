/** The page of the jobs. */

import "./jobs/jobs.ts";
