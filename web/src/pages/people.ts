/** The pages about people. */

import "./people/people.ts";
import "./people/person.ts";
