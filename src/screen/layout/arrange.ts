import type { ScreenView } from "../monitor.ts";
import type { Size } from "../view.ts";
import type { Place, Rectangle } from "./place.ts";
import { arrangeNarrow, onePane } from "./narrow.ts";
import { lower } from "./place.ts";
import { arrangeWide } from "./wide.ts";
import { zoomed } from "./zoomed.ts";

/** From this width on the headline stands beside LEASES. */
export const HEADLINE_BESIDE = 100;
/** From so many rows on there are blank rows between the panes, and a lane of the members that are up. */
export const TALL = 34;
/** Smaller than this, one pane is shown at a time. */
const SEVERAL = { width: 80, height: 24 };

/** The rows of the summary bar, those at the bottom, and what stands between them. */
export interface Arrangement {
  readonly summary: number;
  readonly footer: number;
  readonly body: readonly Place[];
}

/**
 * Where each pane goes. What goes first when cells are few: air, events, columns, the lease's detail, lanes;
 * then it is one pane at a time.
 */
export function arrange(view: ScreenView, size: Size): Arrangement {
  const { width, height } = size;
  const small = width < SEVERAL.width || height < SEVERAL.height;
  const summary = small ? 1 : 2;
  const footer = height >= 30 ? 2 : 1;
  const top = summary + (small && height >= 12 ? 1 : 0);
  const room = { left: 0, top, width, height: height - footer - top };
  return { summary, footer, body: body(view, room, size) };
}

function body(view: ScreenView, room: Rectangle, { width, height }: Size): readonly Place[] {
  if (view.monitor.zoomed) return zoomed(view, view.monitor.zoomed, height >= TALL ? lower(room, 1) : room);
  if (width < SEVERAL.width || height < SEVERAL.height) return onePane(view, room);
  return width >= HEADLINE_BESIDE ? arrangeWide(view, room, height) : arrangeNarrow(view, room, height);
}
