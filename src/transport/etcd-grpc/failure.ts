import type { Failure, FailureCode } from "../../core/facts/failure.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { cleanText } from "../../text/clean.ts";
import { connectionFailure, timeoutFailure } from "../../core/facts/connection-failure.ts";

/** Codes of google.rpc that say what kind of failure it is by themselves. */
const CODES: Readonly<Record<number, FailureCode>> = {
  1: "closed",
  4: "timeout",
  7: "forbidden",
  14: "unavailable",
  16: "unauthorized",
};

/**
 * What a call that failed says, from gRPC's status `code` and `details` (grpc-js and etcd 3.4 to 3.7 as seen).
 * `peer` is the endpoint, `timeout` the deadline that the call had.
 */
export function grpcFailure(code: number, details: string, peer: string, timeout: Seconds): Failure {
  if (code === 4) return timeoutFailure(peer, timeout);
  if (/HTTP status code \d+/.test(details))
    return {
      code: "other",
      text: cleanText(`${peer} is not an etcd member: it answers plain HTTP (${details})`),
    };
  if (code === 3 && /user name is empty|invalid user ID or password/.test(details))
    return userFailure(details, peer);
  if (details.includes("user name not found"))
    return { code: "unauthorized", text: cleanText(`${peer}: unknown user (${details})`) };
  if (details.includes("not supported for learner"))
    return {
      code: "unsupported",
      text: cleanText(`${peer} is a learner, which does not serve this request`),
    };
  // What a token that is no list entry (JWT) gets once users or roles were changed: its owner has to sign in again.
  if (code === 3 && details.includes("revision of auth store is old"))
    return { code: "unauthorized", text: cleanText(`${peer}: ${details}`) };
  if (code === 11) return revisionFailure(details, peer);
  if (code === 12)
    return {
      code: "unsupported",
      text: cleanText(`${peer} does not implement this request: requires etcd 3.4 or later`),
    };
  const connection = code === 14 ? connectionFailure(details, peer) : undefined;
  return connection ?? { code: CODES[code] ?? "other", text: cleanText(`${peer}: ${details}`) };
}

/** etcd's auth says INVALID_ARGUMENT where others say UNAUTHENTICATED. */
function userFailure(details: string, peer: string): Failure {
  const text = details.includes("empty")
    ? `${peer} requires authentication: set --etcd-user, or a client certificate whose common name is a user`
    : `${peer} rejected the user name or password`;
  return { code: "unauthorized", text: cleanText(text) };
}

/** etcd's OUT_OF_RANGE: the member lacks the revision that was asked for, because it dropped it or has it not yet. */
function revisionFailure(details: string, peer: string): Failure {
  if (details.includes("future"))
    return { code: "behind", text: cleanText(`${peer} is behind: it has not applied that revision yet`) };
  return { code: "compacted", text: cleanText(`${peer} has compacted that revision`) };
}
