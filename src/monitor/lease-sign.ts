import type { LeaseRow, Standing } from "../model/assessment.ts";
import type { Sign } from "./signs.ts";

const SIGNS: Readonly<Record<Standing, Sign>> = {
  held: "ok",
  late: "warn",
  leaderless: "bad",
  orphaned: "quiet",
  unknown: "unknown",
};

/** The sign of a lease. */
export function leaseSign({ standing }: LeaseRow): Sign {
  return SIGNS[standing];
}
