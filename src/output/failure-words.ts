import type { Failure, FailureCode } from "../core/facts/failure.ts";

const WORDS: Record<FailureCode, string> = {
  refused: "refused",
  timeout: "no answer",
  closed: "closed",
  forbidden: "forbidden",
  unauthorized: "unauthorized",
  tls: "TLS failed",
  unresolved: "unresolved",
  unavailable: "unavailable",
  compacted: "compacted",
  behind: "behind",
  unsupported: "unsupported",
  other: "failed",
};

/** What kind of failure it is, in at most 12 characters, for a cell; its text says the rest where there is room. */
export function failureWord(failure: Failure): string {
  return WORDS[failure.code];
}

const PHRASES: Record<FailureCode, string | undefined> = {
  refused: "connection refused",
  timeout: "no answer in time",
  closed: "connection closed",
  forbidden: "forbidden",
  unauthorized: "unauthorized",
  tls: "TLS handshake failed",
  unresolved: "host name not resolved",
  unavailable: "temporarily unavailable",
  compacted: "revision compacted",
  behind: "revision not reached yet",
  unsupported: "request not supported",
  other: undefined,
};

/** What kind of failure it is, in a few words; the failure's own text where it is of no kind. */
export function failurePhrase(failure: Failure): string {
  return PHRASES[failure.code] ?? failure.text;
}
