import { createRequire } from "node:module";
import type { Terminal } from "@xterm/headless";

// The package is CommonJS whose names Node's loader cannot see, and jest's does not give it a default.
const loaded = createRequire(import.meta.url)("@xterm/headless") as { Terminal: typeof Terminal };

/** The constructor of a terminal without a window, for jest and for Node. */
export const XtermTerminal = loaded.Terminal;
