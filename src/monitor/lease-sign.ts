import type { Assessment, LeaseRow } from "../model/assessment.ts";
import type { Sign } from "./signs.ts";

/**
 * The sign of a lease. One that ran out and is not among those that the assessment calls leaderless was left behind
 * long ago: that is no trouble of today.
 */
export function leaseSign(assessment: Assessment, { hold, key }: LeaseRow): Sign {
  switch (hold.state) {
    case "held":
      return "ok";
    case "late":
      return "warn";
    case "expired":
    case "vacant":
      return isLeftBehind(assessment, key) ? "quiet" : "bad";
    case "unknown":
      return "unknown";
  }
}

function isLeftBehind({ stage }: Assessment, key: LeaseRow["key"]): boolean {
  switch (stage.kind) {
    case "nobody":
      return stage.leases.every(({ row }) => row.key !== key);
    case "silent":
    case "took-over":
    case "calm":
      return true;
    // While there is something worse, nothing is said of single leases.
    case "starting":
    case "quorum-lost":
    case "blind":
      return false;
  }
}
