import type { Freshness } from "./assessment.ts";
import type { Failure } from "./facts/failure.ts";
import type { Instant, Seconds } from "./facts/time.ts";
import { secondsBetween } from "./facts/time.ts";

/** A source without a sign for longer is stale: it should have proved its life, or reported its failure. */
export const TRUSTED_FOR: Seconds = 3;

/** The state of a source: when it was first asked, when it last answered, whether it fails and since when. */
export interface SourceReport {
  readonly askedAt: Instant;
  readonly provedAt: Instant | undefined;
  readonly failing: { readonly failure: Failure; readonly since: Instant } | undefined;
  /** seconds after which silence counts as failure; 3 where left out */
  readonly trustedFor?: Seconds;
}

/** How fresh what a source gave is at `now`. */
export function freshness(reported: SourceReport, now: Instant): Freshness {
  const { provedAt, failing } = reported;
  const age = provedAt && secondsBetween(provedAt, now);
  if (failing) return { state: "stale", age, since: failing.since, failure: failing.failure };
  if (provedAt === undefined || age === undefined)
    return { state: "asking", waited: secondsBetween(reported.askedAt, now) };
  if (age <= (reported.trustedFor ?? TRUSTED_FOR)) return { state: "live", age };
  return {
    state: "stale",
    age,
    since: provedAt,
    failure: { code: "timeout", text: `no data for ${age.toFixed(0)} s` },
  };
}
