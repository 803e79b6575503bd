import type { LeaseRow } from "../model/assessment.ts";
import type { Sign } from "./signs.ts";

/** The sign of a lease. */
export function leaseSign({ hold, leftBehind, gone }: LeaseRow): Sign {
  if (gone) return "bad";
  switch (hold.state) {
    case "held":
      return "ok";
    case "late":
      return "warn";
    case "expired":
    case "vacant":
      return leftBehind ? "quiet" : "bad";
    case "unknown":
      return "unknown";
  }
}
