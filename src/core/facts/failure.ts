import { field } from "../../text/fields.ts";

/**
 * Why a request failed, in words.
 * - `code`: what kind it is, for exit codes and for short cells
 * - `text`: one clean line without escape codes, at most 300 characters
 */
export interface Failure {
  readonly code: FailureCode;
  readonly text: string;
}

/**
 * refused: nothing listens; timeout: no answer within the deadline; closed: the connection broke;
 * forbidden, unauthorized: the server's own answer; tls: certificates do not match; unresolved: the name does not resolve;
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

/** What the edges throw: an error with a failure in words. Sources turn it into an observation. */
export class RequestError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.text, options);
    this.name = "RequestError";
    this.failure = failure;
  }
}

/** The failure that an error carries. Any other error than a RequestError is a bug: it is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestError) return error.failure;
  throw error;
}

/**
 * A failure that its user can do something about. `message` is one clean line: what failed, on what, why, what to try.
 * `exitCode` 1: it was tried and failed; 2: it was asked wrongly and nothing was tried. What caused it is in `cause`.
 */
export class UserError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

/** The system's errors of files, in words. */
const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a directory",
  EROFS: "read-only file system",
  ENOSPC: "no space left",
  ENAMETOOLONG: "file name too long",
};

/** What OpenSSL says of certificates and keys that it cannot use. */
const PEM_REASONS: readonly (readonly [RegExp, string])[] = [
  [/no start line|PEM_read_bio|DECODER|unsupported|bad base64|bad end line/i, "not in PEM format"],
  [/key values mismatch/i, "certificate and key do not match"],
  [/no certificate assigned/i, "no certificate found"],
];

/** Why a file could not be read or a certificate not be used, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = thrownText(error);
  const pem = PEM_REASONS.find(([pattern]) => pattern.test(message));
  return FILE_REASONS[code] ?? pem?.[1] ?? message;
}

/** Code (of the system, of OpenSSL; else "") and message of whatever was thrown. */
export function thrownText(error: unknown): { readonly code: string; readonly message: string } {
  const code = field(error, "code");
  const message = field(error, "message");
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : String(error),
  };
}
