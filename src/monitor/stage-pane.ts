import { calmStage } from "./calm-stage.ts";
import { drawDress } from "./draw-dress.ts";
import { firstLook } from "./first-look.ts";
import { dressOf } from "./trouble.ts";
import type { Body, Size, View } from "./view.ts";

/** The stage: the worst thing that is true now, or in calm times the detail of the selected lease. Same place, same size. */
export function stagePane(view: View, size: Size): Body {
  const dress = dressOf(view);
  if (dress) return { lines: drawDress(view, dress, size) };
  return { lines: view.assessment.stage.kind === "starting" ? firstLook(view, size) : calmStage(view, size) };
}
