/**
 * Why something could not be had, in a person's words.
 * - `code`: what kind it is, for exit codes and for short cells
 * - `text`: one clean line without escape codes, at most 300 characters
 */
export interface Failure {
  readonly code: FailureCode;
  readonly text: string;
}

/**
 * refused: nobody listens; timeout: no answer within the deadline; closed: the connection broke;
 * forbidden, unauthorized: the server said so; tls: certificates do not fit; unresolved: the name has no address;
 * unavailable: it answered that it cannot serve now (429, 5xx, no quorum); compacted: etcd no longer keeps the revision
 * asked for; behind: this member has not come to that revision yet; unsupported: it does not know the request;
 * other: see the text.
 */
export type FailureCode =
  | "refused"
  | "timeout"
  | "closed"
  | "forbidden"
  | "unauthorized"
  | "tls"
  | "unresolved"
  | "unavailable"
  | "compacted"
  | "behind"
  | "unsupported"
  | "other";
