import type { Line, Pane, Screen } from "../monitor/screen.ts";
import type { BlessedBox, BlessedScreen } from "./blessed.ts";
import { blessed } from "./blessed.ts";
import type { Capabilities } from "./capabilities.ts";
import type { ChartIn } from "./chart.ts";
import { chartIn } from "./chart.ts";
import { drawable } from "./drawable.ts";
import { sgr } from "./sgr.ts";

/** What paints screens onto one terminal: one plain box a pane; blessed compares the cells and sends what changed. */
export interface Painter {
  paint(screen: Screen): void;
}

/**
 * A painter for a blessed screen; boxes are kept from one picture to the next. `drawnLater` is called when a part of
 * the picture was ready only after it was painted: the screen has to be rendered once more.
 */
export function painter(
  onto: BlessedScreen,
  able: Pick<Capabilities, "depth" | "utf8">,
  drawnLater: () => void,
): Painter {
  const boxes = new Map<Pane["id"], Box>();
  return {
    paint({ panes }) {
      // A box that shrinks or leaves does not clear its cells.
      onto.clearRegion(0, onto.width, 0, onto.height, true);
      for (const [id, { box }] of boxes) {
        if (panes.some((pane) => pane.id === id)) continue;
        box.detach();
        boxes.delete(id);
      }
      for (const pane of panes) {
        const kept = boxes.get(pane.id) ?? newBox(onto, able, drawnLater);
        boxes.set(pane.id, kept);
        fill(kept, pane, able);
      }
      onto.render();
    },
  };
}

interface Box {
  readonly box: BlessedBox;
  readonly chart: ChartIn;
  text: string;
}

function newBox(parent: BlessedScreen, { depth }: Pick<Capabilities, "depth">, drawnLater: () => void): Box {
  const box = blessed.box({ parent, wrap: false, tags: false });
  return { box, chart: chartIn(box, depth, drawnLater), text: "" };
}

function fill(kept: Box, pane: Pane, able: Pick<Capabilities, "depth" | "utf8">): void {
  const { left, top, width, height } = pane;
  Object.assign(kept.box.position, { left, top, width, height });
  const text = pane.lines.map((line) => lineText(line, able)).join("\n");
  if (text !== kept.text) kept.box.setContent(text);
  kept.text = text;
  kept.chart.show(able.utf8 ? pane.chart : undefined, width, height);
  if (pane.id === "dialog") kept.box.setFront();
}

/** Each span ends with a full reset: blessed's parser takes 22, 24, 25 and 27 for one. */
function lineText(line: Line, { depth, utf8 }: Pick<Capabilities, "depth" | "utf8">): string {
  return line
    .map(({ text, style }) => {
      const code = sgr(style, depth);
      const shown = drawable(text, utf8);
      return code === "" ? shown : `${code}${shown}\u001b[m`;
    })
    .join("");
}
