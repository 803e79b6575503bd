import type { UnlistedEndpoint } from "../assessment.ts";
import { peerFailureWords } from "../facts/connection-failure.ts";

/** That no member lists an endpoint, on a line of its own. */
export function unlistedWords({
  endpoint,
  failure,
  candidates = [],
}: Pick<UnlistedEndpoint, "endpoint" | "failure"> & Partial<UnlistedEndpoint>): string {
  return `endpoint ${endpoint} is not in the member list and ${peerFailureWords(failure, endpoint)}${candidateWords(candidates)}`;
}

/** Whose it may be, in brackets; empty: no member is missing. */
export function candidateWords(candidates: UnlistedEndpoint["candidates"]): string {
  return candidates.length === 0 ? "" : ` (possibly another address of ${candidates.slice(0, 3).join(", ")})`;
}
