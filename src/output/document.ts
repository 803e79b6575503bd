import type { Freshness } from "../core/assessment.ts";
import type { Failure } from "../core/facts/failure.ts";
import type { Holder } from "../core/facts/holder.ts";
import type { Seconds } from "../core/facts/time.ts";

/** The version of everything that `-o json` and `-o yaml` write; docs/json.md describes it. */
export const API_VERSION = "kubectl-ha/v1alpha1";

/** Why the fields beside it are null or old. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** How far what stands beside it is to be trusted: as of `ageSeconds` ago, or (stale) a memory, or (asking) nothing. */
export interface FreshnessDocument {
  readonly state: Freshness["state"];
  readonly ageSeconds: number | null;
  readonly reason: Reason | null;
}

/** Who holds a lease: the identity as received, and the parts that it is made of. */
export interface HolderDocument {
  readonly identity: string;
  readonly host: string;
  readonly id: string;
}

/** A failure as a document has it; null where nothing failed. */
export function reasonOf(failure: Failure | undefined): Reason | null {
  return failure === undefined ? null : { code: failure.code, message: failure.text };
}

/** Freshness as a document has it. */
export function freshnessDocument(fresh: Freshness): FreshnessDocument {
  switch (fresh.state) {
    case "asking":
      return { state: "asking", ageSeconds: null, reason: { code: "asking", message: "no answer yet" } };
    case "live":
      return { state: "live", ageSeconds: toMillis(fresh.age), reason: null };
    case "stale":
      return { state: "stale", ageSeconds: toMillis(fresh.age), reason: reasonOf(fresh.failure) };
  }
}

/** A holder as a document has it; null where there is none. */
export function holderDocument(holder: Holder | undefined): HolderDocument | null {
  return holder === undefined ? null : { identity: holder.identity, host: holder.host, id: holder.id };
}

/** Seconds with three decimals: what lies below is noise of our own clock. */
export function toMillis(seconds: Seconds): number;
export function toMillis(seconds: Seconds | undefined): number | null;
export function toMillis(seconds: Seconds | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1000) / 1000;
}
