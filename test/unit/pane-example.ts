import type { Binding } from "../../src/screen/input/bindings.ts";
import type { PaneSpec } from "../../src/screen/pane.ts";
import { paneHead } from "../../src/screen/panes/pane-head.ts";
import { selectedIndex } from "../../src/screen/panes/visible-rows.ts";
import { span } from "../../src/screen/text/lines.ts";

const NAMES = ["node-a", "node-b", "node-c"];

const binding: Binding = { keys: "n", short: "nodes", long: "list the nodes", goes: 8 };

/** A pane as one would be added to `top`: all of it but its line in `panes.ts`. */
export const NODES: PaneSpec<"nodes"> = {
  id: "nodes",
  title: "NODES",
  wants: () => 1 + NAMES.length,
  rows: () => NAMES,
  opening: { binding },
  render: (view, { width }) => ({
    lines: [
      paneHead(view, width),
      ...NAMES.map((name, i) => [
        span(i === selectedIndex(view.selected, NAMES) ? `> ${name}` : `  ${name}`),
      ]),
    ],
    list: { line: 1, keys: NAMES },
  }),
};
