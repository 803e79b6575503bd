import { leaseDetails } from "./calm-stage.ts";
import { renderBanner } from "./draw-dress.ts";
import { firstLook } from "./first-look.ts";
import { bannerOf } from "./trouble.ts";
import type { Body, Size, View } from "./view.ts";

/** The stage: the worst thing that is true now, or in calm times the detail of the selected lease. Same place, same size. */
export function headlinePane(view: View, size: Size): Body {
  const banner = bannerOf(view);
  if (banner) return { lines: renderBanner(view, banner, size) };
  return {
    lines: view.assessment.headline.kind === "starting" ? firstLook(view, size) : leaseDetails(view, size),
  };
}
