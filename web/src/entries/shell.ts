/** The page's one script: icons, then the application element. */

import { useLocalIcons } from "../components/icon.ts";
import "../shell/app.ts";

useLocalIcons(new URL(document.baseURI));
