/** The pages about plugins. */

import "./plugins/plugins.ts";
import "./plugins/plugin.ts";
